import type { Level } from '../domain/market.ts';
import { addSizes } from '../kernel/book/add-sizes.ts';
import type { BookView } from '../plugin/context.ts';

export interface LiquidityOptions {
  /** Levels of each side that are looked at. Default 50; 20 with `compat`. */
  readonly levels?: number | undefined;
  /** Share of the levels' sizes that a large one must reach or exceed: 0.9 finds the largest tenth. Default 0.9. */
  readonly quantile?: number | undefined;
  /** An absolute size in its place, which means something on one instrument only. Default none; 100 with `compat`. */
  readonly minSize?: number | undefined;
  /** As project-x-py has it: by absolute size. Default false. */
  readonly compat?: boolean | undefined;
}

export interface LiquidityLevels {
  /** Large levels, best first. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** The size from which a level of a side counted as large. */
  readonly bidThreshold: number;
  readonly askThreshold: number;
  readonly bidTotal: number;
  readonly askTotal: number;
  /** (B − A) ÷ (B + A) over the large levels. */
  readonly imbalance: number | undefined;
}

/**
 * Levels that are large against their own side of the book, so that the same setting serves every instrument.
 *
 * Formula  a level is large at or above the quantile of its side's sizes (nearest rank: the ⌈q × n⌉-th smallest)
 */
export function liquidityLevels(book: BookView, options: LiquidityOptions = {}): LiquidityLevels {
  const { compat = false, quantile = 0.9 } = options;
  const { levels = compat ? 20 : 50, minSize = compat ? 100 : undefined } = options;
  const [bids, asks] = [book.levels('bid', levels), book.levels('ask', levels)];
  const bidThreshold = minSize ?? rankedSize(bids, quantile);
  const askThreshold = minSize ?? rankedSize(asks, quantile);
  const largeBids = bids.filter(([, size]) => size >= bidThreshold);
  const largeAsks = asks.filter(([, size]) => size >= askThreshold);
  const [bidTotal, askTotal] = [totalOf(largeBids), totalOf(largeAsks)];
  const all = bidTotal + askTotal;
  return {
    bids: largeBids,
    asks: largeAsks,
    bidThreshold,
    askThreshold,
    bidTotal,
    askTotal,
    imbalance: all === 0 ? undefined : (bidTotal - askTotal) / all,
  };
}

function rankedSize(levels: readonly Level[], quantile: number): number {
  const sizes = levels.map(([, size]) => size).sort((a, b) => a - b);
  const rank = Math.min(Math.max(Math.ceil(quantile * sizes.length), 1), sizes.length);
  return sizes[rank - 1] ?? Infinity;
}

const totalOf = (levels: readonly Level[]): number => levels.reduce((sum, [, size]) => addSizes(sum, size), 0);
