import { BarChunk, type Chunk, DepthChunk, QuoteChunk, TradeChunk } from './chunk.ts';
import type { Micros } from './time.ts';

const ROWS = 512;

/**
 * Fills columns row by row and hands them over: what a provider uses that decodes frames itself. One chunk per kind is
 * refilled again and again; a chunk goes out before a row of another kind is begun, so the order of rows is kept across
 * kinds. Call `flush` at the end of every frame.
 *
 * In       instrument numbers are places in the provider's own `instruments`; times are whole microseconds plus nanoseconds
 * Errors   a row that cannot be (a price that is no number, a negative size, an instrument of -1) is not written: the method
 *          answers false
 */
export class ChunkWriter {
  readonly #emit: (chunk: Chunk) => void;
  readonly #rows: number;
  readonly #trades: TradeChunk;
  readonly #quotes: QuoteChunk;
  readonly #depth: DepthChunk;
  readonly #bars: BarChunk;
  #filling: Chunk;

  constructor(emit: (chunk: Chunk) => void, rows: number = ROWS) {
    this.#emit = emit;
    this.#rows = rows;
    this.#trades = new TradeChunk(rows);
    this.#quotes = new QuoteChunk(rows);
    this.#depth = new DepthChunk(rows);
    this.#bars = new BarChunk(rows);
    this.#filling = this.#trades;
  }

  /** Hands over what has been filled. */
  flush(): void {
    const chunk = this.#filling;
    if (chunk.n === 0) return;
    this.#emit(chunk);
    chunk.n = 0;
  }

  /** @param side aggressor: SIDE_BUY, SIDE_SELL or SIDE_UNKNOWN */
  trade(inst: number, price: number, size: number, side: number, event: Micros, eventNs = 0, id = 0): boolean {
    if (!(Number.isFinite(price) && isSize(size) && isPlace(inst, event))) return false;
    const chunk = this.#trades;
    const row = this.#begin(chunk, inst, event, eventNs, id);
    chunk.price[row] = price;
    chunk.size[row] = size;
    chunk.side[row] = side;
    return true;
  }

  /** NaN for the price of an empty side. */
  quote(
    inst: number,
    bid: number,
    bidSize: number,
    ask: number,
    askSize: number,
    event: Micros,
    eventNs = 0,
    id = 0,
  ): boolean {
    if (!(isSideOfQuote(bid, bidSize) && isSideOfQuote(ask, askSize) && isPlace(inst, event))) return false;
    const chunk = this.#quotes;
    const row = this.#begin(chunk, inst, event, eventNs, id);
    chunk.bid[row] = bid;
    chunk.bidSize[row] = Number.isNaN(bid) ? 0 : bidSize;
    chunk.ask[row] = ask;
    chunk.askSize[row] = Number.isNaN(ask) ? 0 : askSize;
    return true;
  }

  /**
   * One level. A venue message is a run of levels: DEPTH_SNAPSHOT on the first that replaces the book, DEPTH_LAST on the last.
   *
   * @param side SIDE_BUY for a bid, SIDE_SELL for an ask
   * @param size absolute; 0 removes the level
   */
  depth(
    inst: number,
    side: number,
    price: number,
    size: number,
    flags: number,
    event: Micros,
    eventNs = 0,
    id = 0,
  ): boolean {
    if (!(Number.isFinite(price) && isSize(size) && isPlace(inst, event))) return false;
    const chunk = this.#depth;
    const row = this.#begin(chunk, inst, event, eventNs, id);
    chunk.side[row] = side;
    chunk.price[row] = price;
    chunk.size[row] = size;
    chunk.flags[row] = flags;
    return true;
  }

  /** @param end of the interval */
  bar(
    inst: number,
    span: Micros,
    end: Micros,
    bar: {
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
      readonly volume: number;
      readonly trades?: number;
    },
  ): boolean {
    const { open, high, low, close, volume, trades = 0 } = bar;
    const inOrder = low <= Math.min(open, close) && high >= Math.max(open, close) && Number.isFinite(low + high);
    if (!(inOrder && isSize(volume) && isSize(trades) && span > 0 && isPlace(inst, end))) return false;
    const chunk = this.#bars;
    const row = this.#begin(chunk, inst, end, 0, 0);
    chunk.span[row] = span;
    chunk.open[row] = open;
    chunk.high[row] = high;
    chunk.low[row] = low;
    chunk.close[row] = close;
    chunk.volume[row] = volume;
    chunk.trades[row] = trades;
    return true;
  }

  #begin(chunk: Chunk, inst: number, event: Micros, eventNs: number, id: number): number {
    if (this.#filling !== chunk || chunk.n === this.#rows) {
      this.flush();
      this.#filling = chunk;
    }
    const row = chunk.n++;
    // A time in milliseconds with a fraction, times a thousand, is rarely whole.
    const at = Math.round(event);
    chunk.event[row] = at;
    chunk.eventNs[row] = eventNs;
    chunk.recv[row] = at;
    chunk.inst[row] = inst;
    chunk.id[row] = id;
    return row;
  }
}

const isSize = (size: number): boolean => size >= 0 && size !== Number.POSITIVE_INFINITY;
/** An empty side has no price, and whatever stands for its size. */
const isSideOfQuote = (price: number, size: number): boolean =>
  Number.isNaN(price) || (Number.isFinite(price) && isSize(size));
/** Columns would make another number of one that does not fit. */
const isPlace = (inst: number, event: Micros): boolean => (inst & 0xffff) === inst && Number.isFinite(event);
