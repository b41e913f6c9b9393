import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import { MICROS_PER_MS, type Micros } from '#core';
import type { Feed } from './feed.ts';

/** Arrivals between two turns of the event loop: some ten milliseconds of work, so that Ctrl-C is heard. */
const TURN_ARRIVALS = 65_536;
const TICK_MS = 5;
/** A computer that slept is not made to catch up on what it missed. */
const LONGEST_GAP_US = 5_000_000;

export interface Pacing {
  readonly feed: Feed;
  readonly wall: SchedulerLike;
  /** Simulated length of the stream, microseconds; Infinity for no end. */
  readonly lengthUs: Micros;
  /** True while nobody wants anything: the simulated clock stands still, rather than racing past those yet to come. */
  readonly idle: () => boolean;
  readonly done: () => void;
}

/** Calls `turn` again after the milliseconds that it returns, until it returns `undefined`. */
function repeat(wall: SchedulerLike, turn: () => number | undefined): Subscription {
  return wall.schedule(function (this: SchedulerAction<unknown>) {
    const delay = turn();
    if (delay !== undefined) this.schedule(undefined, delay);
  }, 0);
}

/** As fast as the subscriber takes it. */
export function runAtFullSpeed({ feed, wall, lengthUs, idle, done }: Pacing): Subscription {
  return repeat(wall, () => {
    if (idle()) return TICK_MS;
    if (!feed.run(lengthUs, TURN_ARRIVALS)) return 0;
    done();
    return undefined;
  });
}

/** `factor` simulated seconds per second of the wall clock. */
export function runAtMultiple({ feed, wall, lengthUs, idle, done }: Pacing, factor: number): Subscription {
  let last = wall.now();
  let until = 0;
  return repeat(wall, () => {
    const now = wall.now();
    const passed = Math.min((now - last) * MICROS_PER_MS, LONGEST_GAP_US);
    last = now;
    if (idle()) return TICK_MS;
    until = Math.min(until + passed * factor, lengthUs);
    const caughtUp = feed.run(until, TURN_ARRIVALS);
    if (!caughtUp) return 0;
    if (until < lengthUs) return TICK_MS;
    done();
    return undefined;
  });
}

/** The wall clock itself: what happened `latencyUs` ago is received now. */
export function runOnWallClock({ feed, wall, lengthUs, done }: Pacing, latencyUs: Micros): Subscription {
  let start = wall.now() * MICROS_PER_MS;
  let last = start;
  feed.startAt = start;
  return repeat(wall, () => {
    const now = wall.now() * MICROS_PER_MS;
    const missed = now - last - LONGEST_GAP_US;
    if (missed > 0) start += missed;
    feed.startAt = start;
    last = now;
    const until = Math.min(now - start - latencyUs, lengthUs);
    const caughtUp = feed.run(until, TURN_ARRIVALS);
    if (!caughtUp) return 0;
    if (until < lengthUs) return TICK_MS;
    done();
    return undefined;
  });
}
