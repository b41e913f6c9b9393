/** Characters; a longer frame is left to JSON.parse. */
const LONGEST = 65_536;
/** A character takes up to three bytes. */
const BYTES_PER_CHARACTER = 3;
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

const encoder = new TextEncoder();
/** A text as a cursor compares it: with `startsWith` a trade among ten takes a tenth longer. */
export const asBytes = (text: string): Uint8Array => encoder.encode(text);

/**
 * Goes through the text of a frame: words that are known, texts and numbers.
 *
 * The text is copied into bytes first. With the copy they are read three times as fast as `charCodeAt` reads characters.
 *
 * Method   W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990: short decimals by one exact division
 */
export class FrameCursor {
  protected readonly bytes: Uint8Array = new Uint8Array(LONGEST * BYTES_PER_CHARACTER);
  protected text = '';
  protected at = 0;
  /** What the last decimal was. */
  protected value = Number.NaN;

  /** Begins a frame; false when it cannot be read here. */
  open(text: string): boolean {
    const { length } = text;
    if (length >= LONGEST) return false;
    // As many bytes as characters: then all of it is ASCII.
    if (encoder.encodeInto(text, this.bytes).written !== length) return false;
    // Ends every loop below.
    this.bytes[length] = 0;
    this.text = text;
    this.at = 0;
    return true;
  }

  get ended(): boolean {
    return this.at === this.text.length;
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
    return this.text.slice(start, this.endOfText(start));
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
    this.value = Number(this.text.slice(start, i));
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
