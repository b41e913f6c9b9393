import type { Micros } from '../../domain/time.ts';
import { Recent } from './recent.ts';

/** Each bucket is this much wider than the one before; its middle is at most 5 % away from all that it holds. */
const GROWTH = 1.1;
const MIDDLE = 1 / Math.sqrt(GROWTH);
const LOWEST_MS = 0.01;
/** Up to five minutes. */
const BUCKETS = 181;
const PER_LOG = 1 / Math.log(GROWTH);

interface Window {
  readonly counts: Uint32Array;
  total: number;
}

/** Percentiles of the last one to two minutes, within 5 %, in a fixed amount of memory. Milliseconds from 0.01 on. */
export class LatencySketch {
  private readonly recent = new Recent<Window>(() => ({ counts: new Uint32Array(BUCKETS), total: 0 }));

  /** @param now clock of the sample; need not be the wall's */
  add(ms: number, now: Micros): void {
    const window = this.recent.at(now);
    const bucket = bucketOf(ms);
    window.counts[bucket] = (window.counts[bucket] ?? 0) + 1;
    window.total++;
  }

  /** The smallest value that `share` of the samples do not exceed; `undefined` when nothing was measured lately. */
  percentile(share: number, now: Micros): number | undefined {
    const current = this.recent.at(now);
    const previous = this.recent.before;
    const total = current.total + previous.total;
    if (total === 0) return undefined;
    let left = Math.max(1, Math.ceil(share * total));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= (current.counts[bucket] ?? 0) + (previous.counts[bucket] ?? 0);
      if (left <= 0) return LOWEST_MS * GROWTH ** bucket * MIDDLE;
    }
    return undefined;
  }

  clear(): void {
    this.recent.clear();
  }
}

const bucketOf = (ms: number): number =>
  ms <= LOWEST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / LOWEST_MS) * PER_LOG));
