import { type DayNumber, weekdayOf } from './day-number.ts';

/** Hours of one session, in minutes from midnight of the trading date on the exchange's clock; negative on a day before. */
export interface Segment {
  readonly session: 'RTH' | 'ETH';
  readonly open: number;
  readonly close: number;
}

/** The hours of a week that hold from a date on. */
export interface Era {
  readonly from: DayNumber;
  /** Sunday first. */
  readonly week: readonly (readonly Segment[])[];
}

/** What is different on one date. */
export interface DayException {
  readonly name: string;
  /** Empty: no trading date. `undefined`: those of the week, cut at `close`. */
  readonly segments: readonly Segment[] | undefined;
  /** Minutes from midnight. */
  readonly close: number | undefined;
  /** The date is no trading date of its own; its hours belong to the next one. */
  readonly joinsNext: boolean;
}

/** A calendar as its file says it, with those that it extends laid beneath. */
export interface CalendarDefinition {
  readonly name: string;
  readonly description: string;
  readonly zone: string;
  /** Dates between which holidays are known; `undefined` for an exchange without any. */
  readonly known: { readonly from: string; readonly until: string } | undefined;
  /** Oldest first. */
  readonly eras: readonly Era[];
  readonly exceptions: ReadonlyMap<DayNumber, DayException>;
}

/** One session of a trading date on the exchange's clock. */
interface LocalSession extends Segment {
  /** Trading pauses between this one and the one before it; otherwise the exchange closes. */
  readonly afterBreak: boolean;
}

export interface LocalDay {
  readonly day: DayNumber;
  /** In order, minutes from 1970-01-01 00:00 on the exchange's clock. */
  readonly sessions: readonly LocalSession[];
}

const MINUTES_PER_DAY = 1440;

/** The trading dates from `from` to before `until`, each with all of its sessions. */
export function* tradingDays(definition: CalendarDefinition, from: DayNumber, until: DayNumber): Generator<LocalDay> {
  let waiting: LocalSession[] = [];
  for (let day = from; day < until; day++) {
    const exception = definition.exceptions.get(day);
    const sessions = sessionsOf(segmentsOf(definition, day, exception), day);
    if (exception?.joinsNext === true) {
      // There are no regular hours on a holiday, whatever is traded.
      waiting.push(...sessions.map((session) => ({ ...session, session: 'ETH' as const })));
    } else if (sessions.length > 0) {
      yield { day, sessions: [...waiting, ...sessions] };
      waiting = [];
    }
  }
}

const sessionsOf = (segments: readonly Segment[], day: DayNumber): LocalSession[] =>
  segments.map(({ session, open, close }, i) => ({
    session,
    open: day * MINUTES_PER_DAY + open,
    close: day * MINUTES_PER_DAY + close,
    afterBreak: i > 0,
  }));

function segmentsOf(
  { eras }: CalendarDefinition,
  day: DayNumber,
  exception: DayException | undefined,
): readonly Segment[] {
  const weekday = weekdayOf(day);
  const segments = exception?.segments ?? eras.findLast(({ from }) => from <= day)?.week[weekday] ?? [];
  const last = exception?.close;
  if (last === undefined) return segments;
  return segments.filter(({ open }) => open < last).map((one) => ({ ...one, close: Math.min(one.close, last) }));
}
