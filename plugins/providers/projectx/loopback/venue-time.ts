/**
 * An instant as the hubs write it: an offset, and as many digits of a second as it takes, up to the seven of .NET.
 *
 * @param ms epoch milliseconds, fractions to the microsecond
 * @param ns nanoseconds beyond it
 */
export function venueTime(ms: number, ns = 0): string {
  const us = Math.round(ms * 1000);
  const seconds = new Date(Math.floor(us / 1_000_000) * 1000).toISOString().slice(0, 19);
  const ticks = (us % 1_000_000) * 10 + Math.floor(ns / 100);
  const digits = String(ticks).padStart(7, '0').replace(/0+$/, '');
  return `${seconds}${digits === '' ? '' : `.${digits}`}+00:00`;
}
