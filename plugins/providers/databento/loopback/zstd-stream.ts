/** Magic number, no checksum and no size, a window of 128 KB: RFC 8878 §3.1.1. */
const FRAME_HEADER = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38);
const MOST_BLOCK_BYTES = 131_072;

/**
 * One endless frame of blocks that are not compressed: each call gives what to send for its bytes. To a reader it is a
 * stream that was flushed after every record.
 */
export function zstdStream(): (bytes: Uint8Array) => Uint8Array {
  let begun = false;
  return (bytes) => {
    const pieces: Uint8Array[] = begun ? [] : [FRAME_HEADER];
    begun = true;
    for (let at = 0; at < bytes.length; at += MOST_BLOCK_BYTES) {
      const block = bytes.subarray(at, at + MOST_BLOCK_BYTES);
      const size = block.length << 3;
      pieces.push(Uint8Array.of(size & 0xff, (size >> 8) & 0xff, size >> 16), block);
    }
    return Buffer.concat(pieces);
  };
}
