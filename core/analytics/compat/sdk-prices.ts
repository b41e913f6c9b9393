/**
 * Figures over prices exactly as project-x-py 3.5 computes them. `volumeProfile`, `supportResistance` and `spreadAnalysis`
 * are the ones to use: these lose the trades at the highest price, count prints as touches and sample where time counts.
 *
 * They are functions and no `compat` option of those: they need every price or sample again, where ours keep bins of ticks,
 * swings and spans of time, and their results have other fields.
 */

export interface SdkProfile {
  readonly centres: readonly number[];
  readonly volumes: readonly number[];
  readonly poc: number;
  readonly vah: number;
  readonly val: number;
  readonly volume: number;
}

/** Equal bins from the lowest to the highest price, each without its upper end; bounds of the value area are bin centres. */
export function sdkVolumeProfile(
  trades: readonly { readonly price: number; readonly size: number }[],
  bins = 20,
): SdkProfile | undefined {
  const prices = trades.map(({ price }) => price);
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  if (!(high > low)) return undefined;
  const width = (high - low) / bins;
  const volumes = new Array<number>(bins).fill(0);
  for (const { price, size } of trades) {
    // By the price itself: the width is rounded, and the highest price may seem to lie a hair below the last end.
    if (price === high) continue;
    const bin = Math.min(Math.floor((price - low) / width), bins - 1);
    volumes[bin] = (volumes[bin] ?? 0) + size;
  }
  const centres = volumes.map((_, i) => low + (i + 0.5) * width);
  const volume = volumes.reduce((sum, one) => sum + one, 0);
  const poc = volumes.indexOf(Math.max(...volumes));
  let [from, to, sum] = [poc, poc, volumes[poc] ?? 0];
  while (sum < 0.7 * volume && (from > 0 || to < bins - 1)) {
    const [below, above] = [volumes[from - 1] ?? -1, volumes[to + 1] ?? -1];
    if (below >= above) from--;
    else to++;
    sum += Math.max(below, above);
  }
  const at = (i: number): number => centres[i] ?? Number.NaN;
  return { centres, volumes, poc: at(poc), vah: at(to), val: at(from), volume };
}

export interface SdkZone {
  readonly price: number;
  readonly touches: number;
  readonly strength: number;
  readonly kind: 'support' | 'resistance';
}

/** Groups of prices: trades of the window, then best bids, then best asks. "Now" is the last of them. */
export function sdkSupportResistance(points: readonly number[], touches = 3, tolerance = 0.1): readonly SdkZone[] {
  const groups: number[][] = [];
  for (const point of points) {
    const group = groups.find(([anchor = Number.NaN]) => Math.abs(point - anchor) <= tolerance);
    if (group === undefined) groups.push([point]);
    else group.push(point);
  }
  const now = points.at(-1) ?? Number.NaN;
  return groups
    .filter(({ length }) => length >= touches)
    .map((group): SdkZone => {
      const price = group.reduce((sum, one) => sum + one, 0) / group.length;
      const kind = price < now ? 'support' : 'resistance';
      return { price, touches: group.length, strength: group.length / touches, kind };
    })
    .sort((a, b) => b.strength - a.strength)
    .slice(0, 10);
}

export interface SdkSpread {
  readonly mean: number;
  readonly deviation: number;
  readonly current: number;
  readonly liquidity: number;
  readonly tightness: number;
  readonly resilience: number;
  readonly realised: number;
}

/** Scores of sampled spreads in price units. */
export function sdkSpread(spreads: readonly number[]): SdkSpread | undefined {
  const current = spreads.at(-1);
  if (current === undefined) return undefined;
  const mean = spreads.reduce((sum, one) => sum + one, 0) / spreads.length;
  const deviation = Math.sqrt(spreads.reduce((sum, one) => sum + (one - mean) ** 2, 0) / spreads.length);
  const score = (by: number): number => Math.max(0, 10 - by);
  return {
    mean,
    deviation,
    current,
    liquidity: score(100 * mean),
    tightness: score(100 * current),
    resilience: score(1000 * deviation),
    realised: current / 2,
  };
}
