import { levelKey } from './book-follower.ts';
import type { SpoofSettings } from './spoof-options.ts';

/** A large order that went without being traded. */
export interface PulledOrder {
  readonly side: number;
  readonly ticks: number;
  readonly size: number;
  readonly placed: number;
  readonly pulled: number;
}

interface Placed {
  readonly size: number;
  readonly ts: number;
  traded: number;
}

/** Share of a new size in the mean of sizes added. */
const MEAN_WEIGHT = 1 / 256;
/** Sizes seen before the mean is trusted. */
const LEAST_SIZES = 50;
const MOST_PLACED = 4096;

/** Tells large orders that are pulled from those that are traded, out of the changes of levels and the trades at them. */
export class PulledOrders {
  /** Mean of the sizes that are added. */
  mean = 0;
  readonly #settings: SpoofSettings;
  readonly #placed = new Map<number, Placed>();
  #seen = 0;

  constructor(settings: SpoofSettings) {
    this.#settings = settings;
  }

  trade(side: number, ticks: number, size: number): void {
    const placed = this.#placed.get(levelKey(side, ticks));
    if (placed !== undefined) placed.traded += size;
  }

  /** A change of a level; the order that was pulled by it, if one was. */
  level(
    side: number,
    ticks: number,
    before: number,
    after: number,
    distance: number,
    tsEvent: number,
  ): PulledOrder | undefined {
    if (after > before) {
      this.#added(levelKey(side, ticks), after - before, distance, tsEvent);
      return undefined;
    }
    const key = levelKey(side, ticks);
    const placed = this.#placed.get(key);
    if (placed === undefined) return undefined;
    if (tsEvent - placed.ts > this.#settings.maxLifeMs) {
      this.#placed.delete(key);
      return undefined;
    }
    const gone = before - after - placed.traded;
    placed.traded = Math.max(0, placed.traded - (before - after));
    if (gone < this.#settings.pulledShare * placed.size) return undefined;
    this.#placed.delete(key);
    return { side, ticks, size: gone, placed: placed.ts, pulled: tsEvent };
  }

  clear(): void {
    this.#placed.clear();
  }

  #added(key: number, size: number, distance: number, tsEvent: number): void {
    const { largeSize, largeFactor, maxDistanceTicks } = this.#settings;
    const large = largeSize ?? (this.#seen < LEAST_SIZES ? Infinity : largeFactor * this.mean);
    if (size >= large && distance <= maxDistanceTicks) this.#remember(key, { size, ts: tsEvent, traded: 0 });
    this.#seen++;
    this.mean += (size - this.mean) * Math.max(MEAN_WEIGHT, 1 / this.#seen);
  }

  #remember(key: number, placed: Placed): void {
    this.#placed.delete(key);
    this.#placed.set(key, placed);
    if (this.#placed.size <= MOST_PLACED) return;
    for (const oldest of this.#placed.keys()) {
      this.#placed.delete(oldest);
      return;
    }
  }
}
