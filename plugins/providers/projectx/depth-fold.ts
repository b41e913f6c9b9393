import { SIDE_BUY, SIDE_SELL } from '#core';
import { BookSide } from './book-side.ts';

/** DomType of the gateway. Here 1 is the ask and 2 the bid, the reverse of its order sides. */
const ASK = 1;
const BID = 2;
const BEST_ASK = 3;
const BEST_BID = 4;
const RESET = 6;
const NEW_BEST_BID = 9;
const NEW_BEST_ASK = 10;
/** Unknown, trade, low, high, fill: none of them is a resting level. */
const NO_LEVELS = [0, 5, 7, 8, 11];

/** A level that changed: side, whole ticks, absolute size. */
export interface LevelChange {
  readonly side: typeof SIDE_BUY | typeof SIDE_SELL;
  readonly ticks: number;
  readonly size: number;
}

/**
 * Builds the book of one contract from depth entries and tells what changed, removals that the gateway leaves to the reader
 * included: a best price has nothing better beside it, and a bid at or above an ask replaces it. Prints (type 5, whose
 * volume is a running total) do not touch the book.
 *
 * In       entries in the order of their message; sizes are absolute, 0 removes
 * Out      `changes` and `snapshot` since the last `begin`; a reset forgets the changes before it
 * Resets   on type 6 and at `clear`; the next message is then a snapshot
 */
export class DepthFold {
  changes: LevelChange[] = [];
  /** The changes replace the book that the reader has. */
  snapshot = false;
  /** The gateway emptied the book in this message: worth telling even when no level follows. */
  emptied = false;
  /** Levels of the other side that a new one ran into. */
  crossed = 0;
  private readonly bids = new BookSide(1);
  private readonly asks = new BookSide(-1);
  private fresh = true;

  begin(): void {
    this.changes = [];
    this.snapshot = this.fresh;
    this.emptied = false;
  }

  /** A new connection: whatever was known may be old. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.fresh = true;
  }

  get best(): { readonly bid: number | undefined; readonly ask: number | undefined } {
    return { bid: this.bids.best, ask: this.asks.best };
  }

  get levels(): number {
    return this.bids.count + this.asks.count;
  }

  /** False for a type that the specification does not know. */
  add(type: number, ticks: number, size: number): boolean {
    if (type === RESET) this.reset();
    else if (type === BID || type === ASK) this.level(type === BID, ticks, size, true);
    else if (type === BEST_BID || type === NEW_BEST_BID) this.pointer(true, ticks, size);
    else if (type === BEST_ASK || type === NEW_BEST_ASK) this.pointer(false, ticks, size);
    else return NO_LEVELS.includes(type);
    return true;
  }

  /** Whether entries of this type carry a price and a size that matter. */
  static isLevel(type: number): boolean {
    return type !== RESET && !NO_LEVELS.includes(type);
  }

  private reset(): void {
    this.bids.clear();
    this.asks.clear();
    this.changes = [];
    this.snapshot = true;
    this.emptied = true;
    this.fresh = false;
  }

  private level(isBid: boolean, ticks: number, size: number, always: boolean): void {
    const own = isBid ? this.bids : this.asks;
    const changed = own.sizeAt(ticks) !== size;
    own.set(ticks, size);
    // A level that is said to be what it is goes on to the reader: the message is the venue's, not ours to shorten.
    if (changed || always) this.tell(isBid, ticks, size);
    if (size === 0) return;
    const other = isBid ? this.asks : this.bids;
    this.crossed += this.remove(other, !isBid, ticks, true);
  }

  /** Markers repeat the level beside them, so one that says nothing new is not told. */
  private pointer(isBid: boolean, ticks: number, size: number): void {
    if (size > 0) this.remove(isBid ? this.bids : this.asks, isBid, ticks, false);
    this.level(isBid, ticks, size, false);
  }

  /** Removes from a side what is better than a price, or as good, seen from that side. */
  private remove(from: BookSide, isBid: boolean, ticks: number, including: boolean): number {
    const gone = from.prune(ticks, including);
    for (const each of gone) this.tell(isBid, each, 0);
    return gone.length;
  }

  private tell(isBid: boolean, ticks: number, size: number): void {
    this.changes.push({ side: isBid ? SIDE_BUY : SIDE_SELL, ticks, size });
    this.fresh = false;
  }
}
