import { SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type DepthUpdate, Trade } from '../domain/market.ts';
import { DepthBook } from '../kernel/book/depth-book.ts';
import type { BookView } from '../plugin/context.ts';

/** What the analytics of a book are made of: its changes and its trades, in the venue's order. */
export type BookEvent = Trade | DepthUpdate;

/** Somebody who looks at every change. Prices in ticks, times in epoch milliseconds, sides SIDE_BUY (bids) and SIDE_SELL. */
export interface BookListener {
  /**
   * A message names a level; its size may be what it was, as when an order was filled and refilled at once. `distance` is
   * that from its side's best before the message, in ticks, 0 or more.
   */
  onLevel?(side: number, ticks: number, before: number, after: number, distance: number, tsEvent: number): void;
  /** A message has ended. */
  onBook?(book: BookView, update: DepthUpdate): void;
  /** `book` is that before the trade's own change of it, where the venue tells the trade first, as most do. */
  onTrade?(trade: Trade, ticks: number, book: BookView): void;
  /** A snapshot has come: nothing that was seen of levels holds any more. */
  onReset?(): void;
}

/** Keeps a book and tells listeners what changes in it. */
export class BookFollower {
  readonly book: DepthBook;
  readonly #instrument: Instrument;
  readonly #listeners: readonly BookListener[];

  constructor(instrument: Instrument, listeners: readonly BookListener[]) {
    this.book = new DepthBook(instrument);
    this.#instrument = instrument;
    this.#listeners = listeners;
  }

  take(event: BookEvent): void {
    if (event instanceof Trade) this.trade(event);
    else this.depth(event);
  }

  depth(update: DepthUpdate): void {
    if (update.snapshot) for (const listener of this.#listeners) listener.onReset?.();
    else this.#tellLevels(update);
    this.book.applyUpdate(update);
    for (const listener of this.#listeners) listener.onBook?.(this.book, update);
  }

  trade(trade: Trade): void {
    const ticks = this.#instrument.ticks(trade.price);
    for (const listener of this.#listeners) listener.onTrade?.(trade, ticks, this.book);
  }

  #tellLevels({ bids, asks, tsEvent }: DepthUpdate): void {
    const { book } = this;
    const { ticks: ticksOf } = this.#instrument;
    const bestBid = book.bid === undefined ? undefined : ticksOf(book.bid);
    const bestAsk = book.ask === undefined ? undefined : ticksOf(book.ask);
    for (const [price, size] of bids) {
      const ticks = ticksOf(price);
      const before = book.sizeAt('bid', price);
      this.#tell(SIDE_BUY, ticks, before, size, Math.max(0, (bestBid ?? ticks) - ticks), tsEvent);
    }
    for (const [price, size] of asks) {
      const ticks = ticksOf(price);
      const before = book.sizeAt('ask', price);
      this.#tell(SIDE_SELL, ticks, before, size, Math.max(0, ticks - (bestAsk ?? ticks)), tsEvent);
    }
  }

  #tell(side: number, ticks: number, before: number, after: number, distance: number, tsEvent: number): void {
    for (const listener of this.#listeners) listener.onLevel?.(side, ticks, before, after, distance, tsEvent);
  }
}

/** One number for a side and a price. */
export const levelKey = (side: number, ticks: number): number => ticks * 2 + (side === SIDE_BUY ? 1 : 0);
