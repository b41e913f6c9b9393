import { defer, filter, type OperatorFunction } from 'rxjs';
import type { AggressorSide, Trade } from '../domain/market.ts';
import { type Micros, toMillis } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import { checkWhole, checkWithin } from './option-checks.ts';
import { SizeHistogram, type TradesFrom } from './size-histogram.ts';
import { sideName, type TradeSink } from './trade-sink.ts';

export interface LargeTradesOptions {
  /** Sizes from which a trade is large, contracts or coins. Default none. */
  readonly sizes?: readonly number[] | undefined;
  /** Per cent of the trades that are smaller than a large one, or as large. Default 90, 95, 99 and 99.9. */
  readonly percentiles?: readonly number[] | undefined;
  /** The largest trades that are held one by one. Default 50. */
  readonly top?: number | undefined;
  /** Distinct sizes that are told apart; see `SizeHistogram`. Default 65,536. */
  readonly maxSizes?: number | undefined;
}

export interface LargeTrade {
  /** Epoch milliseconds, UTC. */
  readonly tsEvent: number;
  readonly price: number;
  readonly size: number;
  readonly side: AggressorSide;
}

export interface LargeTradeGroup extends TradesFrom {
  /** Part of all volume, 0 to 1. */
  readonly share: number;
  /** buy − sell. */
  readonly delta: number;
  /** Per cent, where a percentile chose the size. */
  readonly percentile: number | undefined;
}

export interface LargeTradesValue {
  readonly bySize: readonly LargeTradeGroup[];
  readonly byPercentile: readonly LargeTradeGroup[];
  /** Largest first; of equals the earlier. */
  readonly largest: readonly LargeTrade[];
  /** Width of the steps to which sizes had to be rounded; 0 when every size is exact. */
  readonly step: number;
}

/**
 * The large trades: those of at least given sizes, those beyond percentiles of size, and the largest one by one.
 *
 * In       trades of one instrument, in any order; those of size 0 count not
 * Formula  a percentile is by nearest rank (NIST/SEMATECH e-Handbook 7.2.6.2 names it the smallest size such that so many per
 *          cent of the trades do not exceed it); all trades of that size and more are its group
 * Resets   never
 * Memory   `top` trades and `maxSizes` sizes
 */
export class LargeTrades implements TradeSink {
  readonly #sizes: readonly number[];
  readonly #percentiles: readonly number[];
  readonly #top: number;
  readonly #histogram: SizeHistogram;
  readonly #largest: LargeTrade[] = [];

  constructor({ sizes = [], percentiles = [90, 95, 99, 99.9], top = 50, maxSizes }: LargeTradesOptions = {}) {
    for (const [i, size] of sizes.entries()) checkWithin(`sizes[${i}]`, size, 0, Number.POSITIVE_INFINITY);
    for (const [i, percent] of percentiles.entries()) checkWithin(`percentiles[${i}]`, percent, 0, 100);
    checkWhole('top', top, 0);
    this.#sizes = sizes;
    this.#percentiles = percentiles;
    this.#top = top;
    this.#histogram = new SizeHistogram(maxSizes);
  }

  add(us: Micros, price: number, size: number, side: number): void {
    if (!(size > 0)) return;
    this.#histogram.add(size, side);
    const least = this.#largest[this.#top - 1];
    if (this.#top > 0 && (least === undefined || size > least.size)) this.#keep(us, price, size, side);
  }

  get value(): LargeTradesValue {
    const { volume } = this.#histogram.from(0);
    const group = (size: number, percentile?: number): LargeTradeGroup => {
      const sum = this.#histogram.from(size);
      return { ...sum, share: volume === 0 ? 0 : sum.volume / volume, delta: sum.buy - sum.sell, percentile };
    };
    return {
      bySize: this.#sizes.map((size) => group(size)),
      byPercentile: this.#percentiles.flatMap((percent) => {
        const size = this.#histogram.percentile(percent);
        return size === undefined ? [] : [group(size, percent)];
      }),
      largest: [...this.#largest],
      step: this.#histogram.step,
    };
  }

  #keep(us: Micros, price: number, size: number, side: number): void {
    const at = this.#largest.findIndex((one) => one.size < size);
    const trade = { tsEvent: toMillis(us), price, size, side: sideName(side) };
    this.#largest.splice(at < 0 ? this.#largest.length : at, 0, trade);
    if (this.#largest.length > this.#top) this.#largest.pop();
  }
}

/** One of the two. */
export interface LargeTradeFilter {
  /** From this size on, contracts or coins. */
  readonly size?: number | undefined;
  /** Beyond this percentile of the sizes before it, per cent. */
  readonly percentile?: number | undefined;
  /** Trades before a percentile means anything. Default 1,000. */
  readonly warmup?: number | undefined;
  /** The percentile is worked out anew after so many trades. Default 256. */
  readonly every?: number | undefined;
}

/**
 * Lets large trades through.
 *
 * In       trades of one instrument
 * Out      those of `size` or more; or those as large as the percentile of all that came before, once there were `warmup`
 * Errors   VOLUME_BAD_OPTION
 */
export function largeTrades(options: LargeTradeFilter): OperatorFunction<Trade, Trade> {
  const { size, percentile, warmup = 1_000, every = 256 } = options;
  if ((size === undefined) === (percentile === undefined)) throw oneOfTwo(options);
  checkWhole('warmup', warmup);
  checkWhole('every', every);
  if (size !== undefined) {
    checkWithin('size', size, 0, Number.POSITIVE_INFINITY);
    return filter((trade) => trade.size >= size);
  }
  const percent = percentile ?? 0;
  checkWithin('percentile', percent, 0, 100);
  return (trades$) =>
    defer(() => {
      const sizes = new SizeHistogram();
      let least = Number.POSITIVE_INFINITY;
      let next = warmup;
      return trades$.pipe(
        filter((trade) => {
          const isLarge = trade.size >= least;
          if (trade.size > 0) sizes.add(trade.size, 0);
          if (sizes.trades >= next) {
            least = sizes.percentile(percent) ?? least;
            next = sizes.trades + every;
          }
          return isLarge;
        }),
      );
    });
}

const oneOfTwo = ({ size, percentile }: LargeTradeFilter): MillraceError =>
  new MillraceError({
    code: 'VOLUME_BAD_OPTION',
    where: { path: 'largeTrades' },
    was: `size ${size} and percentile ${percentile}`,
    expected: 'one of the two',
    fix: 'give a size such as 50, or a percentile such as 99',
  });
