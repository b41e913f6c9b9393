import type { SessionSpan } from '../../calendar/calendar.ts';
import { calendarOf } from '../../calendar/calendar-of.ts';
import type { SessionBars } from '../../domain/bar-spec.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Micros } from '../../domain/time.ts';
import { durationMicros } from '../../domain/timeframe.ts';
import { MillraceError } from '../../errors/millrace-error.ts';

/** Stretches of venue time that become one bar each. */
export interface Intervals {
  /** Whether a trade at that time belongs to any of them. */
  holds(at: Micros): boolean;
  /** Finds the one that `at`, which one holds, belongs to. */
  find(at: Micros): { readonly start: Micros; readonly end: Micros };
}

/** Intervals of the UTC day, like those of other time bars. */
export const aligned = (span: Micros): Intervals => ({
  holds: () => true,
  find(at) {
    const start = Math.floor(at / span) * span;
    return { start, end: start + span };
  },
});

/**
 * From the first to the last of the wanted sessions of each trading day; with `every`, parts of that length from each open on.
 *
 * Errors CALENDAR_NONE, and those of the calendar
 */
export function sessions(instrument: Instrument, { session, every }: SessionBars): Intervals {
  const calendar = calendarOf(instrument);
  if (calendar === undefined) throw noCalendar(instrument);
  const isWanted = (state: string): boolean =>
    session === 'day' ? state === 'RTH' || state === 'ETH' : state === session;
  const span = every === undefined ? undefined : durationMicros(every);
  return {
    holds: (at) => isWanted(calendar.stateAt(at)),
    find(at) {
      const day = calendar.tradingDayOf(calendar.spanAt(at).tradingDate)!;
      const spans = day.spans.filter(({ state }) => isWanted(state));
      if (span === undefined) return { start: spans[0]!.start, end: spans.at(-1)!.end };
      const hours = stretchAt(spans, at);
      const start = hours.start + Math.floor((at - hours.start) / span) * span;
      return { start, end: Math.min(start + span, hours.end) };
    },
  };
}

/** The spans that follow each other without a hole, around an instant: what comes after a break begins anew. */
function stretchAt(spans: readonly SessionSpan[], at: Micros): { readonly start: Micros; readonly end: Micros } {
  const stretch = { start: Number.NaN, end: Number.NaN };
  for (const { start, end } of spans) {
    if (start !== stretch.end) {
      if (at < stretch.end) break;
      stretch.start = start;
    }
    stretch.end = end;
  }
  return stretch;
}

const noCalendar = ({ symbol }: Instrument): MillraceError =>
  new MillraceError({
    code: 'CALENDAR_NONE',
    where: {},
    was: `bars of sessions of ${symbol}, which has no calendar`,
    expected: 'an instrument with a calendar',
    fix: `add calendar: to ${symbol} below instruments, for example calendar: cme-equity`,
  });
