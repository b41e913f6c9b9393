import type { ByteFeed } from './byte-feed.ts';

/** RFC 8878: https://www.rfc-editor.org/rfc/rfc8878 */
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MOST_BLOCK_BYTES = 128 * 1024;
const RLE = 1;
const RESERVED = 3;

export type ZstdPiece =
  /** A new frame begins with these bytes. */
  | { readonly kind: 'header'; readonly bytes: Uint8Array }
  | { readonly kind: 'block'; readonly bytes: Uint8Array }
  /** The frame ended; its checksum, or nothing. */
  | { readonly kind: 'end'; readonly bytes: Uint8Array }
  /** The input breaks off inside a frame. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'bad'; readonly was: string };

export function isZstd(start: Uint8Array): boolean {
  const magic = wholeOf(start);
  return start.length >= 4 && (magic === FRAME_MAGIC || isSkippable(magic));
}

/** Cuts zstd into blocks without unpacking them, over any number of frames. Nothing comes after `cut` or `bad`. */
export async function* zstdPieces(feed: ByteFeed): AsyncGenerator<ZstdPiece, void, void> {
  for (let start = await feed.peek(4); start.length > 0; start = await feed.peek(4)) {
    if (start.length < 4) return yield { kind: 'cut' };
    const magic = wholeOf(start);
    if (isSkippable(magic)) {
      if (!(await skipFrame(feed))) return yield { kind: 'cut' };
    } else if (magic === FRAME_MAGIC) {
      for await (const piece of framePieces(feed)) {
        yield piece;
        if (piece.kind === 'cut' || piece.kind === 'bad') return;
      }
    } else return yield { kind: 'bad', was: `bytes between two frames that begin no frame (${magic.toString(16)})` };
  }
}

async function* framePieces(feed: ByteFeed): AsyncGenerator<ZstdPiece, void, void> {
  const descriptor = (await feed.peek(5))[4];
  const headerBytes = descriptor === undefined ? 5 : 5 + fieldBytes(descriptor);
  const header = await feed.take(headerBytes);
  if (header.length < headerBytes) return yield { kind: 'cut' };
  yield { kind: 'header', bytes: header };

  for (let isLast = false; !isLast; ) {
    const start = await feed.peek(3);
    if (start.length < 3) return yield { kind: 'cut' };
    const field = wholeOf(start);
    const [type, size] = [(field >> 1) & 3, field >> 3];
    isLast = (field & 1) === 1;
    if (type === RESERVED || size > MOST_BLOCK_BYTES) return yield { kind: 'bad', was: 'a zstd block that cannot be' };
    const bytes = 3 + (type === RLE ? 1 : size);
    const block = await feed.take(bytes);
    if (block.length < bytes) return yield { kind: 'cut' };
    yield { kind: 'block', bytes: block };
  }

  const checksumBytes = ((descriptor ?? 0) & 4) === 0 ? 0 : 4;
  const checksum = await feed.take(checksumBytes);
  yield checksum.length < checksumBytes ? { kind: 'cut' } : { kind: 'end', bytes: checksum };
}

/** Bytes of the frame header behind its descriptor: window, dictionary, size of the content. */
function fieldBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const content = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (isSingleSegment ? 0 : 1) + dictionary + content;
}

async function skipFrame(feed: ByteFeed): Promise<boolean> {
  const head = await feed.take(8);
  if (head.length < 8) return false;
  // In small steps: the length is whatever the file says.
  for (let left = wholeOf(head.subarray(4)); left > 0; ) {
    const skipped = await feed.take(Math.min(left, MOST_BLOCK_BYTES));
    if (skipped.length === 0) return false;
    left -= skipped.length;
  }
  return true;
}

const isSkippable = (magic: number): boolean => magic >= SKIPPABLE_MAGIC && magic <= SKIPPABLE_MAGIC + 15;

/** Up to four bytes as a whole number, the lowest first. */
const wholeOf = (bytes: Uint8Array): number => bytes.subarray(0, 4).reduceRight((value, byte) => value * 256 + byte, 0);
