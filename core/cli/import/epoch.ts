import type { Micros } from '../../domain/time.ts';

export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'iso';

/** A point in time to the nanosecond: whole microseconds, and 0 to 999 nanoseconds beyond. Reused from row to row. */
export interface Instant {
  us: Micros;
  ns: number;
}

/** Decimal places from a unit to the microsecond, and the factor that they make. */
const PLACES: Readonly<Record<Exclude<TimeUnit, 'iso'>, number>> = { s: 6, ms: 3, us: 0, ns: -3 };
const FACTOR = { s: 1e6, ms: 1e3, us: 1 } as const;
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|UTC|[+-]\d\d:?\d\d)?$/;

/**
 * Reads a time as a file writes it, without losing a digit. Epoch numbers may have a fraction; ISO times without a zone are
 * UTC. False when the text is not a time in the unit.
 */
export function readInstant(text: string, unit: TimeUnit, into: Instant): boolean {
  if (unit === 'iso') return readIso(text, into);
  if (unit !== 'ns') {
    const whole = wholeNumber(text);
    into.us = whole * FACTOR[unit];
    into.ns = 0;
    if (!Number.isNaN(whole)) return whole > 0 && Number.isSafeInteger(into.us);
  }
  return readDigits(text, PLACES[unit], into);
}

/** A float64 holds 15 digits, nanoseconds since 1970 have 19: the digits are split before they become numbers. */
function readDigits(text: string, places: number, into: Instant): boolean {
  const dot = text.indexOf('.');
  const whole = dot < 0 ? text : text.slice(0, dot);
  const digits = whole + (dot < 0 ? '' : text.slice(dot + 1)).padEnd(places + 3, '0');
  const end = whole.length + places;
  into.us = wholeNumber(digits.slice(0, end));
  into.ns = wholeNumber(digits.slice(end, end + 3));
  return into.us > 0 && Number.isSafeInteger(into.us) && into.ns >= 0;
}

/** Digits to a number, NaN for anything else. On text just cut out of a line much faster than `Number`. */
function wholeNumber(text: string): number {
  let value = text === '' ? Number.NaN : 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function readIso(text: string, into: Instant): boolean {
  const parts = ISO.exec(text);
  if (parts === null) return false;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = parts;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const nanos = fraction.padEnd(9, '0');
  into.us = (ms - zoneMinutes(zone) * 60_000) * 1000 + Number(nanos.slice(0, 6));
  into.ns = Number(nanos.slice(6));
  return true;
}

function zoneMinutes(zone: string): number {
  if (zone === 'Z' || zone === 'UTC') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** The unit that a time seems to be in: epoch numbers by their length, all else as ISO. */
export function unitOf(text: string): TimeUnit {
  const digits = /^(\d+)(?:\.\d+)?$/.exec(text)?.[1]?.length;
  if (digits === undefined) return 'iso';
  if (digits >= 18) return 'ns';
  if (digits >= 15) return 'us';
  return digits >= 12 ? 'ms' : 's';
}
