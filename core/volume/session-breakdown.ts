import type { OperatorFunction } from 'rxjs';
import type { Calendar } from '../calendar/calendar.ts';
import { type DayNumber, dateOf } from '../calendar/day-number.ts';
import type { Trade } from '../domain/market.ts';
import { type Micros, toMillis } from '../domain/time.ts';
import { checkWhole } from './option-checks.ts';
import { type SessionName, SessionPlace } from './session-place.ts';
import { SideSums, type SideVolume } from './side-sums.ts';
import { afterEach, type TradeSink } from './trade-sink.ts';

export interface SessionBreakdownOptions {
  /** Trading dates that are held. Default 400. */
  readonly maxDays?: number | undefined;
}

/** One trading date's regular hours, extended hours, or what lay outside of both. Prices in price units. */
export interface SessionVolume extends SideVolume {
  /** `YYYY-MM-DD`. */
  readonly tradingDate: string;
  readonly session: SessionName;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Venue times of the first and the last print, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

export interface SessionBreakdownValue {
  readonly sessions: readonly SessionVolume[];
  /** Over all trading dates, those too that are no longer held. */
  readonly totals: Readonly<Record<SessionName, SideVolume>>;
  /** Trading dates that were given up for want of room. */
  readonly dropped: number;
}

/**
 * Each trading date's regular and extended hours. A print of size 0 sets prices and is no volume.
 *
 * In       trades of one instrument, in any order; open and close are the first and the last that came
 * Resets   never; a trading date ends with its calendar, so an evening belongs to the next date where the exchange has it so
 * Memory   three rows per trading date, `maxDays` dates: the oldest is given up, and `dropped` counts it
 */
export class SessionBreakdown implements TradeSink {
  readonly #place: SessionPlace;
  readonly #maxDays: number;
  readonly #days = new Map<DayNumber, Map<SessionName, SessionRow>>();
  readonly #totals = { RTH: new SideSums(), ETH: new SideSums(), outside: new SideSums() };
  #dropped = 0;
  #day: DayNumber | undefined;
  #session: SessionName | undefined;
  #row = new SessionRow(0, 0);

  constructor(calendar: Calendar, { maxDays = 400 }: SessionBreakdownOptions = {}) {
    checkWhole('maxDays', maxDays);
    this.#place = new SessionPlace(calendar);
    this.#maxDays = maxDays;
  }

  add(us: Micros, price: number, size: number, side: number): void {
    this.#place.find(us);
    const { day, session } = this.#place;
    if (day !== this.#day || session !== this.#session) this.#row = this.#rowOf(day, session, us, price);
    this.#day = day;
    this.#session = session;
    this.#row.add(us, price, size, side);
    this.#totals[session].add(price, size, side);
  }

  get value(): SessionBreakdownValue {
    const { RTH, ETH, outside } = this.#totals;
    return {
      sessions: [...this.#days]
        .sort(([a], [b]) => a - b)
        .flatMap(([day, rows]) => [...rows].map(([session, row]) => row.value(dateOf(day), session))),
      totals: { RTH: RTH.value, ETH: ETH.value, outside: outside.value },
      dropped: this.#dropped,
    };
  }

  #rowOf(day: DayNumber, session: SessionName, us: Micros, price: number): SessionRow {
    const rows = this.#days.get(day) ?? this.#newDay(day);
    const row = rows.get(session) ?? new SessionRow(us, price);
    rows.set(session, row);
    return row;
  }

  #newDay(day: DayNumber): Map<SessionName, SessionRow> {
    const rows = new Map<SessionName, SessionRow>();
    this.#days.set(day, rows);
    const oldest = this.#days.keys().next().value;
    if (this.#days.size > this.#maxDays && oldest !== undefined) {
      this.#days.delete(oldest);
      this.#dropped++;
    }
    return rows;
  }
}

class SessionRow {
  readonly #sums = new SideSums();
  readonly #open: number;
  #high: number;
  #low: number;
  #close: number;
  #from: Micros;
  #to: Micros;

  constructor(us: Micros, price: number) {
    this.#open = price;
    this.#high = price;
    this.#low = price;
    this.#close = price;
    this.#from = us;
    this.#to = us;
  }

  add(us: Micros, price: number, size: number, side: number): void {
    if (price > this.#high) this.#high = price;
    if (price < this.#low) this.#low = price;
    this.#close = price;
    if (us < this.#from) this.#from = us;
    if (us > this.#to) this.#to = us;
    this.#sums.add(price, size, side);
  }

  value(tradingDate: string, session: SessionName): SessionVolume {
    return {
      tradingDate,
      session,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      from: toMillis(this.#from),
      to: toMillis(this.#to),
      ...this.#sums.value,
    };
  }
}

/** The sessions after each trade; see `SessionBreakdown`. */
export const sessionBreakdown = (
  calendar: Calendar,
  options: SessionBreakdownOptions = {},
): OperatorFunction<Trade, SessionBreakdownValue> =>
  afterEach(
    () => new SessionBreakdown(calendar, options),
    (sessions) => sessions.value,
  );
