import type { OperatorFunction } from 'rxjs';
import type { Calendar } from '../calendar/calendar.ts';
import type { Trade } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import { type SessionName, SessionPlace } from './session-place.ts';
import { SideSums, type SideVolume } from './side-sums.ts';
import { afterEach, type TradeSink } from './trade-sink.ts';

/** One hour of the exchange's day, over all days. */
export interface HourVolume extends SideVolume {
  /** 0 to 23 on the exchange's clock: 9 is 09:00 to 09:59. */
  readonly hour: number;
  /** Part of all volume, 0 to 1. */
  readonly share: number;
  /** How much of it fell into which session. */
  readonly bySession: Readonly<Record<SessionName, number>>;
}

/**
 * Volume by hour of the day, on the exchange's own clock: the pattern of a day keeps its place when clocks are changed.
 *
 * In       trades of one instrument, in any order
 * Out      the hours that have any, in order of the clock
 * Resets   never: several days add up
 * Memory   24 rows of sums, for any number of trades
 */
export class VolumeByHour implements TradeSink {
  readonly #place: SessionPlace;
  /** By hour; beside its sums the volume of each session. */
  readonly #hours = Array.from({ length: 24 }, () => ({ all: new SideSums(), RTH: 0, ETH: 0, outside: 0 }));

  constructor(calendar: Calendar) {
    this.#place = new SessionPlace(calendar);
  }

  add(us: Micros, price: number, size: number, side: number): void {
    this.#place.find(us);
    const hour = this.#hours[this.#place.hour];
    if (hour === undefined) return;
    hour.all.add(price, size, side);
    hour[this.#place.session] += size;
  }

  get value(): readonly HourVolume[] {
    const total = this.#hours.reduce((sum, { all }) => sum + all.volume, 0);
    return this.#hours.flatMap(({ all, ...bySession }, hour) =>
      all.trades === 0 ? [] : [{ hour, ...all.value, share: all.volume / total, bySession }],
    );
  }
}

/** The hours after each trade; see `VolumeByHour`. */
export const volumeByHour = (calendar: Calendar): OperatorFunction<Trade, readonly HourVolume[]> =>
  afterEach(
    () => new VolumeByHour(calendar),
    (hours) => hours.value,
  );
