import { type Chunk, DEPTH_LAST, DEPTH_SNAPSHOT, DepthChunk, type Micros, QuoteChunk, TradeChunk } from '#core';
import type { SimulatedMarket } from './market.ts';
import { LEVELS } from './order-book.ts';
import { ShownBook } from './shown-book.ts';
import { DEPTH, QUOTES } from './wanted.ts';

const ROWS = 4096;
/** Most rows of one message: every level of both sides removed and set anew. */
const MESSAGE_ROWS = 4 * LEVELS;

/**
 * Turns what happens in the markets into rows. One chunk per kind is filled and handed over again and again: a chunk goes
 * out before a row of another kind is begun, so the order of rows is the order of receipt across kinds.
 */
export class ChunkWriter {
  /** Stamps of the rows to come. */
  event: Micros = 0;
  recv: Micros = 0;
  open = true;

  readonly #emit: (chunk: Chunk) => void;
  readonly #trades = new TradeChunk(ROWS);
  readonly #quotes = new QuoteChunk(ROWS);
  readonly #depth = new DepthChunk(ROWS);
  readonly #shown: readonly ShownBook[];
  #filling: Chunk = this.#trades;
  #tradeId = 0;
  #depthId = 0;

  constructor(markets: number, emit: (chunk: Chunk) => void) {
    this.#emit = emit;
    this.#shown = Array.from({ length: markets }, () => new ShownBook());
  }

  /** Hands over what has been filled. */
  flush(): void {
    const chunk = this.#filling;
    if (chunk.n === 0) return;
    this.#emit(chunk);
    chunk.n = 0;
  }

  /** Forgets what was shown of streams that somebody left: who comes later begins with a whole quote or a snapshot. */
  forget(number: number, dropped: number): void {
    const shown = this.#shown[number] as ShownBook;
    if ((dropped & QUOTES) !== 0) shown.quoted = false;
    if ((dropped & DEPTH) !== 0) shown.begun = false;
  }

  trades(market: SimulatedMarket, number: number): void {
    const { instrument } = market;
    const chunk = this.#trades;
    this.#begin(chunk, market.prints);
    for (let print = 0; print < market.prints; print++) {
      const row = this.#stamp(chunk, number, ++this.#tradeId);
      chunk.price[row] = instrument.price(market.printTicks[print] ?? 0);
      chunk.size[row] = instrument.quantity(market.printLots[print] ?? 0);
      chunk.side[row] = market.side;
    }
  }

  /** A quote row, when the best price or size of either side has changed. */
  quote(market: SimulatedMarket, number: number): void {
    const shown = this.#shown[number] as ShownBook;
    if (!shown.takeQuote(market.book)) return;
    const { instrument, book } = market;
    const chunk = this.#quotes;
    this.#begin(chunk, 1);
    const row = this.#stamp(chunk, number, 0);
    chunk.bid[row] = instrument.price(book.bestBid);
    chunk.bidSize[row] = instrument.quantity(book.bids[0] ?? 0);
    chunk.ask[row] = instrument.price(book.bestAsk);
    chunk.askSize[row] = instrument.quantity(book.asks[0] ?? 0);
  }

  /** One depth message with all levels that differ from what was shown; the whole book as a snapshot at first. */
  depth(market: SimulatedMarket, number: number): void {
    const shown = this.#shown[number] as ShownBook;
    const { instrument } = market;
    const chunk = this.#depth;
    this.#begin(chunk, MESSAGE_ROWS);
    const first = chunk.n;
    const id = this.#depthId + 1;
    const snapshot = !shown.begun;
    shown.takeDepth(market.book, (side, ticks, lots) => {
      const row = this.#stamp(chunk, number, id);
      chunk.side[row] = side;
      chunk.price[row] = instrument.price(ticks);
      chunk.size[row] = instrument.quantity(lots);
      chunk.flags[row] = 0;
    });
    if (chunk.n === first) return;
    this.#depthId = id;
    if (snapshot) chunk.flags[first] = DEPTH_SNAPSHOT;
    chunk.flags[chunk.n - 1] = (chunk.flags[chunk.n - 1] ?? 0) | DEPTH_LAST;
  }

  #begin(chunk: Chunk, rows: number): void {
    if (this.#filling !== chunk || chunk.n + rows > ROWS) this.flush();
    this.#filling = chunk;
  }

  #stamp(chunk: Chunk, number: number, id: number): number {
    const row = chunk.n++;
    chunk.recv[row] = this.recv;
    chunk.event[row] = this.event;
    chunk.inst[row] = number;
    chunk.id[row] = id;
    return row;
  }
}
