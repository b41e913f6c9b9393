import type { Micros } from '../../domain/time.ts';
import { Recent } from './recent.ts';

/** Buckets per doubling, all as wide; the middle of one is at most 3.2 % away from all that it holds. */
const STEPS = 16;
const LOWEST_MS = 0.01;
const LONGEST_MS = 300_000;
/** One for all that is not above the lowest, and those of 25 doublings. */
const BUCKETS = 1 + 25 * STEPS;

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
      if (left <= 0) return middleOf(bucket);
    }
    return undefined;
  }

  clear(): void {
    this.recent.clear();
  }
}

/** In units of a step at the lowest: the place of the highest bit tells the doubling, the four bits below it the step. */
function bucketOf(ms: number): number {
  if (!(ms > LOWEST_MS)) return 0;
  const units = Math.min(ms, LONGEST_MS) * (STEPS / LOWEST_MS);
  const doubling = 27 - Math.clz32(units);
  return 1 + doubling * STEPS + ((units >> doubling) - STEPS);
}

function middleOf(bucket: number): number {
  if (bucket === 0) return LOWEST_MS;
  const step = (bucket - 1) % STEPS;
  return LOWEST_MS * 2 ** ((bucket - 1 - step) / STEPS) * (1 + (step + 0.5) / STEPS);
}
