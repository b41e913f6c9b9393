import type { OperatorFunction } from 'rxjs';
import type { Trade } from '../domain/market.ts';
import { addSizes } from '../kernel/book/add-sizes.ts';
import { streaming } from './streaming.ts';
import { checkPositive, TimeWindow } from './time-window.ts';

export interface ProfileOptions {
  readonly tickSize: number;
  /** Ticks of a bin. Default 1. */
  readonly ticksPerBin?: number | undefined;
  /** Share of the volume in the value area. Default 0.7. */
  readonly valueArea?: number | undefined;
  /** A sliding window; without one the profile grows until `sessionOf` changes. */
  readonly windowMs?: number | undefined;
  /** Trades that the window holds at most. Default 1,048,576. */
  readonly capacity?: number | undefined;
  /** Names the session of a time: the profile begins anew when it changes. */
  readonly sessionOf?: ((tsEvent: number) => number | string) | undefined;
  /** Bins at most; when more are needed all become twice as wide. Default 16,384. */
  readonly maxBins?: number | undefined;
}

export interface ProfileBin {
  /** Lowest price of the bin; with one tick per bin its price. */
  readonly price: number;
  readonly volume: number;
  readonly buy: number;
  readonly sell: number;
}

export interface VolumeProfile {
  /** By price, lowest first; bins without volume are left out. */
  readonly bins: readonly ProfileBin[];
  readonly ticksPerBin: number;
  readonly volume: number;
  /** Price of most volume; of equals the one nearer to the mean price, then the lower. */
  readonly poc: number | undefined;
  /** Highest and lowest price of the value area. */
  readonly vah: number | undefined;
  readonly val: number | undefined;
  /** Trades that left the window before their time, for want of room. */
  readonly cut: number;
}

/**
 * Volume by price, its point of control and its value area.
 *
 * Formula  Steidlmayer's market profile by volume (CBOT Market Profile): from the point of control the larger of the two
 *          neighbouring prices joins, one at a time, of equals the lower, until the share is reached. The area is contiguous
 * Resets   when `sessionOf` changes, or never; trades of size 0 count not
 */
export class VolumeProfiler {
  readonly #tickSize: number;
  readonly #share: number;
  readonly #maxBins: number;
  readonly #window: TimeWindow | undefined;
  readonly #sessionOf: (tsEvent: number) => number | string;
  #session: number | string | undefined;
  #ticksPerBin: number;
  /** By number of the bin: all volume, and that of buyers and of sellers. */
  #bins = new Map<number, { volume: number; buy: number; sell: number; trades: number }>();

  constructor(options: ProfileOptions) {
    const { tickSize, ticksPerBin = 1, valueArea = 0.7, maxBins = 16_384, sessionOf = () => 0 } = options;
    const { windowMs, capacity = 1_048_576 } = options;
    for (const [name, value] of Object.entries({ tickSize, ticksPerBin, valueArea, maxBins }))
      checkPositive(name, value);
    this.#tickSize = tickSize;
    this.#ticksPerBin = ticksPerBin;
    this.#share = valueArea;
    this.#maxBins = maxBins;
    this.#sessionOf = sessionOf;
    if (windowMs === undefined) return;
    const onLeave = (_ts: number, ticks: number, size: number, side: number): void =>
      this.#take(ticks, -size, side, -1);
    this.#window = new TimeWindow({ spanMs: windowMs, capacity, onLeave });
  }

