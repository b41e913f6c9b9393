import { filter, type OperatorFunction } from 'rxjs';
import type { Calendar } from '../calendar/calendar.ts';
import type { Bar, Trade } from '../domain/market.ts';
import { MICROS_PER_MS } from '../domain/time.ts';

/** RTH: regular hours. ETH: the other hours in which there is trading. open: either. */
export type SessionFilter = 'RTH' | 'ETH' | 'open';

/**
 * Only what happened in one kind of session.
 *
 * In       trades, quotes or anything with `tsEvent`, or bars
 * Out      those whose venue time, for bars the start, lies in such a session; one outside of any is in none
 *
 * Example  market.trades('ESZ5').pipe(duringSession('RTH', calendarOf('cme-equity')))
 */
export function duringSession<T extends Pick<Trade, 'tsEvent'> | Pick<Bar, 'start'>>(
  session: SessionFilter,
  calendar: Calendar,
): OperatorFunction<T, T> {
  const isIn =
    session === 'open'
      ? (us: number): boolean => calendar.isOpen(us)
      : (us: number): boolean => calendar.stateAt(us) === session;
  return filter((event: T) => isIn(('tsEvent' in event ? event.tsEvent : event.start) * MICROS_PER_MS));
}
