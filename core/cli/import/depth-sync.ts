import type { DepthMessage } from './binance-frame.ts';

/** Changes held until a snapshot comes. Binance sends at most some hundred per second; a snapshot takes seconds. */
const MOST_WAITING = 20_000;

export interface DepthSyncEvents {
  /** A message for the tape, in order and without a hole before it. */
  readonly apply: (message: DepthMessage, snapshot: boolean) => void;
  /** The book is unknown from here until the next snapshot. */
  readonly lost: () => void;
  readonly leftOut: (reason: string, count: number) => void;
}

/**
 * Puts the snapshot of one instrument's book and the stream of its changes together, by Binance's rules for keeping a
 * local book. Changes that came before the snapshot follow right after it, as far as they are newer.
 *
 *            older, left out   first after the snapshot      each later one
 *   futures  u < id            U ≤ id ≤ u                    pu = u before
 *   spot     u ≤ id            U ≤ id + 1 ≤ u                U = u before + 1
 */
export class DepthSync {
  readonly #events: DepthSyncEvents;
  #state: 'waiting' | 'joining' | 'following' = 'waiting';
  #last = 0;
  #waiting: DepthMessage[] = [];

  constructor(events: DepthSyncEvents) {
    this.#events = events;
  }

  change(message: DepthMessage): void {
    if (this.#state === 'waiting') this.#hold(message);
    else if (this.#isOld(message)) this.#events.leftOut('depth older than the book', 1);
    else if (this.#fits(message)) this.#take(message, false, 'following');
    else {
      this.#state = 'waiting';
      this.#events.lost();
      this.#hold(message);
    }
  }

  snapshot(message: DepthMessage): void {
    if (this.#state !== 'waiting' && message.last <= this.#last) {
      return this.#events.leftOut('snapshot older than the book', 1);
    }
    this.#take(message, true, 'joining');
    const held = this.#waiting;
    this.#waiting = [];
    for (const change of held) this.change(change);
  }

  /** At the end: what waited for a snapshot that never came. */
  end(): void {
    if (this.#waiting.length > 0) this.#events.leftOut('depth without a snapshot before it', this.#waiting.length);
    this.#waiting = [];
  }

  #take(message: DepthMessage, snapshot: boolean, state: 'joining' | 'following'): void {
    this.#state = state;
    this.#last = message.last;
    this.#events.apply(message, snapshot);
  }

  #hold(message: DepthMessage): void {
    this.#waiting.push(message);
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#waiting.shift();
    this.#events.leftOut('depth without a snapshot before it', 1);
  }

  #isOld({ last, previous }: DepthMessage): boolean {
    const futures = previous !== undefined;
    return this.#state === 'joining' && futures ? last < this.#last : last <= this.#last;
  }

  #fits({ first, previous }: DepthMessage): boolean {
    if (this.#state === 'following') return previous === undefined ? first === this.#last + 1 : previous === this.#last;
    return previous === undefined ? first <= this.#last + 1 : first <= this.#last;
  }
}
