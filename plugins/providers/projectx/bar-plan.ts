/** `unit` of the gateway: seconds, minutes, hours. Its days are sessions, which begin in the evening, so they are not used. */
const SECOND = { unit: 1, spanMs: 1000 } as const;
const MINUTE = { unit: 2, spanMs: 60_000 } as const;
const HOUR = { unit: 3, spanMs: 3_600_000 } as const;

/** What to ask for, and how many of it make one bar. */
export interface BarPlan {
  readonly unit: number;
  readonly unitNumber: number;
  readonly baseMs: number;
  readonly perBar: number;
}

/**
 * Bars of a run are aligned to the UTC day, those of the gateway to its session. Lengths that divide an hour (or a minute,
 * below one) mean the same to both; every other one is put together from the longest that does.
 *
 * Out      `undefined` for lengths that are no whole seconds, which the gateway does not have
 */
export function planBars(spanMs: number): BarPlan | undefined {
  if (spanMs % SECOND.spanMs !== 0) return undefined;
  const common = gcd(spanMs, HOUR.spanMs);
  const kind = common === HOUR.spanMs ? HOUR : common % MINUTE.spanMs === 0 ? MINUTE : SECOND;
  const baseMs = kind === SECOND ? gcd(spanMs, MINUTE.spanMs) : common;
  return { unit: kind.unit, unitNumber: baseMs / kind.spanMs, baseMs, perBar: spanMs / baseMs };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
