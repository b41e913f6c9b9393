import type { OperatorFunction } from 'rxjs';
import type { Trade } from '../domain/market.ts';
import { addSizes } from '../kernel/book/add-sizes.ts';
import { streaming } from './streaming.ts';

export interface TradeFlowOptions {
  /** Names the session of a time; everything begins anew when it changes. Default one session for ever. */
  readonly sessionOf?: ((tsEvent: number) => number | string) | undefined;
}

/** Of the session so far. Sizes in contracts or coins, prices in price units. */
export interface TradeFlow {
  readonly aggressiveBuy: number;
  readonly aggressiveSell: number;
  /** Filled while resting: the other side of each trade. */
  readonly passiveBuy: number;
  readonly passiveSell: number;
  readonly unknown: number;
  readonly delta: number;
  /** Σ(price × size) ÷ Σ size. */
  readonly vwap: number | undefined;
  readonly high: number | undefined;
  readonly low: number | undefined;
  readonly trades: number;
  readonly averageSize: number | undefined;
  readonly largestSize: number | undefined;
  readonly smallestSize: number | undefined;
  readonly tradesPerSecond: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * Who traded how much, and at what price.
 *
 * In       trades of one instrument; those of size 0 set prices and count not
 * Resets   when `sessionOf` changes
 */
export class TradeFlowMeter {
  readonly #sessionOf: (tsEvent: number) => number | string;
  #session: number | string | undefined;
  #sums = emptySums();

  constructor({ sessionOf = () => 0 }: TradeFlowOptions = {}) {
    this.#sessionOf = sessionOf;
  }

  add({ price, size, side, tsEvent }: Trade): void {
    const session = this.#sessionOf(tsEvent);
    if (session !== this.#session) this.#sums = emptySums();
    this.#session = session;
    if (!(size > 0)) return;
    const sums = this.#sums;
    if (sums.trades === 0) {
      sums.anchor = price;
      sums.from = tsEvent;
    }
    sums.trades++;
    sums[side] = addSizes(sums[side], size);
    // Prices enter as distances from the first, which keeps the digits of long sums.
    sums.paid += (price - sums.anchor) * size;
    sums.high = Math.max(sums.high, price);
    sums.low = Math.min(sums.low, price);
    sums.largest = Math.max(sums.largest, size);
    sums.smallest = Math.min(sums.smallest, size);
    sums.to = Math.max(sums.to, tsEvent);
  }

  get value(): TradeFlow {
    const { buy, sell, unknown, trades, paid, anchor, high, low, largest, smallest, from, to } = this.#sums;
    const volume = addSizes(addSizes(buy, sell), unknown);
    const some = (value: number): number | undefined => (trades === 0 ? undefined : value);
    return {
      aggressiveBuy: buy,
      aggressiveSell: sell,
      passiveBuy: sell,
      passiveSell: buy,
      unknown,
      delta: addSizes(buy, -sell),
      vwap: some(anchor + paid / volume),
      high: some(high),
      low: some(low),
      trades,
      averageSize: some(volume / trades),
      largestSize: some(largest),
      smallestSize: some(smallest),
      tradesPerSecond: to > from ? (trades * 1000) / (to - from) : undefined,
      from: some(from),
      to: some(to),
    };
  }
}

const emptySums = () => ({
  buy: 0,
  sell: 0,
  unknown: 0,
  trades: 0,
  paid: 0,
  anchor: 0,
  high: -Infinity,
  low: Infinity,
  largest: -Infinity,
  smallest: Infinity,
  from: 0,
  to: -Infinity,
});

/** The flow after each trade; see `TradeFlowMeter`. */
export const tradeFlow = (options: TradeFlowOptions = {}): OperatorFunction<Trade, TradeFlow> =>
  streaming(
    () => new TradeFlowMeter(options),
    (meter, trade) => {
      meter.add(trade);
      return meter.value;
    },
  );
