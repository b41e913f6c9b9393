import { calendarOf } from '../../calendar/calendar-of.ts';
import type { SessionBars } from '../../domain/bar-spec.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Micros } from '../../domain/time.ts';
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

/** From the first to the last of the wanted sessions of each trading day. Errors CALENDAR_NONE, and those of the calendar. */
export function sessions(instrument: Instrument, wanted: SessionBars['session']): Intervals {
  const calendar = calendarOf(instrument);
  if (calendar === undefined) {
    throw new MillraceError({
      code: 'CALENDAR_NONE',
      where: {},
      was: `bars of sessions of ${instrument.symbol}, which has no calendar`,
      expected: 'an instrument with a calendar',
      fix: `add calendar: to ${instrument.symbol} below instruments, for example calendar: cme-equity`,
    });
  }
  const isWanted = (state: string): boolean =>
    wanted === 'day' ? state === 'RTH' || state === 'ETH' : state === wanted;
  return {
    holds: (at) => isWanted(calendar.stateAt(at)),
    find(at) {
      const own = calendar.spanAt(at);
      const spans = calendar.tradingDayOf(own.tradingDate)?.spans.filter(({ state }) => isWanted(state)) ?? [own];
      return { start: (spans[0] ?? own).start, end: (spans.at(-1) ?? own).end };
    },
  };
}
