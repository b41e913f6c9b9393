import type { Duplex } from 'node:stream';
import type { Later } from './in-slices.ts';

/** System calls in a row, about half a millisecond of them; then the rest of the process has its turn. */
const SLICE = 64;

/**
 * Gathers what is written to a socket into one write: a chunk of trades costs each client one system call, not one per
 * trade. Sockets are written in turns, so that a thousand of them hold up nothing else; when all are busy each has to wait
 * longer for its turn, and its write takes more with it.
 */
export class Corks {
  readonly #later: Later;
  #held: Duplex[] = [];
  #next = 0;

  constructor(later: Later) {
    this.#later = later;
  }

  hold(stream: Duplex): void {
    if (stream.writableCorked > 0) return;
    stream.cork();
    if (this.#held.push(stream) === 1) process.nextTick(() => this.#release());
  }

  /** Writes now what has been gathered for one socket. */
  flush(stream: Duplex): void {
    stream.uncork();
    stream.cork();
  }

  #release(): void {
    const until = Math.min(this.#next + SLICE, this.#held.length);
    while (this.#next < until) this.#held[this.#next++]?.uncork();
    if (this.#next < this.#held.length) {
      this.#later(() => this.#release());
      return;
    }
    this.#held = [];
    this.#next = 0;
  }
}
