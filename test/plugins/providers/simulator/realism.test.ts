import { describe, expect, it } from 'vitest';
import { SLOW } from '../../../helpers/slow.ts';
import type { MarketRows } from './market-rows.ts';
import { dayShares, type Measures, measure } from './measure.ts';
import { poissonMarket } from './poisson.ts';
import { broken, RULES } from './rules.ts';
import { simulated } from './simulated.ts';

const SEEDS = SLOW ? [1, 2, 3, 4, 5] : [1];
/** A seed takes five seconds of a core that has nothing else to do. */
const BUSY_MACHINE_MS = 120_000;
const HOUR_US = 3_600e6;
const DAY = { start: '2026-01-05T00:00:00Z', streams: ['trades'] } as const;

/** An hour from the open of regular hours, for all rules but one; a day from midnight, for its shape. */
const measuresOf = (hour: MarketRows, day: MarketRows): Measures => ({
  ...measure(hour),
  ...dayShares(day, 14.5 * HOUR_US, 21 * HOUR_US),
});

describe.each(['futures', 'crypto'] as const)('a simulated market of %s', (profile) => {
  it.each(SEEDS)(
    'keeps every rule of real ones (seed %i)',
    async (seed) => {
      const hour = await simulated({ profile, seed, hours: 1 });
      const day = await simulated({ profile, seed, hours: 24, ...DAY });
      const measures = measuresOf(hour, day);
      expect(RULES[profile].flatMap((rule) => broken(rule, measures))).toEqual([]);
    },
    BUSY_MACHINE_MS,
  );
});

describe('a Poisson market', () => {
  it.each(SEEDS)('breaks the rules of arrivals, sizes, sides, moves and the day (seed %i)', (seed) => {
    const measures = measuresOf(poissonMarket(seed, 1), poissonMarket(seed, 24));
    const failing = RULES.futures.filter((rule) => broken(rule, measures).length > 0).map(({ name }) => name);
    expect(failing).toEqual(
      expect.arrayContaining(['trade gaps', 'trades per second', 'clusters', 'sizes', 'sides', 'minutes', 'day']),
    );
  });
});
