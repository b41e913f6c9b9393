import { HASH_START, hashNext, SymbolTable } from './symbol-table.ts';

/** 2001 to 2100, milliseconds: outside, the unit is wrong. */
export const isTime = (ms: number): boolean => ms > 1e12 && ms < 4.1e12;

/** Trades of one frame; one with more is left to JSON.parse. */
const MOST = 2048;
/** Whole numbers below this are exact, and so are these powers: their quotient is the double of the decimal text. */
const EXACT = 2 ** 53;
const POWERS = Float64Array.from({ length: 16 }, (_, i) => 10 ** i);

const BLANK = 32;
const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

const HEAD = '{"data":[';
const TAIL = '],"type":"trade"}';
const OTHER_HEAD = '{"type":"trade","data":[';
const OTHER_TAIL = ']}';

/**
 * Reads trade frames in the two forms that the venue sends, without building objects: a third of the work of JSON.parse.
 * Anything unusual, down to a blank or an exponent, makes it give up, and the frame is parsed as JSON.
 *
 * Method   W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990: short decimals by one exact division
 */
export class TradeScanner {
  readonly inst = new Int32Array(MOST);
  readonly price = new Float64Array(MOST);
  readonly ms = new Float64Array(MOST);
  readonly size = new Float64Array(MOST);
  private readonly symbols: SymbolTable;
  private text = '';
  private at = 0;
  /** What the last number was. */
  private value = 0;

  /** @param symbols in the order of their numbers */
  constructor(symbols: readonly string[]) {
    this.symbols = new SymbolTable(symbols);
  }

  /** Fills the columns and answers the number of trades; -1 for a frame that it does not read, and then they mean nothing. */
  scan(text: string): number {
    const isUsual = text.startsWith(HEAD);
    if (!isUsual && !text.startsWith(OTHER_HEAD)) return -1;
    this.text = text;
    this.at = (isUsual ? HEAD : OTHER_HEAD).length;
    const end = text.length - (isUsual ? TAIL : OTHER_TAIL).length;
    let row = 0;
    for (; row < MOST; row++) {
      if (!this.trade(row)) return -1;
      if (text.charCodeAt(this.at) !== COMMA) break;
      this.at++;
    }
    return row < MOST && this.at === end && text.endsWith(isUsual ? TAIL : OTHER_TAIL) ? row + 1 : -1;
  }

  /** One object with the keys c, p, s, t and v in any order, c at will. */
  private trade(row: number): boolean {
    const { text } = this;
    if (text.charCodeAt(this.at) !== OPEN) return false;
    let found = 0;
    do {
      this.at++;
      if (text.charCodeAt(this.at) !== QUOTE || text.charCodeAt(this.at + 2) !== QUOTE) return false;
      const key = text.charCodeAt(this.at + 1);
      if (text.charCodeAt(this.at + 3) !== COLON) return false;
      this.at += 4;
      const bit = this.field(key, row);
      // A key twice, and JSON would take the last one.
      if (bit === 0 || (found & bit) !== 0) return false;
      found |= bit;
    } while (text.charCodeAt(this.at) === COMMA);
    if (text.charCodeAt(this.at) !== CLOSE) return false;
    this.at++;
    // What cannot be used has to be told with a sample, and JSON.parse has one.
    return (found & 15) === 15 && (this.price[row] ?? 0) > 0 && isTime(this.ms[row] ?? 0);
  }

  /** A bit for the key whose value has been read; 0 when it could not be. */
  private field(key: number, row: number): number {
    switch (key) {
      case 112: // p
        if (!this.number()) return 0;
        this.price[row] = this.value;
        return 1;
      case 115: // s
        return this.symbol(row) ? 2 : 0;
      case 116: // t
        if (!this.number()) return 0;
        this.ms[row] = this.value;
        return 4;
      case 118: // v
        if (!this.number()) return 0;
        this.size[row] = this.value;
        return 8;
      case 99: // c
        return this.codes() ? 16 : 0;
      default:
        return 0;
    }
  }

  private symbol(row: number): boolean {
    const { text } = this;
    if (text.charCodeAt(this.at) !== QUOTE) return false;
    const start = this.at + 1;
    let end = start;
    let hash = HASH_START;
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(++end)) {
      // Past the end there is no code, and a backslash would mean another character.
      if (!(code >= BLANK) || code === BACKSLASH) return false;
      hash = hashNext(hash, code);
    }
    const inst = this.symbols.find(text, start, end, hash);
    this.inst[row] = inst;
    this.at = end + 1;
    return inst >= 0;
  }

  /** Digits with at most one point among them. */
  private number(): boolean {
    const { text } = this;
    const start = this.at;
    let i = start;
    let digits = 0;
    let point = -1;
    for (; ; i++) {
      const code = text.charCodeAt(i);
      if (code >= ZERO && code <= ZERO + 9) {
        digits = digits * 10 + (code - ZERO);
      } else if (code === DOT && point < 0) point = i;
      else break;
    }
    const decimals = point < 0 ? 0 : i - point - 1;
    const whole = (point < 0 ? i : point) - start;
    // What JSON forbids: no digit before or after the point, or a zero in front.
    const isOdd = whole === 0 || (point >= 0 && decimals === 0) || (whole > 1 && text.charCodeAt(start) === ZERO);
    if (isOdd) return false;
    this.at = i;
    const isShort = digits < EXACT && decimals < POWERS.length;
    this.value = isShort ? digits / (POWERS[decimals] ?? Number.NaN) : Number(text.slice(start, i));
    return true;
  }

  /** Null, or a list of codes, which are numbers in quotes. What they say is not read here. */
  private codes(): boolean {
    const { text } = this;
    if (text.startsWith('null', this.at)) {
      this.at += 4;
      return true;
    }
    if (text.charCodeAt(this.at) !== OPEN_LIST) return false;
    let i = this.at + 1;
    if (text.charCodeAt(i) === CLOSE_LIST) {
      this.at = i + 1;
      return true;
    }
    for (; ; i++) {
      if (text.charCodeAt(i++) !== QUOTE) return false;
      while (text.charCodeAt(i) >= ZERO && text.charCodeAt(i) <= ZERO + 9) i++;
      if (text.charCodeAt(i++) !== QUOTE) return false;
      if (text.charCodeAt(i) !== COMMA) break;
    }
    if (text.charCodeAt(i) !== CLOSE_LIST) return false;
    this.at = i + 1;
    return true;
  }
}
