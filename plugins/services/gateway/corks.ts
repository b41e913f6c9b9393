import type { Duplex } from 'node:stream';

/**
 * Gathers what one turn of the event loop writes to a socket into one write: a chunk of trades costs each client one
 * system call, not one per trade.
 */
export class Corks {
  #held: Duplex[] = [];

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
    const held = this.#held;
    this.#held = [];
    for (const stream of held) stream.uncork();
  }
}
