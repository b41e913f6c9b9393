import { createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import { ByteFeed } from './byte-feed.ts';
import { corrupt, truncated } from './problems.ts';
import { isZstd, zstdPieces } from './zstd-frames.ts';

/** A block unpacks to 128 KB at most. */
const BLOCK_BYTES = 128 * 1024;

/**
 * The bytes of a DBN stream, packed with zstd or not: of a file, of an HTTP answer, of a socket. What is packed comes out
 * block by block, so that all that was sent before a flush is there after it.
 *
 * Node's own stream stops silently after the first of several frames, and loses what it has unpacked when it meets a fault;
 * so each frame gets a stream of its own, and each of its blocks is unpacked before the next is looked at.
 *
 * Errors: DBN_TRUNCATED and DBN_CORRUPT, after all that could be unpacked
 */
export async function* unpackDbn(source: AsyncIterable<Uint8Array>, file?: string): AsyncGenerator<Uint8Array> {
  const feed = new ByteFeed(source);
  try {
    if (isZstd(await feed.peek(4))) yield* unpackFrames(feed, file);
    else yield* feed.rest();
  } finally {
    await feed.close();
  }
}

async function* unpackFrames(feed: ByteFeed, file: string | undefined): AsyncGenerator<Uint8Array> {
  let frame: Frame | undefined;
  try {
    for await (const piece of zstdPieces(feed)) {
      if (piece.kind === 'cut') throw truncated(file, 'compressed data that breaks off');
      if (piece.kind === 'bad') throw corrupt(file, piece.was, 'frames of zstd');
      if (piece.kind === 'header') frame = new Frame();
      yield* (await frame?.unpack(piece.bytes, file)) ?? [];
      if (piece.kind === 'end') frame?.close();
    }
  } finally {
    frame?.close();
  }
}

class Frame {
  readonly #stream: ZstdDecompress = createZstdDecompress({ chunkSize: BLOCK_BYTES });
  #unpacked: Uint8Array[] = [];
  /** Of the write under way: Node calls back for one that went well only. */
  #fail: (error: Error) => void = () => undefined;

  constructor() {
    this.#stream.on('data', (bytes: Uint8Array) => this.#unpacked.push(bytes));
    this.#stream.on('error', (error) => this.#fail(error));
  }

  async unpack(packed: Uint8Array, file: string | undefined): Promise<readonly Uint8Array[]> {
    if (packed.length === 0) return [];
    await new Promise<void>((resolve, reject) => {
      this.#fail = (error) => reject(damaged(file, error));
      this.#stream.write(packed, (error) => (error ? this.#fail(error) : resolve()));
    });
    const unpacked = this.#unpacked;
    this.#unpacked = [];
    return unpacked;
  }

  close(): void {
    this.#stream.destroy();
  }
}

const damaged = (file: string | undefined, cause: Error) =>
  corrupt(file, `damaged compressed data (${cause.message})`, 'a whole zstd frame', cause);
