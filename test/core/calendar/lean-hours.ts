import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { sharedData } from '../../helpers/shared-data.ts';

interface Entry {
  readonly exchangeTimeZone: string;
  readonly holidays?: readonly string[];
  readonly earlyCloses?: Readonly<Record<string, string>>;
  readonly lateOpens?: Readonly<Record<string, string>>;
}
type Stretch = readonly [start: number, end: number];

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
type Week = Readonly<Record<(typeof DAYS)[number], readonly { readonly start: string; readonly end: string }[]>>;

/**
 * LEAN's opinion on when a market is open, read as LEAN reads it: per date of the exchange's clock, a holiday is closed, an
 * early close drops what comes after it, and a late open brings back what comes after that. A market's own holidays count
 * for all of its products, except where the product has an early close or a late open on that date.
 */
export class LeanHours {
  readonly zone: string;
  private readonly week: readonly (readonly Stretch[])[];
  private readonly special = new Map<number, readonly Stretch[]>();

  constructor(key: string) {
    const { entries } = JSON.parse(
      gunzipSync(readFileSync(sharedData('lean/reference/market-hours-subset.json.gz'))).toString(),
    ) as { entries: Readonly<Record<string, Entry & Week>> };
    const entry = entries[key]!;
    const market = entries[key.replace(/-[^-]+$/, '-[*]')];
    this.zone = entry.exchangeTimeZone;
    this.week = DAYS.map((day) => entry[day].map(({ start, end }): Stretch => [minutes(start), minutes(end)]));
    const { earlyCloses = {}, lateOpens = {} } = entry;
    for (const date of [...(market?.holidays ?? []), ...(entry.holidays ?? [])]) this.special.set(dayOf(date), []);
    for (const date of new Set([...Object.keys(earlyCloses), ...Object.keys(lateOpens)])) {
      const usual = this.week[weekdayOf(dayOf(date))]!;
      const close = earlyCloses[date] === undefined ? undefined : minutes(earlyCloses[date]);
      const open = lateOpens[date] === undefined ? undefined : minutes(lateOpens[date]);
      const early = close === undefined ? [] : usual.map(([from, to]): Stretch => [from, Math.min(to, close)]);
      const late = open === undefined ? [] : usual.map(([from, to]): Stretch => [Math.max(from, open), to]);
      this.special.set(dayOf(date), [...early, ...late]);
    }
  }

  /** @param local milliseconds of the exchange's clock, as if it were UTC */
  isOpen(local: number): boolean {
    const day = Math.floor(local / DAY);
    const minute = (local - day * DAY) / 60_000;
    const stretches = this.special.get(day) ?? this.week[weekdayOf(day)]!;
    for (const [start, end] of stretches) if (minute >= start && minute < end) return true;
    return false;
  }
}

const DAY = 86_400_000;
const weekdayOf = (day: number): number => (day + 4) % 7;

/** `M/D/YYYY` to days since 1970. */
function dayOf(date: string): number {
  const [month, day, year] = date.split('/').map(Number);
  return Date.UTC(year!, month! - 1, day) / DAY;
}

/** `HH:MM:SS`, or `1.00:00:00` for midnight at the end. */
function minutes(time: string): number {
  if (time.startsWith('1.')) return 1440;
  const [hours, rest] = time.split(':').map(Number);
  return hours! * 60 + rest!;
}