  add({ price, size, side, tsEvent }: Trade): void {
    const session = this.#sessionOf(tsEvent);
    if (session !== this.#session) this.clear();
    this.#session = session;
    if (!(size > 0)) return;
    const ticks = Math.round(price / this.#tickSize);
    const code = side === 'buy' ? 1 : side === 'sell' ? -1 : 0;
    this.#window?.push(tsEvent, ticks, size, code);
    this.#take(ticks, size, code, 1);
  }

  clear(): void {
    this.#bins.clear();
    this.#window?.clear();
  }

  /** As of a time, by default that of the last trade. Costs a sort of the bins. */
  value(now?: number): VolumeProfile {
    if (now !== undefined) this.#window?.expire(now);
    const bins = [...this.#bins].sort(([a], [b]) => a - b);
    const volumes = bins.map(([, { volume }]) => volume);
    const volume = volumes.reduce(addSizes, 0);
    const width = this.#ticksPerBin * this.#tickSize;
    const priceOf = (bin: number): number => roundTo(bin * width, this.#tickSize);
    const area = valueArea(
      bins.map(([bin]) => bin),
      volumes,
      this.#share,
    );
    return {
      bins: bins.map(([bin, { volume: all, buy, sell }]) => ({ price: priceOf(bin), volume: all, buy, sell })),
      ticksPerBin: this.#ticksPerBin,
      volume,
      poc: area && priceOf(area.poc),
      vah: area && priceOf(area.high),
      val: area && priceOf(area.low),
      cut: this.#window?.cut ?? 0,
    };
  }

  #take(ticks: number, size: number, side: number, trades: number): void {
    const number = Math.floor(ticks / this.#ticksPerBin);
    const bin = this.#bins.get(number) ?? { volume: 0, buy: 0, sell: 0, trades: 0 };
    bin.volume = addSizes(bin.volume, size);
    if (side > 0) bin.buy = addSizes(bin.buy, size);
    if (side < 0) bin.sell = addSizes(bin.sell, size);
    bin.trades += trades;
    // By number of trades: sums of fractions seldom come back to 0.
    if (bin.trades > 0) this.#bins.set(number, bin);
    else this.#bins.delete(number);
    if (this.#bins.size > this.#maxBins) this.#widen();
  }

  #widen(): void {
    const narrow = this.#bins;
    this.#bins = new Map();
    this.#ticksPerBin *= 2;
    for (const [number, { volume, buy, sell, trades }] of narrow) {
      const wide = this.#bins.get(Math.floor(number / 2)) ?? { volume: 0, buy: 0, sell: 0, trades: 0 };
      wide.volume += volume;
      wide.buy += buy;
      wide.sell += sell;
      wide.trades += trades;
      this.#bins.set(Math.floor(number / 2), wide);
    }
  }
}

/** Bins by number, sorted; the area's ends and its point of control. */
function valueArea(
  bins: readonly number[],
  volumes: readonly number[],
  share: number,
): { poc: number; high: number; low: number } | undefined {
  const total = volumes.reduce((sum, one) => sum + one, 0);
  if (!(total > 0)) return undefined;
  const most = Math.max(...volumes);
  const mean = bins.reduce((sum, bin, i) => sum + bin * (volumes[i] ?? 0), 0) / total;
  const away = (i: number): number => Math.abs((bins[i] ?? 0) - mean);
  const poc = volumes.reduce((best, one, i) => (one === most && (best < 0 || away(i) < away(best)) ? i : best), -1);
  let [low, high, sum] = [poc, poc, most];
  while (sum < share * total - 1e-9 * total) {
    const below = volumes[low - 1] ?? -1;
    const above = volumes[high + 1] ?? -1;
    if (below < 0 && above < 0) break;
    if (below >= above) low--;
    else high++;
    sum += Math.max(below, above);
  }
  return { poc: bins[poc] ?? 0, high: bins[high] ?? 0, low: bins[low] ?? 0 };
}

/** The nearest price of the grid as a decimal literal would give it. */
function roundTo(price: number, tickSize: number): number {
  const perUnit = Math.round(1 / tickSize);
  const isWhole = perUnit >= 1 && Math.abs(1 / tickSize - perUnit) < 1e-9 / tickSize;
  return isWhole ? Math.round(price * perUnit) / perUnit : Math.round(price / tickSize) * tickSize;
}

/** A way to the profile after each trade; see `VolumeProfiler`. It is worked out when called. */
export const volumeProfile = (options: ProfileOptions): OperatorFunction<Trade, () => VolumeProfile> =>
  streaming(
    () => new VolumeProfiler(options),
    (profiler, trade) => {
      profiler.add(trade);
      return () => profiler.value();
    },
  );
