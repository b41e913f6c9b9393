import { wallMicros, wallTimers } from '../../runtime/wall.ts';

const LOOK_MS = 3;
/** Nothing new for so long: nothing will come. */
const STILL_US = 1_500_000;

/** A promise of the provider that does not hold. The message is one line for the report. */
export class Unfulfilled extends Error {}

/** The case cannot be played here. */
export class Unplayable extends Error {}

export function fail(why: string): never {
  throw new Unfulfilled(why);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => wallTimers.setTimeout(resolve, ms));

/** Waits until `ready`; after `limitMs` the case has failed with `what` it waited for. */
export async function until(ready: () => boolean, what: string | (() => string), limitMs = 4000): Promise<void> {
  const end = wallMicros() + limitMs * 1000;
  while (!ready()) {
    if (wallMicros() > end) fail(`${typeof what === 'string' ? what : what()}, within ${limitMs} ms`);
    await pause(LOOK_MS);
  }
}

/** Whether it comes to hold within the time. */
export async function holdsWithin(ms: number, ready: () => boolean): Promise<boolean> {
  const end = wallMicros() + ms * 1000;
  while (!ready() && wallMicros() < end) await pause(LOOK_MS);
  return ready();
}

/** Waits until `count` answers `wanted`; when it has stood still for too long, the case has failed. */
export async function untilCount(wanted: number, count: () => number): Promise<void> {
  let last = -1;
  let stillSince = wallMicros();
  for (let now = count(); now < wanted; now = count()) {
    if (now !== last) stillSince = wallMicros();
    else if (wallMicros() - stillSince > STILL_US) fail(`only ${now} of ${wanted} arrived`);
    last = now;
    await pause(LOOK_MS);
  }
}

/** Resolves when the work is done, or when the time is over; leaves no timer behind. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<'done' | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = wallTimers.setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([work.then(() => 'done' as const), late]);
  } finally {
    wallTimers.clearTimeout(timer);
  }
}
