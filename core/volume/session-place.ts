import type { Calendar } from '../calendar/calendar.ts';
import type { DayNumber } from '../calendar/day-number.ts';
import type { SessionState } from '../domain/session.ts';
import type { Micros } from '../domain/time.ts';

const HOUR: Micros = 3_600_000_000;

/** Regular hours, extended hours, or neither: a print while the calendar says closed or break. */
export type SessionName = 'RTH' | 'ETH' | 'outside';

/** Which session is looked at: one of the two, or whatever was traded. */
export type SessionChoice = 'RTH' | 'ETH' | 'all';

const NAME_OF: Readonly<Record<SessionState, SessionName>> = {
  RTH: 'RTH',
  ETH: 'ETH',
  break: 'outside',
  closed: 'outside',
};

/**
 * Where a time lies in an exchange's day: a compare for times of the same hour and session as the one before, which is what
 * nearly all are; a look into the calendar otherwise.
 */
export class SessionPlace {
  /** Days since 1970. */
  day: DayNumber = 0;
  session: SessionName = 'outside';
  /** When the session began, microseconds. */
  start: Micros = 0;
  /** Hour on the exchange's clock, 0 to 23. */
  hour = 0;
  readonly #calendar: Calendar;
  #from: Micros = 0;
  #until: Micros = 0;

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** Sets the fields to those of a time. */
  find(us: Micros): void {
    if (us >= this.#from && us < this.#until) return;
    const { state, start, end } = this.#calendar.spanAt(us);
    const local = this.#calendar.zone.toLocal(us);
    const intoHour = ((local % HOUR) + HOUR) % HOUR;
    this.day = this.#calendar.tradingDay(us);
    this.session = NAME_OF[state];
    this.start = start;
    this.hour = ((((local - intoHour) / HOUR) % 24) + 24) % 24;
    this.#from = Math.max(start, us - intoHour);
    // A clock that is changed is changed at a whole hour.
    this.#until = Math.min(end, us - intoHour + HOUR);
  }

  isIn(choice: SessionChoice): boolean {
    return choice === 'all' || this.session === choice;
  }
}
