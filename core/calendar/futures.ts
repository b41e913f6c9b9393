import { type ExpiryRule, type FutureTerms, futureTerms } from '../domain/known-futures.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { Calendar } from './calendar.ts';
import { calendarOf } from './calendar-of.ts';
import { type DayNumber, dateOf, weekdayOf } from './day-number.ts';

const MONTHS = 'FGHJKMNQUVXZ';

/** One contract of a futures root. */
export interface FutureContract {
  /** Root, month letter and the year's last two digits: `ESH24`. */
  readonly symbol: string;
  /** Month of the contract, `YYYY-MM`. */
  readonly month: string;
  /** Last trading date, `YYYY-MM-DD`. */
  readonly expiry: string;
  /** The trading date from which on the next contract is the one that is traded, by the root's rule. */
  readonly rollDate: string;
}

/**
 * The contracts of a root that expire between two dates, oldest first, by the contract specifications of CME Group. Holidays
 * are those of the root's calendar: right for the years that it knows.
 *
 * @param root `ES`, `GC`, `CL` …
 * @param from `YYYY-MM-DD`, included
 * @param until `YYYY-MM-DD`, included
 * Errors CALENDAR_UNKNOWN for a root that is not known
 */
export function futureContracts(root: string, from: string, until: string): readonly FutureContract[] {
  const terms = futureTerms(root);
  if (terms === undefined) throw unknownRoot(root);
  const calendar = calendarOf(terms.calendar);
  const contracts: FutureContract[] = [];
  // A contract may expire in the month before its own.
  for (let year = Number(from.slice(0, 4)); year <= Number(until.slice(0, 4)) + 1; year++) {
    for (const letter of terms.months) {
      const contract = contractOf(root.toUpperCase(), terms, calendar, year, letter);
      if (contract.expiry >= from && contract.expiry <= until) contracts.push(contract);
    }
  }
  return contracts;
}

function contractOf(
  root: string,
  terms: FutureTerms,
  calendar: Calendar,
  year: number,
  letter: string,
): FutureContract {
  const month = MONTHS.indexOf(letter);
  const expiry = EXPIRIES[terms.expiry](calendar, year, month);
  return {
    symbol: `${root}${letter}${String(year % 100).padStart(2, '0')}`,
    month: `${year}-${String(month + 1).padStart(2, '0')}`,
    expiry: dateOf(expiry),
    rollDate: dateOf(before(calendar, expiry, terms.rollDaysBefore)),
  };
}

const FRIDAY = 5;
const WEDNESDAY = 3;

const EXPIRIES: Readonly<Record<ExpiryRule, (calendar: Calendar, year: number, month: number) => DayNumber>> = {
  // On a holiday it is the business day before.
  'third-friday': (calendar, year, month) => onOrBefore(calendar, nth(year, month, FRIDAY, 3)),
  'last-friday': (calendar, year, month) => onOrBefore(calendar, nth(year, month + 1, FRIDAY, 1) - 7),
  'third-last-business-day': (calendar, year, month) => before(calendar, first(year, month + 1), 3),
  'third-business-day-before-the-25th-of-the-month-before': (calendar, year, month) =>
    before(calendar, onOrBefore(calendar, first(year, month - 1) + 24), 3),
  'fourth-business-day-before-the-25th-of-the-month-before': (calendar, year, month) =>
    before(calendar, onOrBefore(calendar, first(year, month - 1) + 24), 4),
  'second-business-day-before-the-third-wednesday': (calendar, year, month) =>
    before(calendar, nth(year, month, WEDNESDAY, 3), 2),
};

/** The first day of a month; months below 0 and past 11 are those of other years. */
const first = (year: number, month: number): DayNumber => Date.UTC(year, month, 1) / 86_400_000;

function nth(year: number, month: number, weekday: number, n: number): DayNumber {
  const start = first(year, month);
  return start + ((weekday - weekdayOf(start) + 7) % 7) + 7 * (n - 1);
}

const isTradingDate = (calendar: Calendar, day: DayNumber): boolean => calendar.tradingDayOf(dateOf(day)) !== undefined;

function onOrBefore(calendar: Calendar, day: DayNumber): DayNumber {
  let found = day;
  while (!isTradingDate(calendar, found) && found > day - 14) found--;
  return found;
}

/** The trading date that is `count` trading dates before `day`. */
function before(calendar: Calendar, day: DayNumber, count: number): DayNumber {
  let found = day;
  for (let i = 0; i < count; i++) found = onOrBefore(calendar, found - 1);
  return found;
}

const unknownRoot = (root: string): MillraceError =>
  new MillraceError({
    code: 'CALENDAR_UNKNOWN',
    where: {},
    was: `the futures root '${root}'`,
    expected: 'a root whose terms are known, such as ES, NQ, GC, CL, 6E or BTC',
    fix: 'name the contracts and the dates of their rolls yourself',
  });
