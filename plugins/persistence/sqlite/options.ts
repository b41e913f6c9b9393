import { z } from 'zod';
import { durationMicros, timeframeMicros } from '#core';

const isBatch = (text: string): boolean => {
  const us = durationMicros(text);
  return us !== undefined && us >= 100_000 && us <= 3_600_000_000;
};

const timeframe = z
  .templateLiteral([z.int().positive(), z.enum(['ms', 's', 'm', 'h', 'd'])])
  .refine((text) => timeframeMicros(text) !== undefined, 'expected a timeframe that divides the day, 100ms to 1d');

export const sqliteOptions = z.strictObject({
  file: z
    .string()
    .min(1)
    .default('runs/journal.sqlite')
    .describe('The database file; a relative path starts at the working directory. Created when missing.'),
  ticks: z
    .union([z.boolean(), z.array(z.enum(['trades', 'quotes']))])
    .default(false)
    .describe('Store trades and quotes of all instruments: true, false, or a list of the streams to store.'),
  bars: z
    .array(timeframe)
    .default([])
    .describe('Timeframes of the bars to store, for all instruments, for example [1m, 1h].'),
  batch: z
    .string()
    .refine(isBatch, 'expected a duration between 100ms and 1h, for example 5s')
    .default('5s')
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
