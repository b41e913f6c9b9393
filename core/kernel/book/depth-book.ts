import { DEPTH_LAST, DEPTH_SNAPSHOT, type DepthChunk, SIDE_BUY, SIDE_SELL } from '../../domain/chunk.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Level } from '../../domain/market.ts';
import { toMillis } from '../../domain/time.ts';
import type { BookView } from '../../plugin/context.ts';
import type { BookSideName, L2Book } from './book.ts';
import { isOnGrid } from './on-grid.ts';
import { RingBook } from './ring-book.ts';
import { SortedBook } from './sorted-book.ts';

/** The book of one instrument, kept from the rows of its depth stream. */
export class DepthBook implements BookView {
  readonly instrument: string;
  readonly #grid: Instrument;
  #book: L2Book;
  #onGrid = true;
  #eventUs = Number.NaN;

  constructor(instrument: Instrument) {
    this.instrument = instrument.symbol;
    this.#grid = instrument;
    this.#book = new RingBook(instrument);
  }

  /** Takes in one row. True when the row ends a venue message: only then is the book as the venue meant it. */
  applyRow(chunk: DepthChunk, i: number): boolean {
    const flags = chunk.flags[i]!;
    const price = chunk.price[i]!;
    if ((flags & DEPTH_SNAPSHOT) !== 0) this.#book.clear();
    if (this.#onGrid && !isOnGrid(price, this.#grid)) this.#leaveGrid();
    this.#book.apply(chunk.side[i]!, price, chunk.size[i]!);
    this.#eventUs = chunk.event[i]!;
    return (flags & DEPTH_LAST) !== 0;
  }

  /** Forgets everything, for a connection that was lost. */
  clear(): void {
    this.#book.clear();
  }

  get bid(): number | undefined {
    return Number.isNaN(this.#book.bid) ? undefined : this.#book.bid;
  }

  get ask(): number | undefined {
    return Number.isNaN(this.#book.ask) ? undefined : this.#book.ask;
  }

  get bidSize(): number {
    return this.#book.bidSize;
  }

  get askSize(): number {
    return this.#book.askSize;
  }

  get crossed(): boolean {
    return this.#book.crossed;
  }

  /** NaN before the first row. */
  get tsEvent(): number {
    return toMillis(this.#eventUs);
  }

  levels(side: BookSideName, count: number): readonly Level[] {
    return this.#book.levels(side, count);
  }

  /** A price between two ticks says that the tick size is not the venue's; rounding would merge levels. */
  #leaveGrid(): void {
    const sorted = new SortedBook();
    for (const [price, size] of this.#book.levels('bid', Infinity)) sorted.apply(SIDE_BUY, price, size);
    for (const [price, size] of this.#book.levels('ask', Infinity)) sorted.apply(SIDE_SELL, price, size);
    this.#book = sorted;
    this.#onGrid = false;
  }
}
