import type { Level } from '../../domain/market.ts';

export type BookSideName = 'bid' | 'ask';

/** Resting size by price level, both sides. Prices are in price units; an empty side has NaN and size 0. */
export interface L2Book {
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** Best bid at or above best ask: something was lost, or the venue is mid-change. */
  readonly crossed: boolean;
  /** `side` is SIDE_BUY or SIDE_SELL; `size` is absolute, 0 removes the level, also one that is not there. */
  apply(side: number, price: number, size: number): void;
  clear(): void;
  /** Up to `count` levels from the best outwards, as fresh arrays. */
  levels(side: BookSideName, count: number): Level[];
}
