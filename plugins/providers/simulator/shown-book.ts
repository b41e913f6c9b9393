import { SIDE_BUY, SIDE_SELL } from '#core';
import { LEVELS, type OrderBook } from './order-book.ts';

type LevelSink = (side: number, ticks: number, lots: number) => void;

/** What the outside has last seen of one book: the difference to it is what has to be sent. */
export class ShownBook {
  /** False until a quote, or a depth snapshot, has been shown. */
  quoted = false;
  begun = false;
  #quotedBid = 0;
  #bidLots = 0;
  #askLots = 0;
  #bestBid = 0;
  readonly #bids = new Float64Array(LEVELS);
  readonly #asks = new Float64Array(LEVELS);

  /** True when the best levels differ from the last quote; they count as shown from then on. */
  takeQuote(book: OrderBook): boolean {
    const bidLots = book.bids[0] ?? 0;
    const askLots = book.asks[0] ?? 0;
    const same =
      this.quoted && book.bestBid === this.#quotedBid && bidLots === this.#bidLots && askLots === this.#askLots;
    this.quoted = true;
    this.#quotedBid = book.bestBid;
    this.#bidLots = bidLots;
    this.#askLots = askLots;
    return !same;
  }

  /** Calls `sink` for each level to remove (0 lots) or to set; they count as shown from then on. */
  takeDepth(book: OrderBook, sink: LevelSink): void {
    const moved = this.begun ? book.bestBid - this.#bestBid : LEVELS;
    // In steps away from the spread, a rising price brings bid levels closer to it and pushes ask levels away.
    difference(this.begun ? this.#bids : undefined, book.bids, -moved, (level, lots) =>
      sink(SIDE_BUY, book.bestBid - level, lots),
    );
    difference(this.begun ? this.#asks : undefined, book.asks, moved, (level, lots) =>
      sink(SIDE_SELL, book.bestBid + 1 + level, lots),
    );
    this.begun = true;
    this.#bestBid = book.bestBid;
    this.#bids.set(book.bids);
    this.#asks.set(book.asks);
  }
}

/** Levels count from the best price of `now`; a level `i` of `now` was level `i + moved` of `before`. */
function difference(
  before: Float64Array | undefined,
  now: Float64Array,
  moved: number,
  sink: (level: number, lots: number) => void,
): void {
  if (before !== undefined) {
    for (let old = 0; old < LEVELS; old++) {
      const level = old - moved;
      if (level < 0 || level >= LEVELS) sink(level, 0);
    }
  }
  for (let level = 0; level < LEVELS; level++) {
    const lots = now[level] ?? 0;
    if (lots !== before?.[level + moved]) sink(level, lots);
  }
}
