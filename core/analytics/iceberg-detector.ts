import { SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Trade } from '../domain/market.ts';
import type { BookView } from '../plugin/context.ts';
import { type BookListener, levelKey } from './book-follower.ts';
import { checkPositive } from './time-window.ts';

export interface IcebergOptions {
  /** Refills that make an iceberg at least. Default 4. */
  readonly minRefills?: number | undefined;
  /** Milliseconds from the last trade at a price within which new size there is a refill. Default 500. */
  readonly refillMs?: number | undefined;
  /** Share of the shown size that must have been traded before new size is a refill. Default 1: all that was shown. */
  readonly consumed?: number | undefined;
  /** Smallest mean refill. Where most orders are one lot set it above that: there an iceberg of one lot looks like anybody. */
  readonly minPeak?: number | undefined;
  /** Quiet time after which a price begins anew. Default 10 minutes. */
  readonly windowMs?: number | undefined;
  /** Least confidence that is told. Default 0.7. */
  readonly confidence?: number | undefined;
  /** Prices that are watched at most; the one that traded longest ago is forgotten. Default 4,096. */
  readonly maxPrices?: number | undefined;
}

/** An order that seems to show only part of itself. */
export interface Iceberg {
  readonly side: 'bid' | 'ask';
  readonly price: number;
  /** Mean size of the refills. */
  readonly peak: number;
  readonly refills: number;
  /** Traded at the price since it was first watched. */
  readonly executed: number;
  /** Of that what had not been shown when trading at the price began: the sum of the refills. */
  readonly hidden: number;
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
}

interface Watched {
  shown: number;
  /** Traded since `shown` was. */
  traded: number;
  lastTrade: number;
  executed: number;
  refills: number;
  sum: number;
  squares: number;
  latency: number;
  from: number;
}

/**
 * Finds icebergs by what defines one: all that was shown at a price is traded, and at once the price shows size again, of much
 * the same amount each time. Size that comes without trades is no sign.
 *
 * In          changes and trades in the venue's order, a trade before the change that it causes; trades of unknown side are
 *             left out. By level alone an order of another trader who refills as evenly cannot be told apart
 * Confidence  0.4 × min(1, refills ÷ (2 × minRefills)) + 0.4 × max(0, 1 − deviation ÷ mean of the refills)
 *             + 0.2 × (1 − mean latency ÷ refillMs)
 */
export class IcebergDetector implements BookListener {
  readonly #options: Required<{ [K in keyof IcebergOptions]: NonNullable<IcebergOptions[K]> }>;
  readonly #grid: Pick<Instrument, 'price'>;
  readonly #onFound: (iceberg: Iceberg) => void;
  readonly #watched = new Map<number, Watched>();

  /** @param onFound told at the refill that makes an iceberg likely, and at each one after it */
  constructor(grid: Pick<Instrument, 'price'>, onFound: (iceberg: Iceberg) => void, options: IcebergOptions = {}) {
    const { minRefills = 4, refillMs = 500, consumed = 1, minPeak = 0, windowMs = 600_000 } = options;
    const { confidence = 0.7, maxPrices = 4096 } = options;
    this.#options = { minRefills, refillMs, consumed, minPeak, windowMs, confidence, maxPrices };
    for (const [name, value] of Object.entries({ minRefills, refillMs, windowMs, maxPrices }))
      checkPositive(name, value);
    this.#grid = grid;
    this.#onFound = onFound;
  }

  onTrade({ side, size, price, tsEvent }: Trade, ticks: number, book: BookView): void {
    if (side === 'unknown' || !(size > 0)) return;
    const [code, name] = side === 'sell' ? ([SIDE_BUY, 'bid'] as const) : ([SIDE_SELL, 'ask'] as const);
    const key = levelKey(code, ticks);
    let watched = this.#watched.get(key);
    if (watched !== undefined) this.#watched.delete(key);
    if (watched === undefined || tsEvent - watched.lastTrade > this.#options.windowMs) {
      watched = newlyWatched(book.sizeAt(name, price), tsEvent);
    }
    watched.traded += size;
    watched.executed += size;
    watched.lastTrade = tsEvent;
    // Put in anew each time: a Map keeps the order, and so its first is the one that traded longest ago.
    this.#watched.set(key, watched);
    if (this.#watched.size > this.#options.maxPrices) {
      for (const oldest of this.#watched.keys()) {
        this.#watched.delete(oldest);
        break;
      }
    }
  }

  onLevel(side: number, ticks: number, _before: number, after: number, _distance: number, tsEvent: number): void {
    const watched = this.#watched.get(levelKey(side, ticks));
    if (watched === undefined) return;
    const { refillMs, consumed } = this.#options;
    const latency = tsEvent - watched.lastTrade;
    const isConsumed = watched.traded > 0 && watched.traded >= consumed * watched.shown;
    // Empty: a refill may still come, and is then seen against what was shown before.
    if (after === 0 && isConsumed && latency <= refillMs) return;
    if (isConsumed && watched.shown > 0 && latency <= refillMs) {
      const refill = after - Math.max(0, watched.shown - watched.traded);
      if (refill > 0) this.#refill(watched, refill, Math.max(0, latency), side, ticks, tsEvent);
    } else if (after === 0 || isConsumed) {
      // Others took the place, or all was taken away: what was seen of refills belongs to an order that is gone.
      Object.assign(watched, newlyWatched(after, tsEvent), { lastTrade: watched.lastTrade });
    }
    watched.shown = after;
    watched.traded = 0;
  }

  onReset(): void {
    this.#watched.clear();
  }

  #refill(watched: Watched, size: number, latency: number, side: number, ticks: number, tsEvent: number): void {
    watched.refills++;
    watched.sum += size;
    watched.squares += size ** 2;
    watched.latency += latency;
    const { minRefills, refillMs, minPeak, confidence: least } = this.#options;
    const { refills, sum, squares, executed, from } = watched;
    const peak = sum / refills;
    if (refills < minRefills || peak < minPeak) return;
    const deviation = Math.sqrt(Math.max(0, squares / refills - peak ** 2));
    const confidence =
      0.4 * Math.min(1, refills / (2 * minRefills)) +
      0.4 * Math.max(0, 1 - deviation / peak) +
      0.2 * (1 - watched.latency / refills / refillMs);
    if (confidence < least) return;
    const place = { side: side === SIDE_BUY ? ('bid' as const) : ('ask' as const), price: this.#grid.price(ticks) };
    this.#onFound({ ...place, peak, refills, executed, hidden: sum, confidence, from, to: tsEvent });
  }
}

const newlyWatched = (shown: number, from: number): Watched => ({
  shown,
  traded: 0,
  lastTrade: from,
  executed: 0,
  refills: 0,
  sum: 0,
  squares: 0,
  latency: 0,
  from,
});
