import { z } from 'zod';
import { duration, timeframe } from '#core';

export const sqliteOptions = z.strictObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Database file, from the configuration file; default runs/journal.sqlite, from where the runtime is started.',
    ),
  ticks: z
    .union([z.boolean(), z.array(z.enum(['trades', 'quotes']))])
    .default(false)
    .describe('Store trades and quotes of all instruments: true, false, or a list of the streams to store.'),
  bars: z
    .array(timeframe())
    .default([])
    .describe('Timeframes of the bars to store, for all instruments, for example [1m, 1h].'),
  batch: duration('5s')
    .refine((us) => us >= 100_000 && us <= 3_600_000_000, 'a duration between 100ms and 1h')
    .describe('How long ticks and bars may wait for their commit; a thousand of them do not wait.'),
  maxRows: z
    .int()
    .positive()
    .max(1_000_000)
    .default(50_000)
    .describe('Ticks and bars that may wait in memory, also while the file cannot be written.'),
  durable: z
    .boolean()
    .default(false)
    .describe('Wait for the disk at every commit, so that a power loss takes no order either.'),
});

export type SqliteOptions = z.output<typeof sqliteOptions>;
