import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { asyncScheduler, type SchedulerLike } from 'rxjs';

/** The computer's clock, for the one place that stamps events and for housekeeping. Nothing that decides may read it. */

/** It takes 10 ns less than performance.now, which asks each time whose it is. */
const { hrtime } = process;
const ORIGIN_US = (performance.timeOrigin + performance.now()) * 1000 - sinceBoot();
/** In an object: a number in a variable of the module is a new object each time it is set. */
const latest = { micros: 0 };

/** Wall clock in whole microseconds. Never runs backwards, whatever the computer's clock does. */
export function wallMicros(): number {
  const now = Math.round(ORIGIN_US + sinceBoot());
  if (now > latest.micros) latest.micros = now;
  return latest.micros;
}

function sinceBoot(): number {
  const [seconds, nanos] = hrtime();
  return seconds * 1_000_000 + nanos / 1000;
}

/** Real timers, unaffected by the kernel's clock when called outside of it. */
export const wallTimers = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate };

/** Wall-clock scheduler for connections. */
export const wallScheduler: SchedulerLike = asyncScheduler;
