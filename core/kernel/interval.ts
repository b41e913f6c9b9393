import type { Micros } from '../domain/time.ts';
import { durationMicros } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';

/** The length of an interval between two ticks of a clock. Errors BAD_INTERVAL. */
export function intervalMicros(asked: string, interval: string): Micros {
  const span = durationMicros(interval);
  if (span !== undefined && span >= 1000) return span;
  throw new MillraceError({
    code: 'BAD_INTERVAL',
    where: {},
    was: `${asked}('${interval}')`,
    expected: 'a duration of at least 1ms, such as 500ms, 5s, 1m or 1h',
    fix: "write a number and a unit, for example '5s'",
  });
}
