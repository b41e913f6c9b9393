import { DEPTH_LAST, DEPTH_SNAPSHOT, type DepthChunk, SIDE_BUY, SIDE_SELL } from '../../domain/chunk.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { DepthUpdate } from '../../domain/market.ts';
import { toMicros } from '../../domain/time.ts';
import type { BookSideName, L2Book } from './book.ts';
import { BookFace } from './book-face.ts';
import { onGridTicks } from './on-grid.ts';
import { RingBook } from './ring-book.ts';
import { SortedBook } from './sorted-book.ts';

/**
 * The book of one instrument by price level (level 2), from absolute sizes, relative changes and snapshots.
 *
 * Kept in a ring of ticks while all prices sit on the instrument's grid, from the first that does not in sorted arrays.
 */
export class DepthBook extends BookFace {
  readonly #grid: Instrument;
  #ring: RingBook | undefined;
  protected reader: L2Book;

  constructor(instrument: Instrument) {
    super(instrument.symbol);
    this.#grid = instrument;
    this.#ring = new RingBook(instrument);
    this.reader = this.#ring;
  }

  /** Takes in one row. True when the row ends a venue message: only then is the book as the venue meant it. */
  applyRow(chunk: DepthChunk, i: number): boolean {
    const flags = chunk.flags[i]!;
    if ((flags & DEPTH_SNAPSHOT) !== 0) this.reader.clear();
    this.#apply(chunk.side[i]!, chunk.price[i]!, chunk.size[i]!);
    this.stamp(chunk.event[i]!);
    return (flags & DEPTH_LAST) !== 0;
  }

  /** Takes in a whole message, as `market.depth` gives it. */
  applyUpdate({ bids, asks, snapshot, tsEvent }: DepthUpdate): void {
    if (snapshot) this.reader.clear();
    for (const [price, size] of bids) this.#apply(SIDE_BUY, price, size);
    for (const [price, size] of asks) this.#apply(SIDE_SELL, price, size);
    this.stamp(toMicros(tsEvent));
  }

  /** A change of a level by so much, for venues that send differences. What comes to 0 or below is gone. */
  adjust(side: BookSideName, price: number, by: number, tsEvent: number): void {
    if (this.#ring !== undefined && Number.isNaN(onGridTicks(price, this.#grid))) this.#leaveGrid();
    this.reader.adjust(side === 'bid' ? SIDE_BUY : SIDE_SELL, price, by);
    this.stamp(toMicros(tsEvent));
  }

  /** Forgets everything, for a connection that was lost. */
  clear(): void {
    this.reader.clear();
    this.stamp(Number.NaN);
  }

  #apply(side: number, price: number, size: number): void {
    const ring = this.#ring;
    if (ring !== undefined) {
      const ticks = onGridTicks(price, this.#grid);
      if (!Number.isNaN(ticks)) return ring.applyTicks(side, ticks, size);
      this.#leaveGrid();
    }
    this.reader.apply(side, price, size);
  }

  /** A price between two ticks says that the tick size is not the venue's; rounding would merge levels. */
  #leaveGrid(): void {
    const sorted = new SortedBook();
    for (const [price, size] of this.reader.levels('bid', Infinity)) sorted.apply(SIDE_BUY, price, size);
    for (const [price, size] of this.reader.levels('ask', Infinity)) sorted.apply(SIDE_SELL, price, size);
    this.reader = sorted;
    this.#ring = undefined;
  }
}
