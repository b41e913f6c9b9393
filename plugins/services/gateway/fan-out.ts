import type { Client } from './client.ts';
import type { Frame } from './frame.ts';
import type { Later } from './in-slices.ts';

/** Takes about a millisecond; then strategies and sockets have their turn. */
const SLICE = 2000;
/** Frames that a client gets in a row. */
const TOGETHER = 50;
/** More than this do not wait: whoever makes the frames then waits for the clients. */
const MOST_WAITING = 50_000;

interface Entry {
  readonly clients: ReadonlySet<Client>;
  readonly frames: Frame[];
}

/**
 * Frames on their way from the kernel to the queues of clients, in order. A trade that a thousand clients want must not hold up
 * the strategy that waits for the next one, so the clients get it after the kernel's turn, in slices. Trades of one symbol that
 * follow each other reach a client together, and so in one write.
 */
export class FanOut {
  readonly #later: Later;
  #entries: Entry[] = [];
  #next = 0;
  /** The clients of the entry in hand that have not had it. A set's iterator passes over those that leave meanwhile. */
  #rest: Iterator<Client> | undefined;
  /** Frames times clients. */
  #waiting = 0;
  #scheduled = false;
  #busy = false;

  constructor(later: Later) {
    this.#later = later;
  }

  push(clients: ReadonlySet<Client>, frame: Frame): void {
    const last = this.#entries.at(-1);
    const isBegun = this.#rest !== undefined && this.#next === this.#entries.length - 1;
    if (last?.clients === clients && last.frames.length < TOGETHER && !isBegun) last.frames.push(frame);
    else this.#entries.push({ clients, frames: [frame] });
    this.#waiting += clients.size;
    if (this.#waiting > MOST_WAITING) this.drain();
    else this.#schedule();
  }

  /** Hands on all that waits. Asked for before anybody joins or leaves, so that each gets what came in its time. */
  drain(): void {
    this.#hand(Number.POSITIVE_INFINITY);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => {
      this.#scheduled = false;
      this.#hand(SLICE);
      if (this.#entries.length > 0) this.#schedule();
    });
  }

  #hand(most: number): void {
    // A client that is put out leaves in the middle of this.
    if (this.#busy) return;
    this.#busy = true;
    for (let handed = 0; handed < most && this.#next < this.#entries.length; ) {
      const { clients, frames } = this.#entries[this.#next] as Entry;
      this.#rest ??= clients.values();
      const step = this.#rest.next();
      if (step.done === true) {
        this.#rest = undefined;
        this.#next++;
      } else {
        for (const frame of frames) step.value.offer(frame);
        handed += frames.length;
        this.#waiting -= frames.length;
      }
    }
    if (this.#next === this.#entries.length) this.#clear();
    this.#busy = false;
  }

  #clear(): void {
    this.#entries = [];
    this.#next = 0;
    this.#waiting = 0;
  }
}
