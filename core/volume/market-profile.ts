import type { OperatorFunction } from 'rxjs';
import type { Calendar } from '../calendar/calendar.ts';
import { type DayNumber, dateOf } from '../calendar/day-number.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Trade } from '../domain/market.ts';
import { type Micros, toMillis } from '../domain/time.ts';
import { checkWhole, checkWithin, type Settled } from './option-checks.ts';
import { type SessionChoice, SessionPlace } from './session-place.ts';
import { type ProfileRow, tpoProfile } from './tpo-profile.ts';
import { afterEach, type TradeSink } from './trade-sink.ts';

export interface MarketProfileOptions {
  /** Which trades count. Default all. */
  readonly session?: SessionChoice | undefined;
  /** Length of a bracket, which one letter stands for, microseconds. Default half an hour. */
  readonly bracket?: Micros | undefined;
  /** Ticks of a row. Default 1. */
  readonly ticksPerRow?: number | undefined;
  /** Rows at most; when the range needs more, rows become twice as high. Default 2,000. */
  readonly maxRows?: number | undefined;
  /** Share of the letters in the value area. Default 0.7. */
  readonly valueArea?: number | undefined;
  /** Told of each trading date that is over, when a print of a later one comes. */
  readonly onDay?: ((profile: MarketProfileValue) => void) | undefined;
}

export interface Bracket {
  readonly letter: string;
  /** Epoch milliseconds, UTC. */
  readonly start: number;
  readonly high: number;
  readonly low: number;
}

/** Prices in price units. */
export interface MarketProfileValue {
  readonly tradingDate: string;
  readonly brackets: readonly Bracket[];
  /** From the lowest price. */
  readonly rows: readonly ProfileRow[];
  readonly ticksPerRow: number;
  /** Price of most letters; of equals the one nearest to the middle of the range, then the lower. */
  readonly poc: number;
  readonly vah: number;
  readonly val: number;
  /** Range of the first two brackets. */
  readonly initialBalance: { readonly high: number; readonly low: number };
  /** Letters in all. */
  readonly letters: number;
}

interface OpenBracket {
  readonly number: number;
  high: number;
  low: number;
}

/** A trading day of 24 hours in brackets of a minute. */
const MAX_BRACKETS = 1_440;

/**
 * Market profile: at which prices the market spent its time. Each bracket puts its letter on every price from its low to its
 * high.
 *
 * In       trades of one instrument; those of size 0 set prices and count too
 * Out      the profile of the trading date so far; `undefined` before its first print
 * Resets   with each trading date of the calendar; brackets are counted from its first session, with `RTH` or `ETH` from the
 *          first of that kind. A print of a date that has ended is left out
 * Formula  J. P. Steidlmayer, "CBOT Market Profile", 1984: value area from the point of control outwards, the two next rows
 *          above against the two below, the side with more letters first, of equals the upper, until `valueArea` of the letters
 * Memory   two numbers per bracket, 1,440 brackets at most; what comes later goes to the last
 */
export class MarketProfile implements TradeSink {
  readonly #grid: Pick<Instrument, 'ticks' | 'price'>;
  readonly #calendar: Calendar;
  readonly #place: SessionPlace;
  readonly #options: Settled<MarketProfileOptions>;
  #day: DayNumber | undefined;
  #start: Micros = 0;
  #brackets = new Map<number, OpenBracket>();
  #open: OpenBracket = { number: -1, high: 0, low: 0 };

  constructor(grid: Pick<Instrument, 'ticks' | 'price'>, calendar: Calendar, options: MarketProfileOptions = {}) {
    const {
      session = 'all',
      bracket = 1_800_000_000,
      ticksPerRow = 1,
      maxRows = 2_000,
      valueArea = 0.7,
      onDay = () => undefined,
    } = options;
    checkWithin('bracket', bracket, 0, 86_400_000_000);
    checkWhole('ticksPerRow', ticksPerRow);
    checkWhole('maxRows', maxRows, 2);
    checkWithin('valueArea', valueArea, 0, 1);
    this.#grid = grid;
    this.#calendar = calendar;
    this.#place = new SessionPlace(calendar);
    this.#options = { session, bracket, ticksPerRow, maxRows, valueArea, onDay };
  }

  add(us: Micros, price: number, _size: number, _side: number): void {
    this.#place.find(us);
    const { day } = this.#place;
    if (!this.#place.isIn(this.#options.session) || (this.#day !== undefined && day < this.#day)) return;
    if (day !== this.#day) this.#begin(day);
    const ticks = this.#grid.ticks(price);
    const number = Math.floor((us - this.#start) / this.#options.bracket);
    if (number !== this.#open.number)
      this.#open = this.#bracketOf(Math.min(Math.max(number, 0), MAX_BRACKETS - 1), ticks);
    if (ticks > this.#open.high) this.#open.high = ticks;
    if (ticks < this.#open.low) this.#open.low = ticks;
  }

  /** Costs a pass over brackets and rows. */
  get value(): MarketProfileValue | undefined {
    if (this.#day === undefined) return undefined;
    const open = [...this.#brackets.values()].sort((a, b) => a.number - b.number);
    const brackets = open.map((one) => ({ letter: letterOf(one.number), high: one.high, low: one.low }));
    const profile = tpoProfile(brackets, this.#options);
    const { price } = this.#grid;
    const first = open.filter(({ number }) => number < 2);
    return {
      tradingDate: dateOf(this.#day),
      brackets: open.map(({ number, high, low }) => ({
        letter: letterOf(number),
        start: toMillis(this.#start + number * this.#options.bracket),
        high: price(high),
        low: price(low),
      })),
      rows: profile.rows.map(({ ticks, letters }) => ({ price: price(ticks), letters })),
      ticksPerRow: profile.ticksPerRow,
      poc: price(profile.poc),
      vah: price(profile.vah),
      val: price(profile.val),
      initialBalance: {
        high: price(Math.max(...(first.length > 0 ? first : open).map(({ high }) => high))),
        low: price(Math.min(...(first.length > 0 ? first : open).map(({ low }) => low))),
      },
      letters: profile.letters,
    };
  }

  #begin(day: DayNumber): void {
    const { value } = this;
    if (value !== undefined) this.#options.onDay(value);
    this.#day = day;
    this.#brackets = new Map();
    this.#open = { number: -1, high: 0, low: 0 };
    const spans = this.#calendar.tradingDayOf(dateOf(day))?.spans ?? [];
    const { session } = this.#options;
    this.#start = spans.find(({ state }) => session === 'all' || state === session)?.start ?? 0;
  }

  #bracketOf(number: number, ticks: number): OpenBracket {
    const bracket = this.#brackets.get(number) ?? { number, high: ticks, low: ticks };
    this.#brackets.set(number, bracket);
    return bracket;
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** A to Z, a to z, then from the beginning. */
const letterOf = (number: number): string => LETTERS[number % LETTERS.length] ?? '?';

/** A way to the profile after each trade; see `MarketProfile`. It is worked out when called. */
export const marketProfile = (
  grid: Pick<Instrument, 'ticks' | 'price'>,
  calendar: Calendar,
  options: MarketProfileOptions = {},
): OperatorFunction<Trade, () => MarketProfileValue | undefined> =>
  afterEach(
    () => new MarketProfile(grid, calendar, options),
    (profile) => () => profile.value,
  );
