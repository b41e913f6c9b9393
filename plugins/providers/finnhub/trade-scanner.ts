import * as core from '#core';

// Constants of this file: the engine builds them into the code, where it looks an imported one up each time.
const { byteAt, endOfFrame, endOfNumber, endOfText, lastNumber, openFrame, Phrase, SymbolFinder, thirteenDigits } =
  core;

/** 2001 to 2100, milliseconds: outside, the unit is wrong. */
export const isTime = (ms: number): boolean => ms > 1e12 && ms < 4.1e12;

/** Trades of one frame; one with more is left to JSON.parse. */
const MOST = 2048;

const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const CLOSE = 125;

const HEAD = new Phrase('{"data":[');
const TAIL = new Phrase('],"type":"trade"}');
const OTHER_HEAD = new Phrase('{"type":"trade","data":[');
const OTHER_TAIL = new Phrase(']}');
const CODES = new Phrase('{"c":');
const NONE = new Phrase('null');
const PRICE = new Phrase(',"p":');
const PRICE_FIRST = new Phrase('{"p":');
const SYMBOL = new Phrase(',"s":"');
const TIME = new Phrase('","t":');
const SIZE = new Phrase(',"v":');

/**
 * Reads trade frames as the venue writes them: the keys of a trade in the order of the alphabet, and its type before or after
 * them. What it takes is JSON and means what JSON.parse would make of it; at anything unusual, down to a blank or an escape, it
 * gives up, and the frame is for JSON.parse.
 */
export class TradeScanner {
  readonly inst = new Int32Array(MOST);
  readonly price = new Float64Array(MOST);
  readonly ms = new Float64Array(MOST);
  readonly size = new Float64Array(MOST);
  private readonly symbols: core.SymbolFinder;

  /** @param symbols in the order of their numbers */
  constructor(symbols: readonly string[]) {
    this.symbols = new SymbolFinder(symbols);
  }

  /** Reads a frame: the columns and the number of its trades; -1 when it cannot, and then the columns mean nothing. */
  scan(frame: Uint8Array): number {
    if (!openFrame(frame)) return -1;
    const isUsual = HEAD.isAt(0);
    if (!isUsual && !OTHER_HEAD.isAt(0)) return -1;
    let i = isUsual ? HEAD.length : OTHER_HEAD.length;
    let row = 0;
    do {
      if (row === MOST) return -1;
      i = this.trade(i, row++);
      if (i < 0) return -1;
    } while (byteAt(i++) === COMMA);
    i--;
    if (isUsual) return TAIL.isAt(i) && i + TAIL.length === endOfFrame() ? row : -1;
    return OTHER_TAIL.isAt(i) && i + OTHER_TAIL.length === endOfFrame() ? row : -1;
  }

  /** The trade whose bracket opens at `start`. @returns what is behind it; -1 when it could not be read */
  private trade(start: number, row: number): number {
    let i = endOfCodes(start);
    if (i < 0) return -1;
    i = endOfNumber(i + PRICE.length);
    if (i < 0 || !SYMBOL.isAt(i)) return -1;
    const price = lastNumber();
    const inst = this.symbols.find(i + SYMBOL.length);
    if (inst < 0) return -1;
    i = this.symbols.end;
    if (!TIME.isAt(i)) return -1;
    const ms = thirteenDigits(i + TIME.length);
    i += TIME.length + 13;
    if (!SIZE.isAt(i)) return -1;
    i = endOfNumber(i + SIZE.length);
    if (i < 0 || byteAt(i) !== CLOSE) return -1;
    const size = lastNumber();
    // What cannot be used has to be told with a sample, and JSON.parse has one.
    if (!(price > 0 && isTime(ms) && price + size < Number.POSITIVE_INFINITY)) return -1;
    this.inst[row] = inst;
    this.price[row] = price;
    this.ms[row] = ms;
    this.size[row] = size;
    return i + 1;
  }
}

/** The codes of a trade, if it has any. @returns where its price follows; -1 when it cannot be read */
function endOfCodes(start: number): number {
  if (!CODES.isAt(start)) return PRICE_FIRST.isAt(start) ? start : -1;
  const codes = start + CODES.length;
  const end = NONE.isAt(codes) ? codes + NONE.length : endOfList(codes);
  return end >= 0 && PRICE.isAt(end) ? end : -1;
}

/** A list of texts. @returns what is behind it; -1 when it could not be read */
function endOfList(start: number): number {
  if (byteAt(start) !== OPEN_LIST) return -1;
  let i = start + 1;
  if (byteAt(i) === CLOSE_LIST) return i + 1;
  for (; byteAt(i) === QUOTE; i++) {
    i = endOfText(i + 1) + 1;
    if (byteAt(i) === CLOSE_LIST) return i + 1;
    if (i === 0 || byteAt(i) !== COMMA) return -1;
  }
  return -1;
}
