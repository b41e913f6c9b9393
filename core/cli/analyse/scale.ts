import type { ZoneTable } from '../../calendar/zone-table.ts';
import { MICROS_PER_MS, toMillis } from '../../domain/time.ts';

/** Values to pixels. */
export type Scale = (value: number) => number;

export function linear(from: number, to: number, first: number, last: number): Scale {
  const span = to - from;
  return (value) => (span === 0 ? (first + last) / 2 : first + ((value - from) / span) * (last - first));
}

/** Round numbers that lie between two values, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(from: number, to: number, count: number): readonly number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((times) => times * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Of a time axis, milliseconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720]
  .map((minutes) => minutes * MINUTE)
  .concat([1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY));

export interface TimeTick {
  /** Epoch milliseconds, UTC. */
  readonly at: number;
  /** On the clock of the zone. */
  readonly label: string;
}

/** Round times of a zone's clock between two instants, ten at most; a date where a day begins. */
export function timeTicks(from: number, to: number, zone: ZoneTable): readonly TimeTick[] {
  const step = STEPS.find((each) => (to - from) / each <= 9) ?? Math.ceil((to - from) / 9 / DAY) * DAY;
  const localFrom = toMillis(zone.toLocal(from * MICROS_PER_MS));
  const ticks: TimeTick[] = [];
  for (let local = Math.ceil(localFrom / step) * step; ; local += step) {
    const at = toMillis(zone.toUtc(local * MICROS_PER_MS));
    if (at > to) return ticks;
    // A time that is skipped when clocks go forward has no place.
    if (toMillis(zone.toLocal(at * MICROS_PER_MS)) !== local) continue;
    const text = new Date(local).toISOString();
    ticks.push({ at, label: local % DAY === 0 ? text.slice(5, 10) : text.slice(11, 16) });
  }
}
