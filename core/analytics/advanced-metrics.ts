import { addSizes } from '../kernel/book/add-sizes.ts';
import type { BookView } from '../plugin/context.ts';

/** Shape of a whole book. Sizes in contracts or coins; `undefined` where a side is empty. */
export interface AdvancedMetrics {
  readonly bidLevels: number;
  readonly askLevels: number;
  readonly bidTotal: number;
  readonly askTotal: number;
  readonly averageBid: number | undefined;
  readonly averageAsk: number | undefined;
  /** (B − A) ÷ (B + A) over all levels. */
  readonly imbalance: number | undefined;
  readonly spread: number | undefined;
  readonly mid: number | undefined;
  readonly microPrice: number | undefined;
  /** Mid weighted by the opposite totals of the whole book, as project-x-py has it. */
  readonly weightedMid: number | undefined;
  /** Share of all size that rests on the five best levels of both sides. */
  readonly topShare: number | undefined;
  /** Σ(share of a level)²: 1 when all rests on one level, 1 ÷ n when evenly on n (Herfindahl–Hirschman). */
  readonly concentration: number | undefined;
  /** Mean distance of resting size from its side's best price, in ticks. */
  readonly bidDistanceTicks: number | undefined;
  readonly askDistanceTicks: number | undefined;
}

const TOP_LEVELS = 5;

/** Costs a pass over all levels: for once in a while, not for every update. */
export function advancedMetrics(book: BookView, tickSize: number): AdvancedMetrics {
  const [bids, asks] = [shapeOf(book, 'bid', tickSize), shapeOf(book, 'ask', tickSize)];
  const all = bids.total + asks.total;
  const { bid, ask, spread, mid, microPrice } = book;
  const of = (value: number): number | undefined => (all === 0 ? undefined : value / all);
  return {
    bidLevels: bids.levels,
    askLevels: asks.levels,
    bidTotal: bids.total,
    askTotal: asks.total,
    averageBid: bids.levels === 0 ? undefined : bids.total / bids.levels,
    averageAsk: asks.levels === 0 ? undefined : asks.total / asks.levels,
    imbalance: of(bids.total - asks.total),
    spread,
    mid,
    microPrice,
    weightedMid: bid === undefined || ask === undefined ? undefined : of(bid * asks.total + ask * bids.total),
    topShare: of(bids.top + asks.top),
    concentration: all === 0 ? undefined : (bids.squares + asks.squares) / all ** 2,
    bidDistanceTicks: bids.levels === 0 ? undefined : bids.distance / bids.total,
    askDistanceTicks: asks.levels === 0 ? undefined : asks.distance / asks.total,
  };
}

function shapeOf(book: BookView, side: 'bid' | 'ask', tickSize: number) {
  const levels = book.count(side);
  const [prices, sizes] = [new Float64Array(levels), new Float64Array(levels)];
  book.top(side, prices, sizes);
  const best = prices[0] ?? 0;
  let [total, top, squares, distance] = [0, 0, 0, 0];
  for (let i = 0; i < levels; i++) {
    const size = sizes[i] ?? 0;
    total = addSizes(total, size);
    if (i < TOP_LEVELS) top += size;
    squares += size ** 2;
    distance += (Math.abs((prices[i] ?? best) - best) / tickSize) * size;
  }
  return { levels, total, top, squares, distance };
}
