import type { SymbolFinder } from './symbol-finder.ts';

/** Characters; a longer frame is left to JSON.parse. */
const LONGEST = 65_536;
/** A character takes up to three bytes. */
const BYTES_PER_CHARACTER = 3;
const KEYS = 128;
/** Whole numbers below this are exact, and so are these powers: their quotient is the double of the decimal text. */
const EXACT = 2 ** 53;
const POWERS = Float64Array.from({ length: 10 }, (_, i) => 10 ** i);
/** As many digits fit into an integer of the machine, which counts twice as fast as a double. */
const DIGITS = 9;

const BLANK = 32;
const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const SMALL_A = 97;
const SMALL_F = 102;
const SMALL_N = 110;
const SMALL_T = 116;
const OPEN = 123;
const CLOSE = 125;

/** Kinds of values; 0 for a key that is not there. */
const IS_TEXT = 1;
const IS_NUMBER = 2;
const IS_TRUE = 3;
const IS_FALSE = 4;
const IS_NULL = 5;
const IS_LIST = 6;

const encoder = new TextEncoder();
/** A text as `FlatFrame` compares it. */
export const asBytes = (text: string): Uint8Array => encoder.encode(text);
const TRUE = asBytes('true');
const FALSE = asBytes('false');
const NULL = asBytes('null');

/**
 * Reads objects of plain values out of a frame's text without building them. What it takes is JSON and means what JSON.parse
 * would make of it; at anything unusual, down to a blank, an escape, a minus or a letter beyond ASCII, it gives up, and the
 * frame is for JSON.parse.
 *
 * The text is copied into bytes first: those are read seven times as fast as `charCodeAt` reads characters.
 *
 * Method   W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990: short decimals by one exact division
 */
export class FlatFrame {
  private readonly bytes = new Uint8Array(LONGEST * BYTES_PER_CHARACTER);
  private readonly longKeys: readonly Uint8Array[];
  /** By key: the object that it was last seen in, and of its value the kind, the number, and the place without quotes. */
  private readonly seenIn = new Float64Array(KEYS);
  private readonly kinds = new Uint8Array(KEYS);
  private readonly numbers = new Float64Array(KEYS);
  private readonly starts = new Int32Array(KEYS);
  private readonly ends = new Int32Array(KEYS);
  private objects = 0;
  private text = '';
  private at = 0;
  /** What the last decimal was. */
  private value = 0;

  /**
   * Keys of one letter go by its code. Longer ones are read over.
   *
   * @param longKeys those that are not: they go by their place in this list
   */
  constructor(longKeys: readonly string[] = []) {
    this.longKeys = longKeys.map(asBytes);
  }

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

  /**
   * Reads an object, whose values can then be asked for. Written in one piece: the engine builds only so much into one
   * function, and the calls that it would leave take as long as the reading.
   */
  readObject(): boolean {
    const { bytes } = this;
    let i = this.at;
    if (bytes[i] !== OPEN) return false;
    this.objects++;
    do {
      let key = bytes[i + 2] ?? 0;
      if (bytes[i + 1] !== QUOTE) return false;
      i += 4;
      if (bytes[i - 1] !== QUOTE || !isLetter(key)) {
        const first = i - 2;
        i = this.endOfText(first) + 1;
        if (i === 0) return false;
        key = this.placeOf(first, i - 1);
      }
      if (bytes[i] !== COLON) return false;
      let start = ++i;
      let kind = 0;
      const code = bytes[start] ?? 0;
      if (code === QUOTE) {
        start++;
        i = isDigit(bytes[start] ?? 0) ? this.decimal(start) : -1;
        if (i < 0 || bytes[i] !== QUOTE) {
          this.value = Number.NaN;
          i = start;
          for (let c = bytes[i] ?? 0; c !== QUOTE; c = bytes[++i] ?? 0) if (c < BLANK || c === BACKSLASH) return false;
        }
        kind = IS_TEXT;
      } else if (isDigit(code)) {
        // JSON allows no zero in front.
        if (code === ZERO && isDigit(bytes[start + 1] ?? 0)) return false;
        i = this.decimal(start);
        if (i < 0) return false;
        kind = IS_NUMBER;
      } else {
        this.at = start;
        kind = this.passOther(code);
        if (kind === 0) return false;
        i = this.at;
      }
      if (key >= 0) {
        // A key twice, and JSON would take the last one.
        if (this.seenIn[key] === this.objects) return false;
        this.seenIn[key] = this.objects;
        this.kinds[key] = kind;
        this.numbers[key] = this.value;
        this.starts[key] = start;
        this.ends[key] = i;
      }
      if (kind === IS_TEXT) i++;
    } while (bytes[i] === COMMA);
    if (bytes[i] !== CLOSE) return false;
    this.at = i + 1;
    return true;
  }

