import type { SessionState } from '../domain/session.ts';
import type { Micros } from '../domain/time.ts';
import { type DayNumber, dateOf, dayNumber } from './day-number.ts';
import type { CalendarDefinition } from './definition.ts';
import { OPEN, STATES, Timeline } from './timeline.ts';
import { type ZoneTable, zoneTable } from './zone-table.ts';

/** One stretch of time in one state. */
export interface SessionSpan {
  readonly state: SessionState;
  /** Microseconds, inclusive. */
  readonly start: Micros;
  /** Microseconds, exclusive. */
  readonly end: Micros;
  /** `YYYY-MM-DD`; of a closed span the trading date that comes next. */
  readonly tradingDate: string;
}

/** One trading date with all that belongs to it. */
export interface TradingDay {
  readonly date: string;
  /** When its first session opens and its last one closes, microseconds. */
  readonly open: Micros;
  readonly close: Micros;
  /** Its sessions, and what lies between them, without a hole. */
  readonly spans: readonly SessionSpan[];
}

/**
 * When an exchange trades. Instants are whole microseconds since 1970 (UTC), as everywhere inside the runtime; `toMicros` and
 * `toMillis` lead to and from the milliseconds of events. Questions cost a compare while the answer is that of the question
 * before, and a look at two short arrays otherwise: no allocation either way.
 *
 * A trading date is the day that the exchange books a trade on: with CME the evening belongs to the next date, and a holiday
 * with shortened hours to the next date that is none. Known from 1970 to 2049; outside of these years all is closed.
 */
export class Calendar {
  readonly name: string;
  readonly description: string;
  readonly zone: ZoneTable;
  /** Dates between which holidays are known, both included; `undefined` when there are none to know. */
  readonly known: CalendarDefinition['known'];
  private readonly definition: CalendarDefinition;
  private made: Timeline | undefined;
  /** The span that was asked for last. An empty one at first. */
  private index = 0;
  private from: Micros = 0;
  private until: Micros = 0;
  /** The stretch of trading, or of none, that was asked for last. */
  private runFrom: Micros = 0;
  private runUntil: Micros = 0;
  private trading = false;

  constructor(definition: CalendarDefinition) {
    this.name = definition.name;
    this.description = definition.description;
    this.zone = zoneTable(definition.zone);
    this.known = definition.known;
    this.definition = definition;
  }

  /** Is there trading? */
  isOpen(us: Micros): boolean {
    if (us < this.runFrom || us >= this.runUntil) this.moveRun(us);
    return this.trading;
  }

  stateAt(us: Micros): SessionState {
    return STATES[this.line.states[this.find(us)] as number] as SessionState;
  }

  /** The trading date as a number of days since 1970, for comparing: what changes when a session measure has to be reset. */
  tradingDay(us: Micros): DayNumber {
    return this.line.days[this.find(us)] as number;
  }

  /** The trading date, `YYYY-MM-DD`; while closed the one that comes next. */
  tradingDate(us: Micros): string {
    return dateOf(this.tradingDay(us));
  }

  /** The first instant after `us` at which trading begins; Infinity for never. */
  nextOpen(us: Micros): Micros {
    return this.turnAfter(us, false);
  }

  /** The first instant after `us` at which trading ends, for a break too; Infinity for never. */
  nextClose(us: Micros): Micros {
    return this.turnAfter(us, true);
  }

  /** The stretch of time with one state that holds an instant. */
  spanAt(us: Micros): SessionSpan {
    return this.span(this.find(us));
  }

  /** A trading date's sessions; `undefined` when the date is none. */
  tradingDayOf(date: string): TradingDay | undefined {
    const first = this.line.firstOf(dayNumber(date));
    return first === undefined ? undefined : this.dayFrom(first);
  }

  /** The trading dates between two dates, both included. */
  *tradingDays(from: string, until: string): Generator<TradingDay> {
    for (let day = dayNumber(from); day <= dayNumber(until); day++) {
      const first = this.line.firstOf(day);
      if (first !== undefined) yield this.dayFrom(first);
    }
  }

  /** All spans that overlap [from, until), in order, without a hole. */
  *spans(from: Micros, until: Micros): Generator<SessionSpan> {
    for (let i = this.find(from); (this.line.starts[i] ?? until) < until; i++) yield this.span(i);
  }

  private dayFrom(first: number): TradingDay {
    const { days, states } = this.line;
    const spans: SessionSpan[] = [];
    let last = first;
    for (let i = first; days[i] === days[first]; i++) {
      spans.push(this.span(i));
      if ((states[i] as number) >= OPEN) last = i;
    }
    // What is closed after the last session is no part of the day; only the very last interval could be.
    const kept = spans.slice(0, last - first + 1);
    const { tradingDate: date, start: open } = this.span(first);
    return { date, open, close: this.span(last).end, spans: kept };
  }

  private span(i: number): SessionSpan {
    const { starts, states, days } = this.line;
    return {
      state: STATES[states[i] as number] as SessionState,
      start: starts[i] as number,
      end: starts[i + 1] ?? Number.POSITIVE_INFINITY,
      tradingDate: dateOf(days[i] as number),
    };
  }

  private find(us: Micros): number {
    if (us < this.from || us >= this.until) this.move(us);
    return this.index;
  }

  private move(us: Micros): void {
    const { line } = this;
    const i = line.find(us);
    this.index = i;
    this.from = line.starts[i] as number;
    this.until = line.starts[i + 1] ?? Number.POSITIVE_INFINITY;
  }

  /** The turn after next is the other one. */
  private turnAfter(us: Micros, from: boolean): Micros {
    if (this.isOpen(us) === from) return this.runUntil;
    const { turns } = this.line;
    return turns.at[turns.upTo(us) + 1] ?? Number.POSITIVE_INFINITY;
  }

  private moveRun(us: Micros): void {
    const { turns } = this.line;
    const n = turns.upTo(us);
    this.runFrom = turns.at[n - 1] ?? Number.NEGATIVE_INFINITY;
    this.runUntil = turns.at[n] ?? Number.POSITIVE_INFINITY;
    this.trading = n % 2 === 1;
  }

  /** Made when it is first needed: 20,000 trading days and their sessions take some milliseconds. */
  private get line(): Timeline {
    this.made ??= new Timeline(this.definition);
    return this.made;
  }
}
