import type { ZoneTable } from '../../calendar/zone-table.ts';
import { MICROS_PER_MS, toMillis } from '../../domain/time.ts';

/** Volume and counts: up to three digits after the point. */
export const amount = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** With its sign. */
export const signed = (value: number): string => `${value > 0 ? '+' : value < 0 ? '−' : ''}${amount(Math.abs(value))}`;

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** For an axis: 1.2M, 35k. */
export const short = (value: number): string =>
  value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** Prices with the digits of the tick size; those between ticks, such as averages, with one or two more. */
export function priceText(tickSize: number): (price: number, moreDigits?: number) => string {
  const digits = Math.max(0, Math.min(10, (/\.(\d+)/.exec(tickSize.toFixed(10).replace(/0+$/, ''))?.[1] ?? '').length));
  return (price, moreDigits = 0) => price.toFixed(digits + moreDigits);
}

/** `2024-03-08 09:30:00` on the clock of the zone. */
export const localTime = (ms: number, zone: ZoneTable): string =>
  new Date(toMillis(zone.toLocal(ms * MICROS_PER_MS))).toISOString().slice(0, 19).replace('T', ' ');
