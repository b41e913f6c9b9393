import type { Side } from '../domain/market.ts';
import { addSizes } from '../kernel/book/add-sizes.ts';
import type { BookView } from '../plugin/context.ts';

/** Resting size close to the market. */
export interface DepthInRange {
  readonly bidTotal: number;
  readonly askTotal: number;
  readonly bidLevels: number;
  readonly askLevels: number;
  readonly imbalance: number | undefined;
}

/** What lies within so much price of each side's best. */
export function depthInRange(book: BookView, range: number): DepthInRange {
  const [bids, asks] = [within(book, 'bid', range), within(book, 'ask', range)];
  const all = bids.total + asks.total;
  return {
    bidTotal: bids.total,
    askTotal: asks.total,
    bidLevels: bids.levels,
    askLevels: asks.levels,
    imbalance: all === 0 ? undefined : (bids.total - asks.total) / all,
  };
}

/** A market order walked through the book. Prices in price units; costs are against the trader when above 0. */
export interface MarketImpact {
  /** What the book can fill of the size. */
  readonly filled: number;
  readonly complete: boolean;
  readonly levels: number;
  readonly averagePrice: number | undefined;
  readonly worstPrice: number | undefined;
  /** Average price against the best, and against the mid: the latter holds half of the spread. */
  readonly slippage: number | undefined;
  readonly costToMid: number | undefined;
  /** The latter in basis points of the mid. */
  readonly costBps: number | undefined;
  /** How far the best price moves when the order takes all of this. */
  readonly priceMove: number | undefined;
}

const BATCH = 64;

/** What a market order of a size would do to the book as it stands, nobody else acting. */
export function marketImpact(book: BookView, side: Side, size: number): MarketImpact {
  const from = side === 'buy' ? 'ask' : 'bid';
  const sign = side === 'buy' ? 1 : -1;
  let [filled, paid, used, worst] = [0, 0, 0, Number.NaN];
  let next = Number.NaN;
  for (const [price, resting] of walk(book, from)) {
    next = price;
    if (filled >= size) break;
    const taken = Math.min(resting, size - filled);
    filled += taken;
    paid += taken * price;
    worst = price;
    used++;
    next = taken < resting ? price : Number.NaN;
  }
  const best = side === 'buy' ? book.ask : book.bid;
  const averagePrice = filled > 0 ? paid / filled : undefined;
  const minus = (other: number | undefined): number | undefined =>
    averagePrice === undefined || other === undefined ? undefined : sign * (averagePrice - other);
  const costToMid = minus(book.mid);
  return {
    filled,
    complete: filled >= size,
    levels: used,
    averagePrice,
    worstPrice: Number.isNaN(worst) ? undefined : worst,
    slippage: minus(best),
    costToMid,
    costBps: costToMid === undefined || book.mid === undefined ? undefined : (costToMid / Math.abs(book.mid)) * 10_000,
    priceMove: best === undefined || Number.isNaN(next) ? undefined : sign * (next - best),
  };
}

function within(book: BookView, side: 'bid' | 'ask', range: number): { total: number; levels: number } {
  const best = book[side];
  let [total, levels] = [0, 0];
  if (best === undefined) return { total, levels };
  // Half of a billionth of the price: what a difference of two decimals may miss.
  const reach = range + Math.abs(best) * 5e-10;
  for (const [price, size] of walk(book, side)) {
    if (Math.abs(price - best) > reach) break;
    total = addSizes(total, size);
    levels++;
  }
  return { total, levels };
}

/** Levels from the best outwards; few are looked at unless more are needed. */
function* walk(book: BookView, side: 'bid' | 'ask'): Generator<readonly [price: number, size: number]> {
  let seen = 0;
  for (let batch = BATCH; ; batch *= 8) {
    const levels = book.levels(side, batch);
    for (; seen < levels.length; seen++) {
      const level = levels[seen];
      if (level !== undefined) yield level;
    }
    if (levels.length < batch) return;
  }
}
