import { BarChunk, type Chunk, DepthChunk, QuoteChunk, TradeChunk } from './chunk.ts';
import type { Micros } from './time.ts';

const CHUNK_ROWS = 8192;
/** Enough to make the cost of handing over a batch vanish, little enough to stay in cache. */
const BATCH_ROWS = 8192;

/** Collects the rows of one file, of all kinds, in the order in which they were received. */
export class RowBatch {
  runs: { readonly chunk: Chunk; readonly from: number; to: number }[] = [];
  rows = 0;
  /** Rows whose receipt time lay before that of the row before. */
  stepsBack = 0;
  #trades = new TradeChunk(CHUNK_ROWS);
  #quotes = new QuoteChunk(CHUNK_ROWS);
  #depth = new DepthChunk(CHUNK_ROWS);
  #bars = new BarChunk(CHUNK_ROWS);
  #recv: Micros = -Infinity;
  #recvNs = 0;
  #event: Micros = 0;
  #eventNs = 0;

  get full(): boolean {
    return this.rows >= BATCH_ROWS;
  }

  /** Times of the rows that follow. Receipt time cannot run backwards: where it does, the last one stands. */
  time(recv: Micros, recvNs: number, event: Micros, eventNs: number): void {
    this.#event = event;
    this.#eventNs = eventNs;
    if (recv < this.#recv || (recv === this.#recv && recvNs < this.#recvNs)) {
      this.stepsBack++;
      return;
    }
    this.#recv = recv;
    this.#recvNs = recvNs;
  }

  trade(inst: number, id: number, price: number, size: number, side: number): void {
    if (this.#trades.n === CHUNK_ROWS) this.#trades = new TradeChunk(CHUNK_ROWS);
    const chunk = this.#trades;
    const i = this.#row(chunk, inst, id);
    chunk.price[i] = price;
    chunk.size[i] = size;
    chunk.side[i] = side;
  }

  quote(inst: number, id: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    if (this.#quotes.n === CHUNK_ROWS) this.#quotes = new QuoteChunk(CHUNK_ROWS);
    const chunk = this.#quotes;
    const i = this.#row(chunk, inst, id);
    chunk.bid[i] = bid;
    chunk.bidSize[i] = bidSize;
    chunk.ask[i] = ask;
    chunk.askSize[i] = askSize;
  }

  depth(inst: number, id: number, side: number, price: number, size: number, flags: number): void {
    if (this.#depth.n === CHUNK_ROWS) this.#depth = new DepthChunk(CHUNK_ROWS);
    const chunk = this.#depth;
    const i = this.#row(chunk, inst, id);
    chunk.side[i] = side;
    chunk.price[i] = price;
    chunk.size[i] = size;
    chunk.flags[i] = flags;
  }

  bar(
    inst: number,
    span: Micros,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    trades: number,
  ): void {
    if (this.#bars.n === CHUNK_ROWS) this.#bars = new BarChunk(CHUNK_ROWS);
    const chunk = this.#bars;
    const i = this.#row(chunk, inst, 0);
    chunk.span[i] = span;
    chunk.open[i] = open;
    chunk.high[i] = high;
    chunk.low[i] = low;
    chunk.close[i] = close;
    chunk.volume[i] = volume;
    chunk.trades[i] = trades;
  }

  /** Forgets the rows, which have been taken, and keeps the chunks. */
  clear(): void {
    for (const chunk of [this.#trades, this.#quotes, this.#depth, this.#bars]) chunk.n = 0;
    this.runs = [];
    this.rows = 0;
  }

  #row(chunk: Chunk, inst: number, id: number): number {
    const i = chunk.n++;
    chunk.recv[i] = this.#recv;
    chunk.recvNs[i] = this.#recvNs;
    chunk.event[i] = this.#event;
    chunk.eventNs[i] = this.#eventNs;
    chunk.inst[i] = inst;
    chunk.id[i] = id;
    this.rows++;
    const last = this.runs.at(-1);
    if (last?.chunk === chunk) last.to = i + 1;
    else this.runs.push({ chunk, from: i, to: i + 1 });
    return i;
  }
}
