import { MICROS_PER_MS, type Micros } from './time.ts';

/** The interval of a bar: a whole number and a unit, `100ms` to `1d`. */
export type Timeframe = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNIT_US: Readonly<Record<string, Micros>> = {
  ms: MICROS_PER_MS,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

export const SHORTEST_TIMEFRAME_US: Micros = 100_000;
export const LONGEST_TIMEFRAME_US: Micros = 86_400_000_000;

/** Length of a timeframe in microseconds, or `undefined` when the text is not one between 100 ms and 1 day. */
export function timeframeMicros(text: string): Micros | undefined {
  const parts = /^([1-9]\d*)(ms|s|m|h|d)$/.exec(text);
  const unit = parts?.[2] === undefined ? undefined : UNIT_US[parts[2]];
  if (parts === null || unit === undefined) return undefined;
  const us = Number(parts[1]) * unit;
  // Bars are aligned to the UTC day, so an interval that does not divide the day would drift from one day to the next.
  const usable = us >= SHORTEST_TIMEFRAME_US && us <= LONGEST_TIMEFRAME_US && LONGEST_TIMEFRAME_US % us === 0;
  return usable ? us : undefined;
}

/** The shortest way to write a length: `1m` for 60 s, `1d` for 24 h. Bars carry this name, however they were asked for. */
export function timeframeName(us: Micros): Timeframe {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = us / (UNIT_US[unit] ?? Number.NaN);
    if (Number.isInteger(count)) return `${count}${unit}`;
  }
  return `${us / MICROS_PER_MS}ms`;
}

/** A duration such as `250ms`, `5s` or `24h` in microseconds, or `undefined` when the text is not one. */
export function durationMicros(text: string): Micros | undefined {
  const parts = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/.exec(text);
  if (parts === null) return undefined;
  const unit = parts[2] === 'us' ? 1 : UNIT_US[parts[2] ?? ''];
  return unit === undefined ? undefined : Math.round(Number(parts[1]) * unit);
}