  /** Whether the last object has a value under a key. */
  has(key: number): boolean {
    return this.seenIn[key] === this.objects;
  }

  /** `undefined` when it is neither true nor false. */
  flag(key: number): boolean | undefined {
    const kind = this.kind(key);
    return kind === IS_TRUE ? true : kind === IS_FALSE ? false : undefined;
  }

  /** A number, at least 0; NaN when it is none. */
  number(key: number): number {
    return this.kind(key) === IS_NUMBER ? (this.numbers[key] ?? 0) : Number.NaN;
  }

  /** A text that is a number written as digits with one point among them; NaN for any other. */
  quoted(key: number): number {
    return this.kind(key) === IS_TEXT ? (this.numbers[key] ?? 0) : Number.NaN;
  }

  /** Whether a text says this. */
  says(key: number, expected: Uint8Array): boolean {
    const start = this.starts[key] ?? 0;
    return this.kind(key) === IS_TEXT && this.ends[key] === start + expected.length && this.isAt(expected, start);
  }

  /** The text that begins where `skipText` said. */
  textFrom(start: number): string {
    return this.text.slice(start, this.endOfText(start));
  }

  /** Which symbol a text is; -1 for none. */
  symbol(key: number, finder: SymbolFinder): number {
    return this.kind(key) === IS_TEXT ? finder.find(this.bytes, this.starts[key] ?? 0, this.ends[key] ?? 0) : -1;
  }

  /** A list of pairs of such numbers, one after the other; `undefined` when it is none. */
  quotedPairs(key: number): number[] | undefined {
    if (this.kind(key) !== IS_LIST) return undefined;
    const { bytes } = this;
    const out: number[] = [];
    let i = (this.starts[key] ?? 0) + 1;
    while (bytes[i] === OPEN_LIST) {
      if (bytes[i + 1] !== QUOTE) return undefined;
      i = this.decimal(i + 2);
      if (i < 0 || bytes[i] !== QUOTE || bytes[i + 1] !== COMMA || bytes[i + 2] !== QUOTE) return undefined;
      out.push(this.value);
      i = this.decimal(i + 3);
      if (i < 0 || bytes[i] !== QUOTE || bytes[i + 1] !== CLOSE_LIST) return undefined;
      out.push(this.value);
      i += bytes[i + 2] === COMMA ? 3 : 2;
    }
    return i === (this.ends[key] ?? 0) - 1 ? out : undefined;
  }

  private kind(key: number): number {
    return this.has(key) ? (this.kinds[key] ?? 0) : 0;
  }

  /** @returns the kind of the value that is behind us now; 0 when it could not be read */
  private passOther(code: number): number {
    switch (code) {
      case SMALL_T:
        return this.skip(TRUE) ? IS_TRUE : 0;
      case SMALL_F:
        return this.skip(FALSE) ? IS_FALSE : 0;
      case SMALL_N:
        return this.skip(NULL) ? IS_NULL : 0;
      case OPEN_LIST:
        return this.passList() ? IS_LIST : 0;
      default:
        return 0;
    }
  }

  /** Digits, with at most one point between them, into `value`. @returns where they end; -1 when it is something else */
  private decimal(start: number): number {
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

  /** A list of texts, or of such lists. */
  private passList(): boolean {
    const { bytes } = this;
    this.at++;
    if (bytes[this.at] === CLOSE_LIST) {
      this.at++;
      return true;
    }
    for (;;) {
      const code = bytes[this.at];
      if (code === QUOTE ? this.skipText() < 0 : code !== OPEN_LIST || !this.passList()) return false;
      if (bytes[this.at] !== COMMA) break;
      this.at++;
    }
    if (bytes[this.at] !== CLOSE_LIST) return false;
    this.at++;
    return true;
  }

  /** Where the closing quote is; -1 when a character comes before it that is not itself, or must not be there. */
  private endOfText(start: number): number {
    const { bytes } = this;
    let i = start;
    for (let code = bytes[i] ?? 0; code !== QUOTE; code = bytes[++i] ?? 0) {
      if (code < BLANK || code === BACKSLASH) return -1;
    }
    return i;
  }

  private isAt(expected: Uint8Array, start: number): boolean {
    const { bytes } = this;
    for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
    return true;
  }

  /** The place of a long key in the list of those that are read; -1 for others. */
  private placeOf(start: number, end: number): number {
    return this.longKeys.findIndex((key) => key.length === end - start && this.isAt(key, start));
  }
}

const isDigit = (code: number): boolean => (code - ZERO) >>> 0 <= 9;
const isLetter = (code: number): boolean => ((code | 32) - SMALL_A) >>> 0 < 26;
