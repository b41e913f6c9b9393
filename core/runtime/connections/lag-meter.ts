import type { Micros } from '../../domain/time.ts';
import { LatencySketch } from './latency-sketch.ts';
import { Recent } from './recent.ts';

/**
 * Receipt minus venue time. Two clocks never agree, and their difference is in every sample; the least sample is that
 * difference plus the shortest way. What a sample has above it is delay, and is measured as exactly with clocks that are
 * hours apart as with ones that agree.
 */
export class LagMeter {
  private readonly leasts = new Recent(() => ({ ms: Number.POSITIVE_INFINITY }));
  private readonly delays = new LatencySketch();

  add(ms: number, now: Micros): void {
    const window = this.leasts.at(now);
    if (ms < window.ms) window.ms = ms;
    this.delays.add(ms - Math.min(window.ms, this.leasts.before.ms), now);
  }

  /** Milliseconds; negative when our clock is behind the venue's. `undefined` when nothing was measured lately. */
  least(now: Micros): number | undefined {
    const least = Math.min(this.leasts.at(now).ms, this.leasts.before.ms);
    return least === Number.POSITIVE_INFINITY ? undefined : least;
  }

  /** Of the lag above its least. */
  delay(share: number, now: Micros): number | undefined {
    return this.delays.percentile(share, now);
  }

  percentile(share: number, now: Micros): number | undefined {
    const delay = this.delay(share, now);
    return delay === undefined ? undefined : (this.least(now) ?? 0) + delay;
  }

  /** A new connection is judged by itself; the clocks are those of before. */
  begin(): void {
    this.delays.clear();
  }
}
