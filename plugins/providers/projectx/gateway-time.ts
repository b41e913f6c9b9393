/** A moment: whole microseconds since 1970, and the nanoseconds beyond them. */
export interface Moment {
  readonly us: number;
  readonly ns: number;
}

const FORM = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):?(\d\d))?$/;
const MINUTE_US = 60_000_000;

/**
 * Reads an instant of the gateway: 0 to 9 digits of a second, `Z`, an offset, or no zone at all, which means UTC. A `Date`
 * would lose everything below a millisecond, and trades within one would lose their order.
 */
export function momentOf(value: unknown): Moment | undefined {
  const parts = typeof value === 'string' ? FORM.exec(value) : null;
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = parts;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const digits = fraction.slice(0, 9).padEnd(9, '0');
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * MINUTE_US;
  const us = ms * 1000 + Number(digits.slice(0, 6)) - (sign === '-' ? -offset : offset);
  return Number.isSafeInteger(us) && us > 0 ? { us, ns: Number(digits.slice(6)) } : undefined;
}

/** Epoch milliseconds of an instant. */
export function millisOf(value: unknown): number | undefined {
  const moment = momentOf(value);
  return moment === undefined ? undefined : moment.us / 1000;
}
