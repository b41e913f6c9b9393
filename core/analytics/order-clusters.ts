import type { Level } from '../domain/market.ts';
import type { BookView } from '../plugin/context.ts';

export interface ClusterOptions {
  readonly tickSize: number;
  /** Levels of each side that are looked at. Default 50. */
  readonly levels?: number | undefined;
  /** Ticks between neighbours of one cluster at most. Default 1: no gap. */
  readonly gapTicks?: number | undefined;
  /** Levels of a cluster at least. Default 3. */
  readonly minLevels?: number | undefined;
  /** How many times the median size of its side a level of a cluster has at least. Default 3. */
  readonly sizeFactor?: number | undefined;
}

/** Neighbouring levels that are all larger than usual. */
export interface OrderCluster {
  readonly side: 'bid' | 'ask';
  /** Mean of the prices, weighted by size. */
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
  const { levels = 50 } = options;
  return [
    ...clustersOf('bid', book.levels('bid', levels), options),
    ...clustersOf('ask', book.levels('ask', levels), options),
  ].sort((a, b) => b.strength - a.strength);
}

function clustersOf(
  side: 'bid' | 'ask',
  levels: readonly Level[],
  { tickSize, gapTicks = 1, minLevels = 3, sizeFactor = 3 }: ClusterOptions,
): OrderCluster[] {
  const sizes = levels.map(([, size]) => size).sort((a, b) => a - b);
  const median = sizes[Math.max(Math.ceil(sizes.length / 2) - 1, 0)] ?? Number.NaN;
  const groups: Level[][] = [];
  let last = Number.NaN;
  for (const level of levels) {
    const [price, size] = level;
    if (size < sizeFactor * median) continue;
    // Half a tick of room, for what decimals leave.
    if (Math.abs(price - last) <= (gapTicks + 0.5) * tickSize) groups.at(-1)?.push(level);
    else groups.push([level]);
    last = price;
  }
  return groups.filter(({ length }) => length >= minLevels).map((group) => clusterOf(side, group, median));
}

function clusterOf(side: 'bid' | 'ask', group: readonly Level[], median: number): OrderCluster {
  const size = group.reduce((sum, [, one]) => sum + one, 0);
  const prices = group.map(([price]) => price);
  return {
    side,
    price: group.reduce((sum, [price, one]) => sum + price * one, 0) / size,
    low: Math.min(...prices),
    high: Math.max(...prices),
    size,
    levels: group.length,
    strength: size / (median * group.length),
  };
}
