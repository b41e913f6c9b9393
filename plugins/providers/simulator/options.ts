import { z } from 'zod';
import { duration } from '#core';

const PACE = /^(?:max|(?<factor>\d+(?:\.\d+)?)x)$/;
/** Above this the price could lose all its value in a day. */
const WILDEST_DAY = 50;

const market = {
  profile: z
    .enum(['futures', 'crypto'])
    .describe('Kind of market: futures whose prices bounce within a tick, or crypto in fractions and runs.'),
  tradesPerSecond: z.number().positive().max(1_000_000).describe('Trades per second, mean over a whole day.'),
  volatility: z.number().min(0).max(WILDEST_DAY).describe("Standard deviation of one day's return, in percent."),
};

export const simulatorOptions = z.strictObject({
  profile: market.profile.default('futures'),
  tradesPerSecond: market.tradesPerSecond.optional(),
  volatility: market.volatility.optional(),
  pace: z
    .string()
    .refine((text) => paceOf(text) > 0, 'expected 1x (the wall clock), a multiple such as 10x, or max')
    .default('1x')
    .describe('1x follows the wall clock; 10x or 500x run a clock of their own that fast; max as fast as possible.'),
  seed: z.int().nonnegative().optional().describe("Same seed, same market. Default: drawn from the run's seed."),
  start: z.iso
    .datetime({ offset: true })
    .default('2026-01-05T14:30:00Z')
    .describe('First instant of the simulated clock; at 1x only the time of day whose activity is imitated.'),
  duration: duration()
    .refine((us) => us > 0, 'a stream needs a length above 0')
    .optional()
    .describe('Simulated time after which the stream ends. Default: never.'),
  latency: duration('400us').describe('Least delay between venue time and receipt.'),
  instruments: z
    .record(
      z.string(),
      z.strictObject({
        profile: market.profile.optional(),
        price: z.number().positive().optional().describe('Price at the start.'),
        tradesPerSecond: market.tradesPerSecond.optional(),
        volatility: market.volatility.optional(),
      }),
    )
    .default({})
    .describe('What differs for single instruments, by symbol.'),
});

export type SimulatorOptions = z.output<typeof simulatorOptions>;

/** Simulated seconds per second: Infinity for `max`, 0 for a text that is not a pace. */
export function paceOf(text: string): number {
  if (text === 'max') return Infinity;
  return Number(PACE.exec(text)?.groups?.['factor'] ?? 0);
}
