import type { Level } from '../../domain/market.ts';

export type BookSideName = 'bid' | 'ask';

/** What can be read of resting sizes by price level. Prices are in price units; an empty side has NaN and size 0. */
export interface LevelReader {
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** Best bid at or above best ask: something was lost, or the venue is mid-change. */
  readonly crossed: boolean;
  /** Levels of a side. */
  count(side: BookSideName): number;
  /** Resting size at a price; 0 where nothing rests. */
  sizeAt(side: BookSideName, price: number): number;
  /** Up to `count` levels from the best outwards, as fresh arrays. */
  levels(side: BookSideName, count: number): Level[];
  /** The same into arrays of the caller, as many as fit; how many there were. */
  top(side: BookSideName, prices: Float64Array, sizes: Float64Array): number;
}

/** Resting size by price level, both sides, kept from changes of levels. */
export interface L2Book extends LevelReader {
  /** `side` is SIDE_BUY or SIDE_SELL; `size` is absolute, 0 removes the level, also one that is not there. */
  apply(side: number, price: number, size: number): void;
  /** A change by so much; a level that comes to 0 or below is gone. */
  adjust(side: number, price: number, by: number): void;
  clear(): void;
}
