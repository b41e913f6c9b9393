import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { unpackDbn } from '#core';

/** The socket waits when more than this has come and is not unpacked yet. */
const MOST_WAITING_BYTES = 1 << 20;

export interface UnpackingEnds {
  readonly next: (bytes: Uint8Array) => void;
  /** All that came is unpacked, or cannot be; without an error it ended where the session was closed. */
  readonly done: (error: unknown) => void;
}

/** Unpacks the bytes of a session in order. What the gateway flushed is handed on without waiting for more. */
export class Unpacking {
  readonly #socket: Pick<Socket, 'pause' | 'resume'>;
  readonly #packed = new PassThrough({ highWaterMark: MOST_WAITING_BYTES });
  #ended = false;

  constructor(socket: Pick<Socket, 'pause' | 'resume'>, ends: UnpackingEnds) {
    this.#socket = socket;
    this.#packed.on('drain', () => socket.resume());
    void this.#run(ends);
  }

  take(bytes: Uint8Array): void {
    if (!this.#packed.write(bytes)) this.#socket.pause();
  }

  /** Nothing more will come; what is here is still handed on. */
  end(): void {
    this.#ended = true;
    this.#packed.end();
  }

  close(): void {
    this.#packed.destroy();
  }

  async #run({ next, done }: UnpackingEnds): Promise<void> {
    try {
      for await (const bytes of unpackDbn(this.#packed)) next(bytes);
      done(undefined);
    } catch (error) {
      // A session ends in the middle of its only frame.
      done(this.#ended ? undefined : error);
    }
  }
}
