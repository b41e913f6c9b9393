import type { BookView } from '../../plugin/context.ts';

/**
 * Book figures exactly as project-x-py 3.5 computes them, for those who move from it and compare. Their scores are in price
 * units and saturate, so that they say little of most instruments: `marketImbalance` and `marketImpact` are the ones to use.
 *
 * They are functions of a book and no `compat` option of those, since they answer another question: scores instead of ratios,
 * and an impact without an order. An option would make each result one of two types.
 */

export interface SdkImbalance {
  readonly bidLiquidity: number;
  readonly askLiquidity: number;
  readonly totalLiquidity: number;
  readonly depthImbalance: number;
  readonly depthScore: number;
  readonly tightness: number;
  readonly liquidity: number;
  readonly resilience: number;
  readonly immediacy: number;
  readonly averageSpread: number;
  readonly effectiveSpread: number;
  readonly spreadVolatility: number;
  readonly realisedSpread: number;
  readonly priceImpact: number;
}

/** Scores of the imbalance over so many levels; all 0 when a side is empty. */
export function sdkImbalance(book: BookView, levels = 10): SdkImbalance {
  const [bids, asks, spread] = [book.total('bid', levels), book.total('ask', levels), book.spread];
  if (bids === 0 || asks === 0 || spread === undefined) return NO_IMBALANCE;
  const total = bids + asks;
  const depthImbalance = (bids - asks) / total;
  const depthScore = Math.min(10, total / 1000);
  const tightness = Math.max(0, 10 - 100 * spread);
  const count = Math.min(levels, book.count('bid')) + Math.min(levels, book.count('ask'));
  return {
    bidLiquidity: bids,
    askLiquidity: asks,
    totalLiquidity: total,
    depthImbalance,
    depthScore,
    tightness,
    liquidity: (depthScore + tightness) / 2,
    resilience: Math.min(10, count / 10),
    immediacy: tightness,
    averageSpread: spread,
    effectiveSpread: spread,
    spreadVolatility: 0,
    realisedSpread: spread / 2,
    priceImpact: Math.abs(depthImbalance) * spread,
  };
}

const NO_IMBALANCE: SdkImbalance = {
  bidLiquidity: 0,
  askLiquidity: 0,
  totalLiquidity: 0,
  depthImbalance: 0,
  depthScore: 0,
  tightness: 0,
  liquidity: 0,
  resilience: 0,
  immediacy: 0,
  averageSpread: 0,
  effectiveSpread: 0,
  spreadVolatility: 0,
  realisedSpread: 0,
  priceImpact: 0,
};

export interface SdkImpact {
  readonly estimatedFill: number;
  readonly spreadCost: number;
  readonly impactPercent: number;
  readonly marketImpactCost: number;
  readonly totalCost: number;
  readonly levelsConsumed: number;
  readonly remainingLiquidity: number;
  readonly confidence: number;
  readonly slippage: number;
  readonly timingRisk: number;
  readonly liquidityPremium: number;
  readonly shortfall: number;
}

/** Its "market impact" of a price range: constants times half of the spread, without a size; `undefined` without both sides. */
export function sdkImpact(book: BookView, range: number): SdkImpact | undefined {
  const { bid, ask, mid } = book;
  if (bid === undefined || ask === undefined || mid === undefined) return undefined;
  const bids = book.levels('bid', Infinity).filter(([price]) => price >= bid - range);
  const asks = book.levels('ask', Infinity).filter(([price]) => price <= ask + range);
  const half = (ask - bid) / 2;
  const impactPercent = (half / mid) * 100;
  const remaining = [...bids, ...asks].reduce((sum, [, size]) => sum + size, 0);
  const [slippage, timingRisk] = [1.5 * impactPercent, 0.3 * impactPercent];
  return {
    estimatedFill: ask,
    spreadCost: half,
    impactPercent,
    marketImpactCost: 0.5 * half,
    totalCost: 1.5 * half,
    levelsConsumed: Math.min(bids.length, asks.length),
    remainingLiquidity: remaining,
    confidence: Math.min(100, remaining / 100),
    slippage,
    timingRisk,
    liquidityPremium: 0.2 * half,
    shortfall: slippage + timingRisk,
  };
}
