import type { Level } from '../domain/market.ts';
import type { BookView } from '../plugin/context.ts';

/** A book as a plain object, for those who keep or send it. */
export interface BookSnapshot {
  readonly instrument: string;
  /** Epoch milliseconds, venue time. */
  readonly tsEvent: number;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly spread: number | undefined;
  readonly mid: number | undefined;
  readonly microPrice: number | undefined;
  readonly crossed: boolean;
  /** Best first. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** Sums over the levels shown. */
  readonly bidTotal: number;
  readonly askTotal: number;
  /** (B − A) ÷ (B + A) of those sums. */
  readonly imbalance: number | undefined;
}

/** Reading it changes nothing, and costs what the levels cost. The SDK's figures of the same name are equal. */
export function bookSnapshot(book: BookView, levels = 10): BookSnapshot {
  const { instrument, tsEvent, bid, ask, spread, mid, microPrice, crossed } = book;
  return {
    instrument,
    tsEvent,
    bid,
    ask,
    spread,
    mid,
    microPrice,
    crossed,
    bids: book.levels('bid', levels),
    asks: book.levels('ask', levels),
    bidTotal: book.total('bid', levels),
    askTotal: book.total('ask', levels),
    imbalance: book.imbalance(levels),
  };
}
