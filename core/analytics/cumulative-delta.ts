import type { OperatorFunction } from 'rxjs';
import type { Trade } from '../domain/market.ts';
import { addSizes } from '../kernel/book/add-sizes.ts';
import { streaming } from './streaming.ts';
import { TimeWindow } from './time-window.ts';

export interface DeltaOptions {
  /** Length of the sliding window in milliseconds. Default an hour. */
  readonly windowMs?: number | undefined;
  /** Trades that the window holds at most; `cut` counts those that left before their time. Default 1,048,576. */
  readonly capacity?: number | undefined;
  /** Names the session of a time, such as its trading date: the session's sums begin anew when it changes. Default none. */
  readonly sessionOf?: ((tsEvent: number) => number | string) | undefined;
}

/** Sizes by aggressor, in contracts or coins. */
export interface Delta {
  readonly buy: number;
  readonly sell: number;
  /** Of trades whose aggressor nobody knows. */
  readonly unknown: number;
  /** buy − sell. */
  readonly delta: number;
  readonly total: number;
  readonly trades: number;
  readonly perTrade: number | undefined;
}

export interface CumulativeDeltaValue {
  readonly window: Delta;
  readonly session: Delta;
  /** Trades that left the window before their time, for want of room. */
  readonly cut: number;
}

/** Index of a side in sums: sell, unknown, buy. */
const INDEX = { sell: 0, unknown: 1, buy: 2 } as const;

/**
 * Buying minus selling: volume that lifted offers minus volume that hit bids, by sliding window and by session.
 *
 * In       trades of one instrument, each with its own size (never a running total); those of size 0 set prices and count not
 * Resets   the session's sums when `sessionOf` changes; the window never
 */
export class CumulativeDelta {
  readonly #window: TimeWindow;
  readonly #sessionOf: (tsEvent: number) => number | string;
  #session: number | string | undefined;
  readonly #inWindow = new Sums();
  #inSession = new Sums();

  constructor({ windowMs = 3_600_000, capacity = 1_048_576, sessionOf = () => 0 }: DeltaOptions = {}) {
    this.#window = new TimeWindow({
      spanMs: windowMs,
      capacity,
      onLeave: (_ts, size, side) => this.#inWindow.take(side, -size, -1),
    });
    this.#sessionOf = sessionOf;
  }

  add({ size, side, tsEvent }: Trade): void {
    const session = this.#sessionOf(tsEvent);
    if (session !== this.#session) this.#inSession = new Sums();
    this.#session = session;
    if (!(size > 0)) return;
    const index = INDEX[side];
    this.#window.push(tsEvent, size, index);
    this.#inWindow.take(index, size, 1);
    this.#inSession.take(index, size, 1);
  }

  /** As of a time, by default that of the last trade. */
  value(now?: number): CumulativeDeltaValue {
    if (now !== undefined) this.#window.expire(now);
    return { window: this.#inWindow.value, session: this.#inSession.value, cut: this.#window.cut };
  }
}

class Sums {
  readonly #sizes = new Float64Array(3);
  #trades = 0;

  take(index: number, size: number, trades: number): void {
    this.#trades += trades;
    this.#sizes[index] = addSizes(this.#sizes[index] ?? 0, size);
  }

  get value(): Delta {
    const [sell = 0, unknown = 0, buy = 0] = this.#sizes;
    const delta = addSizes(buy, -sell);
    const trades = this.#trades;
    const perTrade = trades === 0 ? undefined : delta / trades;
    return { buy, sell, unknown, delta, total: addSizes(addSizes(buy, sell), unknown), trades, perTrade };
  }
}

/** The delta after each trade; see `CumulativeDelta`. */
export const cumulativeDelta = (options: DeltaOptions = {}): OperatorFunction<Trade, CumulativeDeltaValue> =>
  streaming(
    () => new CumulativeDelta(options),
    (delta, trade) => {
      delta.add(trade);
      return delta.value();
    },
  );
