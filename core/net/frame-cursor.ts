/** Whole numbers below this are exact, and so are these powers: their quotient is the double of the decimal text. */
const EXACT = 2 ** 53;
const POWERS = Float64Array.from({ length: 10 }, (_, i) => 10 ** i);
/** As many digits fit into an integer of the machine, which counts twice as fast as a double. */
const DIGITS = 9;

const BLANK = 32;
const QUOTE = 34;
const DOT = 46;
const ZERO = 48;
const BACKSLASH = 92;
const CLOSE = 125;

const encoder = new TextEncoder();
/** A text as it stands in a frame. */
export const asBytes = (text: string): Uint8Array => encoder.encode(text);

/** The text of a frame, or of a part of one. Bytes that are no UTF-8 become U+FFFD. */
export const asText = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString();

/**
 * Goes through the text of a frame, as the bytes that came in: words that are known, texts and numbers.
 *
 * Method   W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990: short decimals by one exact division
 */
export class FrameCursor {
  protected bytes: Uint8Array = new Uint8Array(0);
  protected at = 0;
  /** What the last decimal was. */
  protected value = Number.NaN;

  /** Begins a frame; false for one that is cut off, or no object. The bytes are read where they are, and must stay so. */
  open(frame: Uint8Array): boolean {
    this.bytes = frame;
    this.at = 0;
    // The engine reads an array more slowly for good once it has been read beyond its end, as the loops below would.
    return frame[frame.length - 1] === CLOSE;
  }

  get ended(): boolean {
    return this.at === this.bytes.length;
  }

  /** Whether the text goes on with this; then it is behind us. */
  skip(expected: Uint8Array): boolean {
    const isNext = this.isAt(expected, this.at);
    if (isNext) this.at += expected.length;
    return isNext;
  }

  /** A text in quotes. @returns where it begins; -1 when there is none */
  skipText(): number {
    const start = this.at + 1;
    if (this.bytes[this.at] !== QUOTE) return -1;
    const end = this.endOfText(start);
    if (end < 0) return -1;
    this.at = end + 1;
    return start;
  }

  /** The text that begins where `skipText` said. */
  textFrom(start: number): string {
    return asText(this.bytes.subarray(start, this.endOfText(start)));
  }

  /** Digits, with at most one point between them, into `value`. @returns where they end; -1 when it is something else */
  protected decimal(start: number): number {
    const { bytes } = this;
    let i = start;
    let whole = 0;
    for (let code = bytes[i] ?? 0; isDigit(code) && i < start + DIGITS; code = bytes[++i] ?? 0) {
      whole = (whole * 10 + code - ZERO) | 0;
    }
    if (i === start) return -1;
    const middle = i;
    let more = 0;
    for (let code = bytes[i] ?? 0; isDigit(code) && i < middle + DIGITS; code = bytes[++i] ?? 0) {
      more = (more * 10 + code - ZERO) | 0;
    }
    let digits = i === middle ? whole : whole * (POWERS[i - middle] ?? 0) + more;
    if (bytes[i] === DOT) {
      const point = ++i;
      let decimals = 0;
      for (let code = bytes[i] ?? 0; isDigit(code) && i < point + DIGITS; code = bytes[++i] ?? 0) {
        decimals = (decimals * 10 + code - ZERO) | 0;
      }
      if (i === point) return -1;
      const scale = POWERS[i - point] ?? 0;
      digits = digits * scale + decimals;
      this.value = digits / scale;
    } else this.value = digits;
    return digits < EXACT && !isDigit(bytes[i] ?? 0) ? i : this.longDecimal(start);
  }

  /** The same for one of more digits. */
  private longDecimal(start: number): number {
    const { bytes } = this;
    let i = start;
    while (isDigit(bytes[i] ?? 0)) i++;
    if (bytes[i] === DOT) {
      const point = i++;
      while (isDigit(bytes[i] ?? 0)) i++;
      if (i === point + 1) return -1;
    }
    this.value = Number(asText(bytes.subarray(start, i)));
    return i;
  }

  /** Where the closing quote is; -1 when a character comes before it that is not itself, or must not be there. */
  protected endOfText(start: number): number {
    const { bytes } = this;
    let i = start;
    for (let code = bytes[i] ?? 0; code !== QUOTE; code = bytes[++i] ?? 0) {
      if (code < BLANK || code === BACKSLASH) return -1;
    }
    return i;
  }

  protected isAt(expected: Uint8Array, start: number): boolean {
    const { bytes } = this;
    for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
    return true;
  }
}

const isDigit = (code: number): boolean => (code - ZERO) >>> 0 <= 9;
