import { FrameCursor, Phrase, SymbolFinder } from '#core';

/** 2001 to 2100, milliseconds: outside, the unit is wrong. */
export const isTime = (ms: number): boolean => ms > 1e12 && ms < 4.1e12;

/** Trades of one frame; one with more is left to JSON.parse. */
const MOST = 2048;

const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

/** The keys with all that stands around them, and the bits that say which have come. */
const [C, P, S, T, V, NULL] = ['"c":', '"p":', '"s":', '"t":', '"v":', 'null'].map((text) => new Phrase(text).words[0]);
const HAS_C = 1;
const HAS_P = 2;
const HAS_S = 4;
const HAS_T = 8;
const HAS_V = 16;
const NEEDED = HAS_P | HAS_S | HAS_T | HAS_V;

const HEAD = new Phrase('{"data":[');
const TAIL = new Phrase('],"type":"trade"}');
const OTHER_HEAD = new Phrase('{"type":"trade","data":[');
const OTHER_TAIL = new Phrase(']}');

/**
 * Reads trade frames in the two forms that the venue sends. What it takes is JSON and means what JSON.parse would make of it;
 * at anything unusual, down to a blank or an escape, it gives up, and the frame is for JSON.parse.
 */
export class TradeScanner extends FrameCursor {
  readonly inst = new Int32Array(MOST);
  readonly price = new Float64Array(MOST);
  readonly ms = new Float64Array(MOST);
  readonly size = new Float64Array(MOST);
  private readonly symbols: SymbolFinder;

  /** @param symbols in the order of their numbers */
  constructor(symbols: readonly string[]) {
    super();
    this.symbols = new SymbolFinder(symbols);
  }

  /** Reads the open frame: the columns and the number of its trades; -1 when it cannot, and then the columns mean nothing. */
  scan(): number {
    const { bytes } = this;
    const isUsual = this.skip(HEAD);
    if (!isUsual && !this.skip(OTHER_HEAD)) return -1;
    let row = 0;
    let i = this.at;
    do {
      if (row === MOST || bytes[i] !== OPEN) return -1;
      i = this.trade(i, row++);
      if (i < 0) return -1;
    } while (bytes[i++] === COMMA);
    this.at = i - 1;
    return this.skip(isUsual ? TAIL : OTHER_TAIL) && this.ended ? row : -1;
  }

  /** The trade whose bracket opens at `start`. @returns what is behind it; -1 when it could not be read */
  private trade(start: number, row: number): number {
    const { bytes, view } = this;
    let i = start;
    let has = 0;
    let bit = 0;
    let inst = -1;
    let price = 0;
    let ms = 0;
    let size = 0;
    do {
      const key = view.getInt32(i + 1, true);
      i += 5;
      if (key === P) {
        bit = HAS_P;
        i = this.plainNumber(i);
        price = this.value;
      } else if (key === T) {
        bit = HAS_T;
        i = this.plainNumber(i);
        ms = this.value;
      } else if (key === V) {
        bit = HAS_V;
        i = this.plainNumber(i);
        size = this.value;
      } else if (key === S) {
        bit = HAS_S;
        if (bytes[i] !== QUOTE) return -1;
        const end = this.endOfText(i + 1);
        if (end < 0) return -1;
        inst = this.symbols.find(view, i + 1, end);
        i = end + 1;
      } else if (key === C) {
        bit = HAS_C;
        i = this.conditions(i);
      } else return -1;
      // A key twice, and JSON would take the last one.
      if (i < 0 || (has & bit) !== 0) return -1;
      has |= bit;
    } while (bytes[i] === COMMA);
    if (bytes[i] !== CLOSE || (has & NEEDED) !== NEEDED) return -1;
    // What cannot be used has to be told with a sample, and JSON.parse has one.
    if (!(inst >= 0 && price > 0 && isTime(ms) && size >= 0 && price + size < Number.POSITIVE_INFINITY)) return -1;
    this.inst[row] = inst;
    this.price[row] = price;
    this.ms[row] = ms;
    this.size[row] = size;
    return i + 1;
  }

  /** Codes of the trade, or that it has none. @returns what is behind them; -1 when they could not be read */
  private conditions(start: number): number {
    const { bytes, view } = this;
    if (view.getInt32(start, true) === NULL) return start + 4;
    if (bytes[start] !== OPEN_LIST) return -1;
    let i = start + 1;
    if (bytes[i] === CLOSE_LIST) return i + 1;
    for (; bytes[i] === QUOTE; i++) {
      i = this.endOfText(i + 1) + 1;
      if (bytes[i] === CLOSE_LIST) return i + 1;
      if (i === 0 || bytes[i] !== COMMA) return -1;
    }
    return -1;
  }
}
