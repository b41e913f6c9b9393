import { Observable } from 'rxjs';
import type { Calendar, SessionSpan } from '../calendar/calendar.ts';
import { calendarOf } from '../calendar/calendar-of.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Session, SessionChange } from '../domain/session.ts';
import { type Micros, toMillis } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { Kernel } from './kernel.ts';

/**
 * The sessions of an instrument on the kernel's clock: a timer for the end of each, so a change comes before whatever else
 * has that time, and at the same place in a replay.
 */
export function sessionsOf(kernel: Kernel, instrument: Instrument, every: Micros | undefined): Observable<Session> {
  const calendar = calendarOf(instrument);
  if (calendar === undefined) throw noCalendar(instrument.symbol);
  return new Observable((subscriber) => {
    let span = calendar.spanAt(kernel.now);
    const untilNext = (): number => {
      const tick = every === undefined ? Number.POSITIVE_INFINITY : kernel.now + every - (kernel.now % every);
      return toMillis(Math.min(span.end, tick) - kernel.now);
    };
    subscriber.next(sessionAt(instrument.symbol, calendar, span, kernel.now, 'now'));
    // After the last session of all there is nothing to wait for.
    if (untilNext() === Number.POSITIVE_INFINITY) return undefined;
    return kernel.timers.schedule(function again() {
      const before = span;
      span = calendar.spanAt(kernel.now);
      const change = changeOf(before, span, calendar);
      subscriber.next(sessionAt(instrument.symbol, calendar, span, kernel.now, change));
      const wait = untilNext();
      if (!this.closed && wait < Number.POSITIVE_INFINITY) this.schedule(undefined, wait);
    }, untilNext());
  });
}

function changeOf(before: SessionSpan, now: SessionSpan, calendar: Calendar): SessionChange {
  if (before.start === now.start) return 'now';
  const isOpen = calendar.isOpen(now.start);
  if (calendar.isOpen(before.start) === isOpen) return 'session';
  return isOpen ? 'open' : 'close';
}

function sessionAt(
  instrument: string,
  calendar: Calendar,
  { state, start, end, tradingDate }: SessionSpan,
  now: Micros,
  change: SessionChange,
): Session {
  const isOpen = calendar.isOpen(now);
  const [opensAt, closesAt] = [calendar.nextOpen(now), calendar.nextClose(now)];
  return {
    instrument,
    state,
    isOpen,
    change,
    ts: toMillis(now),
    tradingDate,
    start: toMillis(start),
    end: toMillis(end),
    opensAt: toMillis(opensAt),
    closesAt: toMillis(closesAt),
    msToOpen: isOpen ? 0 : toMillis(opensAt - now),
    msToClose: isOpen ? toMillis(closesAt - now) : 0,
  };
}

const noCalendar = (symbol: string): MillraceError =>
  new MillraceError({
    code: 'CALENDAR_NONE',
    where: { path: `instruments.${symbol}.calendar` },
    was: `${symbol}, of which no calendar is known`,
    expected: 'an instrument with a calendar',
    fix: `name its calendar in the configuration, for example instruments: { ${symbol}: { calendar: cme-equity } }`,
  });
