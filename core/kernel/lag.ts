import type { Micros } from '../domain/time.ts';
import { MINUTE_END, PATIENCE, ROW } from './bar-row.ts';

/** Patience is kept in these steps, so that instruments share a deadline instead of having one each. */
const STEP: Micros = 50_000;
const MINUTE: Micros = 60_000_000;

/**
 * How long past a bar's end the clock waits before it closes the bar: the grace, and as much more as receipt runs behind
 * venue time. A venue whose clock is behind ours, or whose messages travel for long, must not have its bars closed under
 * its hands; one whose clock runs ahead closes them by its own trades.
 *
 * A trade that comes later than that raises the patience at once. The first trade of each UTC minute may lower it, at
 * most to a quarter of what is beyond the grace. Both depend on the trades of the instrument alone, never on who wants which timeframe: bars
 * must not change because somebody else looks at finer ones.
 */
export class LagWatch {
  /** The longest that the clock has ever had to wait. */
  longest: Micros;
  private readonly rows: Float64Array;
  private readonly grace: Micros;

  constructor(rows: Float64Array, grace: Micros) {
    this.rows = rows;
    this.grace = grace;
    this.longest = grace;
    for (let at = PATIENCE; at < rows.length; at += ROW) rows[at] = grace;
  }

  /**
   * Called with every trade that is later than the patience, and with the first of each minute. Returns whether the patience
   * became less: open bars then fall due earlier.
   */
  note(k: number, event: Micros, recv: Micros): boolean {
    const { rows, grace } = this;
    const b = k * ROW;
    const lag = Math.max(0, recv - event);
    const needed = grace + Math.max(0, inSteps(lag - grace));
    const patience = rows[b + PATIENCE]!;
    if (needed > patience) rows[b + PATIENCE] = needed;
    if (needed > this.longest) this.longest = needed;
    if (event < rows[b + MINUTE_END]!) return false;
    rows[b + MINUTE_END] = (Math.floor(event / MINUTE) + 1) * MINUTE;
    // One sample says little, so the whole grace stays on top of it for the jitter of the others.
    const enough = Math.max(grace + inSteps(lag), grace + inSteps((patience - grace) / 4));
    if (enough >= patience) return false;
    rows[b + PATIENCE] = enough;
    return true;
  }

  of(k: number): Micros {
    return this.rows[k * ROW + PATIENCE]!;
  }
}

const inSteps = (lag: Micros): Micros => Math.ceil(lag / STEP) * STEP;
