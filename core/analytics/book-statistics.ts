import { SIDE_BUY } from '../domain/chunk.ts';
import type { DepthUpdate, Trade } from '../domain/market.ts';
import type { BookView } from '../plugin/context.ts';
import type { BookListener } from './book-follower.ts';

/** Counts since the start. */
export interface BookStatisticsValue {
  readonly messages: number;
  readonly snapshots: number;
  readonly bidChanges: number;
  readonly askChanges: number;
  readonly added: number;
  readonly grown: number;
  readonly shrunk: number;
  readonly removed: number;
  /** Messages after which the book was crossed. */
  readonly crossed: number;
  readonly trades: number;
  readonly buys: number;
  readonly sells: number;
  readonly messagesPerSecond: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Counts what happens to a book. */
export class BookStatistics implements BookListener {
  #messages = 0;
  #snapshots = 0;
  #bidChanges = 0;
  #askChanges = 0;
  #added = 0;
  #grown = 0;
  #shrunk = 0;
  #removed = 0;
  #crossed = 0;
  #trades = 0;
  #buys = 0;
  #sells = 0;
  #from = Number.NaN;
  #to = Number.NaN;

  onLevel(side: number, _ticks: number, before: number, after: number): void {
    if (before === after) return;
    if (side === SIDE_BUY) this.#bidChanges++;
    else this.#askChanges++;
    if (before === 0) this.#added++;
    else if (after === 0) this.#removed++;
    else if (after > before) this.#grown++;
    else this.#shrunk++;
  }

  onBook(book: BookView, { snapshot, tsEvent }: DepthUpdate): void {
    if (snapshot) this.#snapshots++;
    else this.#messages++;
    if (book.crossed) this.#crossed++;
    if (Number.isNaN(this.#from)) this.#from = tsEvent;
    if (!(tsEvent < this.#to)) this.#to = tsEvent;
  }

  onTrade({ side }: Trade): void {
    this.#trades++;
    if (side === 'buy') this.#buys++;
    if (side === 'sell') this.#sells++;
  }

  get value(): BookStatisticsValue {
    const spanMs = this.#to - this.#from;
    return {
      messages: this.#messages,
      snapshots: this.#snapshots,
      bidChanges: this.#bidChanges,
      askChanges: this.#askChanges,
      added: this.#added,
      grown: this.#grown,
      shrunk: this.#shrunk,
      removed: this.#removed,
      crossed: this.#crossed,
      trades: this.#trades,
      buys: this.#buys,
      sells: this.#sells,
      messagesPerSecond: spanMs > 0 ? ((this.#messages + this.#snapshots) * 1000) / spanMs : undefined,
      from: Number.isNaN(this.#from) ? undefined : this.#from,
      to: Number.isNaN(this.#to) ? undefined : this.#to,
    };
  }
}
