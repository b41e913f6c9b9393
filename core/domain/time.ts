/**
 * Time inside the runtime is a whole number of microseconds since 1970 (UTC), held in a float64: exact until the year
 * 2255 and as fast as any number. Public types carry epoch milliseconds. These two functions are the only border.
 */
export type Micros = number;

export const MICROS_PER_MS = 1_000;
export const MICROS_PER_SECOND = 1_000_000;

/** Epoch milliseconds (fractions allowed) to whole microseconds. */
export const toMicros = (epochMs: number): Micros => Math.round(epochMs * MICROS_PER_MS);

/** Whole microseconds to epoch milliseconds. */
export const toMillis = (us: Micros): number => us / MICROS_PER_MS;

/** Microseconds as an ISO 8601 instant, to the microsecond: `2024-08-08T23:54:15.123456Z`. */
export function isoMicros(us: Micros): string {
  const whole = new Date(Math.floor(us / MICROS_PER_MS)).toISOString();
  const rest = String(us - Math.floor(us / MICROS_PER_MS) * MICROS_PER_MS).padStart(3, '0');
  return `${whole.slice(0, -1)}${rest}Z`;
}
