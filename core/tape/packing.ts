import { promisify } from 'node:util';
import { constants, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';

/**
 * Buffers of an Arrow body: an int64 that says how long the data is when unpacked, or -1 for data stored as it is, then
 * the data, here one zstd frame. https://arrow.apache.org/docs/format/Columnar.html#compression
 */
const PREFIX_BYTES = 8;
const STORED_AS_IS = -1;
/** A zstd frame cannot make so few bytes smaller by enough to pay for itself. */
const SMALLEST_PACKED = 64;
/** Below this many bytes unpacking takes less time than handing it to another thread. */
const SMALLEST_ASYNC = 64 * 1024;

/**
 * Level 1, told to look for matches of five bytes, as level 3 does: within 4 % of the size of level 3 in half of its time.
 * Five is what neighbouring timestamps and prices have in common; level 1 alone asks for seven and misses them.
 */
const PACKING = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_minMatch]: 5 };

const unpackOnThread = promisify(zstdDecompress);

/** Packs one buffer. An empty buffer stays empty, without a prefix. */
export function pack(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  if (bytes.length >= SMALLEST_PACKED) {
    const frame = zstdCompressSync(bytes, { params: PACKING, chunkSize: bytes.length });
    if (frame.length < bytes.length) return prefixed(bytes.length, frame);
  }
  return prefixed(STORED_AS_IS, bytes);
}

/** Unpacks one buffer; large ones on another thread. Throws when the data is damaged. */
export function unpack(packed: Uint8Array): Uint8Array | Promise<Uint8Array> {
  const length = unpackedLength(packed);
  const data = packed.subarray(PREFIX_BYTES);
  if (length === STORED_AS_IS) return data;
  if (length < SMALLEST_ASYNC) return whole(zstdDecompressSync(data, sizes(length)), length);
  return unpackOnThread(data, sizes(length)).then((bytes) => whole(bytes, length));
}

export function unpackSync(packed: Uint8Array): Uint8Array {
  const length = unpackedLength(packed);
  const data = packed.subarray(PREFIX_BYTES);
  return length === STORED_AS_IS ? data : whole(zstdDecompressSync(data, sizes(length)), length);
}

/**
 * Gives the memory of large results back at once, instead of when the garbage collector gets to it, which knows little of
 * memory outside of its heap: a long replay would hold 40 MB more. Small ones may share theirs and are left alone.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  const own = buffer.byteLength >= SMALLEST_ASYNC && buffer.byteLength > Buffer.poolSize;
  if (own && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

// One chunk of just over the result's size: zlib neither grows its output nor allocates a second chunk for the end.
const sizes = (length: number) => ({ chunkSize: length + SMALLEST_PACKED, maxOutputLength: length + SMALLEST_PACKED });

function unpackedLength(packed: Uint8Array): number {
  if (packed.length < PREFIX_BYTES) return STORED_AS_IS;
  return Number(new DataView(packed.buffer, packed.byteOffset).getBigInt64(0, true));
}

function whole(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`unpacked to ${bytes.length} bytes in place of ${length}`);
  return bytes;
}

function prefixed(length: number, data: Uint8Array): Uint8Array {
  const packed = new Uint8Array(PREFIX_BYTES + data.length);
  new DataView(packed.buffer).setBigInt64(0, BigInt(length), true);
  packed.set(data, PREFIX_BYTES);
  return packed;
}
