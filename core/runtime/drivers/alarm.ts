import type { Micros } from '../../domain/time.ts';
import { wallMicros, wallTimers } from '../wall.ts';

/** Longest delay that setTimeout takes. */
const LONGEST_MS = 2_147_483_647;

/** One wall-clock timer for the earliest of the times that it is set to. Whoever is woken sets it again. */
export class Alarm {
  private readonly ring: () => void;
  private timer: NodeJS.Timeout | undefined;
  private at: Micros = Number.POSITIVE_INFINITY;

  constructor(ring: () => void) {
    this.ring = ring;
  }

  /** Does nothing when it is set to that time or an earlier one already. */
  set(at: Micros): void {
    if (at >= this.at) return;
    wallTimers.clearTimeout(this.timer);
    this.at = at;
    // A time that is further away than a timer can wait is looked at again on the way.
    const delayMs = Math.min(LONGEST_MS, Math.max(0, Math.ceil((at - wallMicros()) / 1000)));
    this.timer = wallTimers.setTimeout(() => {
      this.at = Number.POSITIVE_INFINITY;
      this.ring();
    }, delayMs);
  }

  clear(): void {
    wallTimers.clearTimeout(this.timer);
    this.at = Number.NEGATIVE_INFINITY;
  }
}
