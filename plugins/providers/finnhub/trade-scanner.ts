import { asBytes, FlatFrame, SymbolFinder } from '#core';

/** 2001 to 2100, milliseconds: outside, the unit is wrong. */
export const isTime = (ms: number): boolean => ms > 1e12 && ms < 4.1e12;

/** Trades of one frame; one with more is left to JSON.parse. */
const MOST = 2048;

/** Codes of the keys. */
const P = 112;
const S = 115;
const T = 116;
const V = 118;

const HEAD = asBytes('{"data":[');
const TAIL = asBytes('],"type":"trade"}');
const OTHER_HEAD = asBytes('{"type":"trade","data":[');
const OTHER_TAIL = asBytes(']}');
const COMMA = asBytes(',');

/** Reads trade frames in the two forms that the venue sends. Anything unusual makes it give up; see `FlatFrame`. */
export class TradeScanner {
  readonly inst = new Int32Array(MOST);
  readonly price = new Float64Array(MOST);
  readonly ms = new Float64Array(MOST);
  readonly size = new Float64Array(MOST);
  private readonly frame = new FlatFrame();
  private readonly symbols: SymbolFinder;

  /** @param symbols in the order of their numbers */
  constructor(symbols: readonly string[]) {
    this.symbols = new SymbolFinder(symbols);
  }

  /** Fills the columns and answers the number of trades; -1 for a frame that it does not read, and then they mean nothing. */
  scan(bytes: Uint8Array): number {
    const { frame } = this;
    if (!frame.open(bytes)) return -1;
    const isUsual = frame.skip(HEAD);
    if (!isUsual && !frame.skip(OTHER_HEAD)) return -1;
    let row = 0;
    do {
      if (row === MOST || !frame.readObject()) return -1;
      const inst = frame.symbol(S, this.symbols);
      const price = frame.number(P);
      const ms = frame.number(T);
      const size = frame.number(V);
      // What cannot be used has to be told with a sample, and JSON.parse has one.
      if (!(inst >= 0 && price > 0 && isTime(ms) && size >= 0 && price + size < Number.POSITIVE_INFINITY)) return -1;
      this.inst[row] = inst;
      this.price[row] = price;
      this.ms[row] = ms;
      this.size[row++] = size;
    } while (frame.skip(COMMA));
    return frame.skip(isUsual ? TAIL : OTHER_TAIL) && frame.ended ? row : -1;
  }
}
