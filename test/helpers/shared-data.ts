import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const folder = new URL('../../../shared/data/', import.meta.url);

/** Whether the recorded market data lies beside the project, in ../shared/data. */
export const hasSharedData = existsSync(folder);

// A check that skips what it should prove would be green for the wrong reason.
if (!hasSharedData && process.env.MILLRACE_REQUIRE_SHARED_DATA === '1') {
  throw new Error('MILLRACE_REQUIRE_SHARED_DATA is 1, but ../shared/data is not there');
}

/** Absolute path of a recorded file: `sharedData('hftbacktest/usdm_btcusdt_20240808.gz')`. Read in place, never copied. */
export function sharedData(path: string): string {
  return fileURLToPath(new URL(path, folder));
}

/** A group of tests on recorded data. Where the data is absent the group is skipped, and its name says why. */
export function describeWithData(name: string, tests: () => void): void {
  if (hasSharedData) describe(name, tests);
  else describe.skip(`${name} (skipped: needs ../shared/data)`, tests);
}
