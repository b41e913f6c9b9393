// The global one is behind a getter, which takes as long as making a short text.
import { Buffer } from 'node:buffer';

const encoder = new TextEncoder();

/** A text as it stands in a frame. */
export const asBytes = (text: string): Uint8Array => encoder.encode(text);

/** The text of a frame, or of a part of one. Bytes that are no UTF-8 become U+FFFD. */
export const asText = (bytes: Uint8Array): string =>
  (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString();

/** A text in words of four bytes, the first of them lowest; zeros fill the last word. */
export function wordsOf(text: string): readonly number[] {
  const bytes = asBytes(text);
  const view = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 4) * 4));
  bytes.forEach((byte, i) => {
    view.setUint8(i, byte);
  });
  return Array.from({ length: view.byteLength / 4 }, (_, i) => view.getInt32(4 * i, true));
}
