import type { Micros } from '../domain/time.ts';
import { durationMicros } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';

/** The value of `--for`. */
export function parseFor(text: string): Micros {
  const us = durationMicros(text);
  if (us !== undefined && us > 0) return us;
  throw new MillraceError({
    code: 'BAD_DURATION',
    where: { path: '--for' },
    was: text,
    expected: 'a duration such as 30s, 5m or 24h',
    fix: 'write a number and a unit: ms, s, m, h or d',
  });
}
