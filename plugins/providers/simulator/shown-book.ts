import { SIDE_BUY, SIDE_SELL } from '#core';
import { LEVELS, type OrderBook } from './order-book.ts';

type LevelSink = (side: number, ticks: number, lots: number) => void;
type SideSink = (level: number, lots: number) => void;

/** What the outside has last seen of one book: the difference to it is what has to be sent. */
export class ShownBook {
  /** False until a quote, or a depth snapshot, has been shown. */
  quoted = false;
  begun = false;
  #quotedBid = 0;
  #quotedAsk = 0;
  #bidLots = 0;
  #askLots = 0;
  #bestBid = 0;
  #bestAsk = 0;
  readonly #bids = new Float64Array(LEVELS);
  readonly #asks = new Float64Array(LEVELS);

  /** True when the best levels differ from the last quote; they count as shown from then on. */
  takeQuote(book: OrderBook): boolean {
    const bidLots = book.bids[0] ?? 0;
    const askLots = book.asks[0] ?? 0;
    const same =
      this.quoted &&
      book.bestBid === this.#quotedBid &&
      book.bestAsk === this.#quotedAsk &&
      bidLots === this.#bidLots &&
      askLots === this.#askLots;
    this.quoted = true;
    this.#quotedBid = book.bestBid;
    this.#quotedAsk = book.bestAsk;
    this.#bidLots = bidLots;
    this.#askLots = askLots;
    return !same;
  }

  /** Calls `sink` for each level to remove (0 lots) or to set; they count as shown from then on. */
  takeDepth(book: OrderBook, sink: LevelSink): void {
    const { bestBid, bestAsk } = book;
    const bid: SideSink = (level, lots) => sink(SIDE_BUY, bestBid - level, lots);
    const ask: SideSink = (level, lots) => sink(SIDE_SELL, bestAsk + level, lots);
    // In steps away from the spread: a bid that rises pushes its old levels away, and so does an ask that falls.
    if (!this.begun) this.#forget();
    else {
      if (bestBid !== this.#bestBid) move(this.#bids, bestBid - this.#bestBid, bid);
      if (bestAsk !== this.#bestAsk) move(this.#asks, this.#bestAsk - bestAsk, ask);
    }
    take(this.#bids, book.bids, bid);
    take(this.#asks, book.asks, ask);
    this.begun = true;
    this.#bestBid = bestBid;
    this.#bestAsk = bestAsk;
  }

  #forget(): void {
    this.#bids.fill(0);
    this.#asks.fill(0);
  }
}

/** Counts the levels shown from a best price that is `nearer` levels nearer; those out of sight by that are to be removed. */
function move(shown: Float64Array, nearer: number, sink: SideSink): void {
  const before = shown.slice();
  for (let old = 0; old < LEVELS; old++) {
    if (old + nearer < 0 || old + nearer >= LEVELS) sink(old + nearer, 0);
  }
  for (let level = 0; level < LEVELS; level++) shown[level] = before[level - nearer] ?? 0;
}

function take(shown: Float64Array, now: Float64Array, sink: SideSink): void {
  for (let level = 0; level < LEVELS; level++) {
    const lots = now[level] ?? 0;
    if (lots === shown[level]) continue;
    shown[level] = lots;
    sink(level, lots);
  }
}
