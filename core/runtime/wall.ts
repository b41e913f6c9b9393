// The global one is behind a getter, which takes half as long as reading the clock.
import { performance } from 'node:perf_hooks';
import { asyncScheduler, type SchedulerLike } from 'rxjs';

/** The computer's clock, for the one place that stamps events and for housekeeping. Nothing that decides may read it. */

/** Constant, and its getter takes longer than reading the clock. */
const ORIGIN_MS = performance.timeOrigin;
/** In an object: a number in a variable of the module is a new object each time it is set. */
const latest = { micros: 0 };

/** Wall clock in whole microseconds. Never runs backwards, whatever the computer's clock does. */
export function wallMicros(): number {
  const now = Math.round((ORIGIN_MS + performance.now()) * 1000);
  if (now > latest.micros) latest.micros = now;
  return latest.micros;
}

/** Real timers, unaffected by the kernel's clock when called outside of it. */
export const wallTimers = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate };

/** Wall-clock scheduler for connections. */
export const wallScheduler: SchedulerLike = asyncScheduler;
