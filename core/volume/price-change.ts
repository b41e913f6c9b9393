import type { OperatorFunction } from 'rxjs';
import type { Calendar } from '../calendar/calendar.ts';
import type { Trade } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import { type SessionChoice, SessionPlace } from './session-place.ts';
import { afterEach, type TradeSink } from './trade-sink.ts';

export interface PriceChangeOptions {
  /** Which prints open and close a day. Default all; RTH takes the regular open and close. */
  readonly session?: SessionChoice | undefined;
  /** Close of the day before the first one, such as its settlement. Without it the first day has none. */
  readonly previousClose?: number | undefined;
}

export interface Change {
  readonly from: number;
  /** In price units. */
  readonly change: number;
  /** 0.01 is one per cent; `undefined` when `from` is 0. */
  readonly ratio: number | undefined;
}

export interface PriceChangeValue {
  readonly price: number;
  readonly sinceOpen: Change;
  /** `undefined` on the first day, unless `previousClose` was given. */
  readonly sincePreviousClose: Change | undefined;
}

/**
 * How far the price has come today.
 *
 * In       trades of one instrument; those of size 0 set prices too
 * Out      `undefined` before the first print of the session
 * Formula  last price − first price of the trading date; last price − last price of the trading date before
 * Resets   the open with each trading date of the calendar. A print of a date that has ended is left out
 * Memory   four numbers
 */
export class PriceChange implements TradeSink {
  readonly #place: SessionPlace;
  readonly #session: SessionChoice;
  #day: number | undefined;
  #open = Number.NaN;
  #last = Number.NaN;
  #previousClose: number;

  constructor(calendar: Calendar, { session = 'all', previousClose = Number.NaN }: PriceChangeOptions = {}) {
    this.#place = new SessionPlace(calendar);
    this.#session = session;
    this.#previousClose = previousClose;
  }

  add(us: Micros, price: number, _size: number, _side: number): void {
    this.#place.find(us);
    const { day } = this.#place;
    if (!this.#place.isIn(this.#session) || (this.#day !== undefined && day < this.#day)) return;
    if (day !== this.#day) {
      if (this.#day !== undefined) this.#previousClose = this.#last;
      this.#open = price;
      this.#day = day;
    }
    this.#last = price;
  }

  get value(): PriceChangeValue | undefined {
    if (this.#day === undefined) return undefined;
    return {
      price: this.#last,
      sinceOpen: changeFrom(this.#open, this.#last),
      sincePreviousClose: Number.isNaN(this.#previousClose) ? undefined : changeFrom(this.#previousClose, this.#last),
    };
  }
}

const changeFrom = (from: number, to: number): Change => ({
  from,
  change: to - from,
  ratio: from === 0 ? undefined : (to - from) / Math.abs(from),
});

/** The change after each trade; see `PriceChange`. */
export const priceChange = (
  calendar: Calendar,
  options: PriceChangeOptions = {},
): OperatorFunction<Trade, PriceChangeValue | undefined> =>
  afterEach(
    () => new PriceChange(calendar, options),
    (change) => change.value,
  );
