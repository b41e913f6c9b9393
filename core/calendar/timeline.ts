import type { SessionState } from '../domain/session.ts';
import type { Micros } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import { type DayNumber, dateOf, dayNumber } from './day-number.ts';
import { type CalendarDefinition, tradingDays } from './definition.ts';
import { Instants } from './instants.ts';
import { zoneTable } from './zone-table.ts';

/** States by their number in a timeline. From OPEN on there is trading. */
export const STATES: readonly SessionState[] = ['closed', 'break', 'ETH', 'RTH'];
const ETH = 2;
const RTH = 3;
export const OPEN = ETH;

const MINUTE: Micros = 60_000_000;
/** A calendar knows these years; before and after them every market is closed. */
const FIRST = dayNumber('1970-01-02');
const LAST = dayNumber('2050-01-01');

/**
 * All sessions of a calendar, one after the other and without a hole: interval `i` goes from `starts[i]` to before
 * `starts[i + 1]`. The first begins at −Infinity and the last ends at Infinity; both are closed.
 */
export class Timeline {
  readonly starts: Float64Array;
  readonly states: Uint8Array;
  /** Trading day of each interval; of a closed one, the next. The last one, which has none, repeats the one before it. */
  readonly days: Int32Array;
  /** When trading begins and ends, in turn: after an odd number of turns it is open. */
  readonly turns: Instants;
  private readonly changes: Instants;

  constructor(definition: CalendarDefinition) {
    const { starts, states, days } = new IntervalList(definition);
    this.starts = Float64Array.from(starts);
    this.states = Uint8Array.from(states);
    this.days = Int32Array.from(days);
    this.changes = new Instants(starts.slice(1));
    this.turns = new Instants(starts.filter((_, i) => i > 0 && isOpen(states[i]) !== isOpen(states[i - 1])));
  }

  /** The interval that holds an instant. */
  find(us: Micros): number {
    return this.changes.upTo(us);
  }

  /** The interval in which a trading day's first session begins; `undefined` for a date that is none. */
  firstOf(day: DayNumber): number | undefined {
    let low = 0;
    let high = this.days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.days[middle] as number) < day) low = middle + 1;
      else high = middle;
    }
    // The closed interval before it carries the day already.
    if (this.states[low] === 0) low++;
    return this.days[low] === day && isOpen(this.states[low]) ? low : undefined;
  }
}

const isOpen = (state: number | undefined): boolean => state !== undefined && state >= OPEN;

/** The intervals while they are being made. */
class IntervalList {
  readonly starts: number[] = [Number.NEGATIVE_INFINITY];
  readonly states: number[] = [0];
  readonly days: number[] = [FIRST];

  constructor(definition: CalendarDefinition) {
    let end: Micros = Number.NEGATIVE_INFINITY;
    const zone = zoneTable(definition.zone);
    for (const { day, sessions } of tradingDays(definition, FIRST, LAST)) {
      for (const { session, open, close, afterBreak } of sessions) {
        const [from, until] = [zone.toUtc(open * MINUTE), zone.toUtc(close * MINUTE)];
        // Hours that a clock skips are no session.
        if (until <= from && close > open) continue;
        if (from < end || until <= from) throw overlap(definition.name, day);
        if (this.starts.length === 1) this.days[0] = day;
        else if (from > end) this.add(end, afterBreak ? 1 : 0, day);
        this.add(from, session === 'RTH' ? RTH : ETH, day);
        end = until;
      }
    }
    if (this.starts.length > 1) this.add(end, 0, this.days.at(-1) as number);
  }

  /** One state of one day is one interval, of however many sessions it is made. */
  private add(start: Micros, state: number, day: DayNumber): void {
    if (this.states.at(-1) === state && this.days.at(-1) === day) return;
    this.starts.push(start);
    this.states.push(state);
    this.days.push(day);
  }
}

const overlap = (name: string, day: DayNumber): MillraceError =>
  new MillraceError({
    code: 'CALENDAR_INVALID',
    where: { path: `${name} ${dateOf(day)}` },
    was: 'sessions that overlap, or one that ends before it begins',
    expected: 'sessions in order, each after the end of the one before it, and after those of the day before',
    fix: 'correct the hours or the exception of that date',
  });
