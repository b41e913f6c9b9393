import { wallMicros, wallTimers } from '../../runtime/wall.ts';

const LOOK_MS = 3;

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
