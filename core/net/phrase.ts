// The global one is behind a getter, which takes as long as making a short text.
import { Buffer } from 'node:buffer';

const encoder = new TextEncoder();

/** A text as it stands in a frame. */
export const asBytes = (text: string): Uint8Array => encoder.encode(text);

/** The text of a frame, or of a part of one. Bytes that are no UTF-8 become U+FFFD. */
export const asText = (bytes: Uint8Array): string =>
  (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString();

/** Keeps the first bytes of a word, of which there may be none. */
export const firstBytes = (word: number, count: number): number => (count === 0 ? 0 : word & (-1 >>> (32 - 8 * count)));

/** A text that a frame may hold, as the words of four bytes that it is compared by. */
export class Phrase {
  /** Bytes. */
  readonly length: number;
  /** Little-endian; zeros fill the last one. */
  readonly words: Int32Array;
  /** The bits of the last word that are of the text. */
  readonly lastMask: number;

  /** @param text not empty */
  constructor(text: string) {
    const bytes = asBytes(text);
    this.length = bytes.length;
    this.lastMask = (-1 >>> ((-8 * bytes.length) & 31)) | 0;
    const view = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 4) * 4));
    bytes.forEach((byte, i) => {
      view.setUint8(i, byte);
    });
    this.words = Int32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getInt32(4 * i, true));
  }
}
