import type { Level } from '../domain/market.ts';
import type { BookView } from '../plugin/context.ts';

export interface ClusterOptions {
  readonly tickSize: number;
  /** Levels of each side that are looked at. Default 50; all with `compat`. */
  readonly levels?: number | undefined;
  /** Ticks between neighbours of one cluster at most. Default 1: no gap. With `compat` from the first level; a price of 0.1. */
  readonly gapTicks?: number | undefined;
  /** Levels of a cluster at least. Default 3. */
  readonly minLevels?: number | undefined;
  /** How many times the median size of its side a level of a cluster has at least. Default 3; 0 with `compat`. */
  readonly sizeFactor?: number | undefined;
  /**
   * As project-x-py has it: levels near the first of a cluster, whatever their sizes, and the plain mean of their prices. 0.1
   * is less than a tick of most futures, so that it finds nothing there. Default false.
   */
  readonly compat?: boolean | undefined;
}

/** Neighbouring levels that are all larger than usual. */
export interface OrderCluster {
  readonly side: 'bid' | 'ask';
  /** Mean of the prices, weighted by size; plain with `compat`. */
  readonly price: number;
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly levels: number;
  /** Its size over that of as many median levels. */
  readonly strength: number;
}

/** Clusters of resting size, both sides, the strongest first. Found by size and distance in ticks, best level outwards. */
export function orderClusters(book: BookView, options: ClusterOptions): readonly OrderCluster[] {
  const { levels = options.compat ? Infinity : 50 } = options;
  return [
    ...clustersOf('bid', book.levels('bid', levels), options),
    ...clustersOf('ask', book.levels('ask', levels), options),
  ].sort((a, b) => b.strength - a.strength);
}

function clustersOf(side: 'bid' | 'ask', levels: readonly Level[], options: ClusterOptions): OrderCluster[] {
  const { tickSize, minLevels = 3, compat = false } = options;
  const { gapTicks = compat ? 0.1 / tickSize : 1, sizeFactor = compat ? 0 : 3 } = options;
  const sizes = levels.map(([, size]) => size).sort((a, b) => a - b);
  const median = sizes[Math.max(Math.ceil(sizes.length / 2) - 1, 0)] ?? Number.NaN;
  // Half a tick of room, for what decimals leave.
  const reach = compat ? gapTicks * tickSize : (gapTicks + 0.5) * tickSize;
  const groups: Level[][] = [];
  for (const level of levels) {
    const [price, size] = level;
    if (size < sizeFactor * median) continue;
    const group = groups.at(-1) ?? [];
    const [from = Number.NaN] = (compat ? group[0] : group.at(-1)) ?? [];
    if (Math.abs(price - from) <= reach) group.push(level);
    else groups.push([level]);
  }
  return groups
    .filter(({ length }) => length >= minLevels)
    .map((group) => clusterOf({ side, group, median, isWeighted: !compat }));
}

interface Found {
  readonly side: 'bid' | 'ask';
  readonly group: readonly Level[];
  readonly median: number;
  readonly isWeighted: boolean;
}

function clusterOf({ side, group, median, isWeighted }: Found): OrderCluster {
  const size = group.reduce((sum, [, one]) => sum + one, 0);
  const prices = group.map(([price]) => price);
  const weights = isWeighted ? size : group.length;
  return {
    side,
    price: group.reduce((sum, [price, one]) => sum + price * (isWeighted ? one : 1), 0) / weights,
    low: Math.min(...prices),
    high: Math.max(...prices),
    size,
    levels: group.length,
    strength: size / (median * group.length),
  };
}
