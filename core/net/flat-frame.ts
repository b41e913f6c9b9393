import * as text from './frame-text.ts';
import { Phrase } from './phrase.ts';
import type { SymbolFinder } from './symbol-finder.ts';

const { byteAt, endOfDecimal, endOfFrame, endOfNumber, endOfText, lastNumber, wordAt } = text;

const KEYS = 128;

// Some are in frame-text.ts as well: the engine looks an imported constant up each time, a fifth of the reading.
const QUOTE = 34;
const COMMA = 44;
const ZERO = 48;
const COLON = 58;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const SMALL_A = 97;
const SMALL_F = 102;
const SMALL_N = 110;
const SMALL_T = 116;
const OPEN = 123;
const CLOSE = 125;

/** A key of one letter with all that stands around it, and what of that is not the letter. */
const KEY_OF_LETTER = 0x3a220022;
const AROUND_LETTER = 0xffff00ff;

/** Kinds of values; 0 for a key that is not there. */
const IS_TEXT = 1;
const IS_NUMBER = 2;
const IS_TRUE = 3;
const IS_FALSE = 4;
const IS_NULL = 5;
const IS_LIST = 6;

const TRUE = new Phrase('true');
const FALSE = new Phrase('false');
const NULL = new Phrase('null');

/**
 * Reads objects of plain values out of a frame's text without building them. What it takes is JSON and means what JSON.parse
 * would make of it; at anything unusual, down to a blank, an escape or a minus, it gives up, and the frame is for JSON.parse.
 */
export class FlatFrame {
  private at = 0;
  private readonly longKeys: readonly Phrase[];
  /** By key: the object that it was last seen in, and of its value the kind, the number, and the place without quotes. */
  private readonly seenIn = new Float64Array(KEYS);
  private readonly kinds = new Uint8Array(KEYS);
  private readonly numbers = new Float64Array(KEYS);
  private readonly starts = new Int32Array(KEYS);
  private readonly ends = new Int32Array(KEYS);
  private objects = 0;

  /**
   * Keys of one letter go by its code. Longer ones are read over.
   *
   * @param longKeys those that are not: they go by their place in this list
   */
  constructor(longKeys: readonly string[] = []) {
    this.longKeys = longKeys.map((key) => new Phrase(key));
  }

  /** Goes to where an object begins in the open frame. */
  begin(at = 0): void {
    this.at = at;
  }

  get ended(): boolean {
    return this.at === endOfFrame();
  }

  /** Whether the text goes on with this; then it is behind us. */
  skip(expected: Phrase): boolean {
    const isNext = expected.isAt(this.at);
    if (isNext) this.at += expected.length;
    return isNext;
  }

  /** A text in quotes. @returns where it begins; -1 when there is none */
  private skipText(): number {
    const start = this.at + 1;
    if (byteAt(this.at) !== QUOTE) return -1;
    const end = endOfText(start);
    if (end < 0) return -1;
    this.at = end + 1;
    return start;
  }

  /**
   * Reads an object, whose values can then be asked for. Written in one piece: the engine builds only so much into one
   * function, and the calls that it would leave take as long as the reading.
   */
  readObject(): boolean {
    let i = this.at;
    if (byteAt(i) !== OPEN) return false;
    this.objects++;
    do {
      const word = wordAt(i + 1);
      let key = (word >>> 8) & 0xff;
      if ((word & AROUND_LETTER) === KEY_OF_LETTER && isLetter(key)) i += 5;
      else {
        const first = i + 2;
        if (byteAt(i + 1) !== QUOTE) return false;
        i = endOfText(first) + 1;
        if (i === 0) return false;
        key = this.placeOf(first, i - 1);
        if (byteAt(i++) !== COLON) return false;
      }
      let start = i;
      let kind = 0;
      let value = Number.NaN;
      const code = byteAt(start);
      if (code === QUOTE) {
        start++;
        i = isDigit(byteAt(start)) ? endOfDecimal(start) : -1;
        if (i < 0 || byteAt(i) !== QUOTE) {
          i = endOfText(start);
          if (i < 0) return false;
        } else value = lastNumber();
        kind = IS_TEXT;
      } else if (isDigit(code)) {
        i = endOfNumber(start);
        if (i < 0) return false;
        value = lastNumber();
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
        this.numbers[key] = value;
        this.starts[key] = start;
        this.ends[key] = i;
      }
      if (kind === IS_TEXT) i++;
    } while (byteAt(i) === COMMA);
    if (byteAt(i) !== CLOSE) return false;
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
  says(key: number, expected: Phrase): boolean {
    const start = this.starts[key] ?? 0;
    return this.kind(key) === IS_TEXT && this.ends[key] === start + expected.length && expected.isAt(start);
  }

  /** Which symbol a text is; -1 for none. */
  symbol(key: number, finder: SymbolFinder): number {
    return this.kind(key) === IS_TEXT ? finder.find(this.starts[key] ?? 0) : -1;
  }

  /** A list of pairs of such numbers, one after the other; `undefined` when it is none. */
  quotedPairs(key: number): number[] | undefined {
    if (this.kind(key) !== IS_LIST) return undefined;
    const out: number[] = [];
    let i = (this.starts[key] ?? 0) + 1;
    while (byteAt(i) === OPEN_LIST) {
      if (byteAt(i + 1) !== QUOTE) return undefined;
      i = endOfDecimal(i + 2);
      if (i < 0 || byteAt(i) !== QUOTE || byteAt(i + 1) !== COMMA || byteAt(i + 2) !== QUOTE) return undefined;
      out.push(lastNumber());
      i = endOfDecimal(i + 3);
      if (i < 0 || byteAt(i) !== QUOTE || byteAt(i + 1) !== CLOSE_LIST) return undefined;
      out.push(lastNumber());
      i += byteAt(i + 2) === COMMA ? 3 : 2;
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

  /** A list of texts, or of such lists. */
  private passList(): boolean {
    this.at++;
    if (byteAt(this.at) === CLOSE_LIST) {
      this.at++;
      return true;
    }
    for (;;) {
      const code = byteAt(this.at);
      if (code === QUOTE ? this.skipText() < 0 : code !== OPEN_LIST || !this.passList()) return false;
      if (byteAt(this.at) !== COMMA) break;
      this.at++;
    }
    if (byteAt(this.at) !== CLOSE_LIST) return false;
    this.at++;
    return true;
  }

  /** The place of a long key in the list of those that are read; -1 for others. */
  private placeOf(start: number, end: number): number {
    return this.longKeys.findIndex((key) => key.length === end - start && key.isAt(start));
  }
}

const isLetter = (code: number): boolean => ((code | 32) - SMALL_A) >>> 0 < 26;
const isDigit = (code: number): boolean => (code - ZERO) >>> 0 <= 9;
