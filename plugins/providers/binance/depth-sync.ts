import type { Micros } from '#core';

/** Resting sizes of one message, as `[price, size, price, size, …]`. */
export interface DepthMessage {
  /** First and last update that the message covers; equal in a snapshot. */
  readonly first: number;
  readonly last: number;
  /** Futures only: the last update of the message before. */
  readonly previous: number | undefined;
  readonly event: Micros;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

/** Changes held until a snapshot comes, or while a hole may still close. Ten a second are usual. */
const MOST_HELD = 5000;

export interface DepthSyncEvents {
  /** A message for the book, in order and without a hole before it. */
  readonly apply: (message: DepthMessage, snapshot: boolean) => void;
  /** Updates are missing before this message: the book is unknown until the next snapshot. */
  readonly lost: (missed: number | undefined, next: DepthMessage) => void;
}

/**
 * Puts the snapshot of one instrument's book and the stream of its changes together, by Binance's rules for keeping a
 * local book.
 *
 *            fetch again       older, left out   first after the snapshot   each later one
 *   spot     id < first U      u ≤ id            U ≤ id + 1 ≤ u             U = u before + 1
 *   USD-M    id < first U      u < id            U ≤ id ≤ u                 pu = u before
 *
 * A spot message that begins inside what is known but ends after it is taken: its sizes are absolute, so nothing is missed.
 */
export class DepthSync {
  /**
   * True while two connections carry the same stream, and the newer one may be ahead of the other: a hole then waits to be
   * closed instead of being a loss.
   */
  patient = false;
  private readonly events: DepthSyncEvents;
  private state: 'waiting' | 'joining' | 'following' = 'waiting';
  private last = 0;
  private held: DepthMessage[] = [];

  constructor(events: DepthSyncEvents) {
    this.events = events;
  }

  get valid(): boolean {
    return this.state !== 'waiting';
  }

  /** A new connection: what was known may be old. */
  reset(): void {
    this.state = 'waiting';
    this.held = [];
  }

  change(message: DepthMessage): void {
    if (this.state === 'waiting') return this.hold(message);
    if (this.isOld(message)) return;
    if (this.fits(message)) {
      this.take(message, 'following');
      if (this.held.length > 0) this.goOn();
    } else if (this.patient && this.state === 'following') this.hold(message);
    else this.lose(message);
  }

  /** @returns false when it is older than the first change that waits: fetch another */
  snapshot(message: DepthMessage): boolean {
    const [first] = this.held;
    if (first !== undefined && message.last < first.first) return false;
    this.state = 'joining';
    this.last = message.last;
    this.events.apply(message, true);
    this.goOn();
    return true;
  }

  /** One connection is left: what could not be closed by now is lost. */
  endPatience(): void {
    this.patient = false;
    if (this.state === 'following') this.goOn();
  }

  /** Offers what is held once more, in order. */
  private goOn(): void {
    const held = this.held.sort((a, b) => a.last - b.last);
    this.held = [];
    for (const message of held) this.change(message);
  }

  private take(message: DepthMessage, state: 'following'): void {
    this.state = state;
    this.last = message.last;
    this.events.apply(message, false);
  }

  private lose(message: DepthMessage): void {
    // Numbers of futures are shared by all instruments, so only spot tells how many are missing.
    const missed = message.previous === undefined ? message.first - this.last - 1 : undefined;
    this.state = 'waiting';
    this.hold(message);
    this.events.lost(missed, message);
  }

  private hold(message: DepthMessage): void {
    this.held.push(message);
    if (this.held.length > MOST_HELD) this.held.shift();
  }

  private isOld({ last, previous }: DepthMessage): boolean {
    // The message that a futures snapshot lies within repeats what the snapshot has, and is the proof that they join.
    return this.state === 'joining' && previous !== undefined ? last < this.last : last <= this.last;
  }

  private fits({ first, previous }: DepthMessage): boolean {
    if (previous === undefined) return first <= this.last + 1;
    if (this.state === 'joining') return first <= this.last || previous === this.last;
    return previous === this.last || (this.patient && previous < this.last);
  }
}
