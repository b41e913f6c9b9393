import type { OperatorFunction } from 'rxjs';
import type { Calendar } from '../calendar/calendar.ts';
import type { Trade } from '../domain/market.ts';
import { type Micros, toMicros } from '../domain/time.ts';
import { checkWithin } from './option-checks.ts';
import { type SessionChoice, SessionPlace } from './session-place.ts';
import { afterEach, type TradeSink } from './trade-sink.ts';

export interface VwapOptions {
  /** Distances of the bands in standard deviations. Default 1 and 2. */
  readonly bands?: readonly number[] | undefined;
}

export interface SessionVwapOptions extends VwapOptions {
  /** Which trades count. Default all. */
  readonly session?: SessionChoice | undefined;
}

export interface VwapBand {
  readonly deviations: number;
  readonly upper: number;
  readonly lower: number;
}

/** Prices in price units. */
export interface VwapValue {
  readonly vwap: number;
  /** Standard deviation of prices, weighted with their size. */
  readonly deviation: number;
  readonly bands: readonly VwapBand[];
  /** Volume since the anchor. */
  readonly volume: number;
}

/**
 * Volume-weighted average price with bands, since an anchor.
 *
 * In       trades of one instrument from the anchor on; those of size 0 weigh nothing
 * Out      `undefined` before the first trade
 * Resets   with `reset`
 * Formula  Σ(price × size) ÷ Σ size; variance Σ(size × (price − vwap)²) ÷ Σ size, of the population. Berkowitz, Logue & Noser,
 *          "The Total Cost of Transactions on the NYSE", Journal of Finance 43(1), 1988. Both in one pass after D. H. D. West,
 *          "Updating Mean and Variance Estimates: An Improved Method", CACM 22(9), 1979
 * Memory   three numbers
 */
export class VwapBands implements TradeSink {
  readonly #bands: readonly number[];
  #mean = 0;
  #squares = 0;
  #volume = 0;

  constructor({ bands = [1, 2] }: VwapOptions = {}) {
    for (const [i, band] of bands.entries()) checkWithin(`bands[${i}]`, band, 0, Number.POSITIVE_INFINITY);
    this.#bands = bands;
  }

  add(_us: Micros, price: number, size: number): void {
    if (!(size > 0)) return;
    this.#volume += size;
    const distance = price - this.#mean;
    this.#mean += (distance * size) / this.#volume;
    this.#squares += size * distance * (price - this.#mean);
  }

  reset(): void {
    this.#mean = 0;
    this.#squares = 0;
    this.#volume = 0;
  }

  /** NaN before the first trade. */
  get vwap(): number {
    return this.#volume === 0 ? Number.NaN : this.#mean;
  }

  /** NaN before the first trade. */
  get deviation(): number {
    return this.#volume === 0 ? Number.NaN : Math.sqrt(Math.max(0, this.#squares) / this.#volume);
  }

  get value(): VwapValue | undefined {
    if (this.#volume === 0) return undefined;
    const { vwap, deviation } = this;
    const bands = this.#bands.map((deviations) => ({
      deviations,
      upper: vwap + deviations * deviation,
      lower: vwap - deviations * deviation,
    }));
    return { vwap, deviation, bands, volume: this.#volume };
  }
}

/** `VwapBands` that begin anew with each trading date, or with each date's regular or extended hours. */
export class SessionVwap implements TradeSink {
  readonly bands: VwapBands;
  readonly #place: SessionPlace;
  readonly #session: SessionChoice;
  #day: number | undefined;

  constructor(calendar: Calendar, { session = 'all', ...options }: SessionVwapOptions = {}) {
    this.bands = new VwapBands(options);
    this.#place = new SessionPlace(calendar);
    this.#session = session;
  }

  add(us: Micros, price: number, size: number, _side: number): void {
    this.#place.find(us);
    const { day } = this.#place;
    if (!this.#place.isIn(this.#session)) return;
    // A trade that came late does not end the day that has begun.
    if (this.#day !== undefined && day < this.#day) return;
    if (day !== this.#day) this.bands.reset();
    this.#day = day;
    this.bands.add(us, price, size);
  }

  get value(): VwapValue | undefined {
    return this.bands.value;
  }
}

/** The session's VWAP after each trade, `undefined` before the first of them; see `SessionVwap`. */
export const sessionVwap = (
  calendar: Calendar,
  options: SessionVwapOptions = {},
): OperatorFunction<Trade, VwapValue | undefined> =>
  afterEach(
    () => new SessionVwap(calendar, options),
    (vwap) => vwap.value,
  );

/**
 * The VWAP since a moment after each trade, `undefined` before it; see `VwapBands`.
 *
 * @param from epoch milliseconds, UTC: the anchor, such as a low, a report, the year's first open
 */
export const anchoredVwap = (
  from: number,
  options: VwapOptions = {},
): OperatorFunction<Trade, VwapValue | undefined> => {
  const anchor = toMicros(from);
  return afterEach(
    () => {
      const bands = new VwapBands(options);
      return {
        add: (us: Micros, price: number, size: number): void => {
          if (us >= anchor) bands.add(us, price, size);
        },
        bands,
      };
    },
    ({ bands }) => bands.value,
  );
};
