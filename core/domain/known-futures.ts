import type { InstrumentSpec } from './instrument.ts';

/** How the last trading date of a contract is found, from its month. `core/calendar/futures.ts` computes it. */
export type ExpiryRule =
  | 'third-friday'
  | 'last-friday'
  | 'third-last-business-day'
  | 'third-business-day-before-the-25th-of-the-month-before'
  | 'fourth-business-day-before-the-25th-of-the-month-before'
  | 'second-business-day-before-the-third-wednesday';

/** What is the same for all contracts of a futures root. */
export interface FutureTerms {
  /** In price units. */
  readonly tickSize: number;
  /** Account currency per price unit and contract. */
  readonly pointValue: number;
  readonly calendar: string;
  /** Letters of the contract months that are traded much, January F to December Z. */
  readonly months: string;
  readonly expiry: ExpiryRule;
  /** Trading dates before the expiry on which trading usually goes over to the next contract. */
  readonly rollDaysBefore: number;
}

const QUARTERS = 'HMUZ';
const EVERY_MONTH = 'FGHJKMNQUVXZ';

const equity = (tickSize: number, pointValue: number): FutureTerms => ({
  tickSize,
  pointValue,
  calendar: 'cme-equity',
  months: QUARTERS,
  expiry: 'third-friday',
  // The Thursday of the week before.
  rollDaysBefore: 6,
});

const gold = (pointValue: number): FutureTerms => ({
  tickSize: 0.1,
  pointValue,
  calendar: 'cme-metals',
  months: 'GJMQZ',
  expiry: 'third-last-business-day',
  // Before the first day of notice, which is the last business day of the month before.
  rollDaysBefore: 20,
});

const bitcoin = (pointValue: number): FutureTerms => ({
  tickSize: 5,
  pointValue,
  calendar: 'cme-crypto',
  months: EVERY_MONTH,
  expiry: 'last-friday',
  rollDaysBefore: 2,
});

/** Much traded roots, from the contract specifications of CME Group. */
const FUTURES: Readonly<Record<string, FutureTerms>> = {
  ES: equity(0.25, 50),
  MES: equity(0.25, 5),
  NQ: equity(0.25, 20),
  MNQ: equity(0.25, 2),
  RTY: equity(0.1, 50),
  M2K: equity(0.1, 5),
  YM: equity(1, 5),
  MYM: equity(1, 0.5),
  GC: gold(100),
  MGC: gold(10),
  CL: {
    tickSize: 0.01,
    pointValue: 1000,
    calendar: 'cme-energy',
    months: EVERY_MONTH,
    expiry: 'third-business-day-before-the-25th-of-the-month-before',
    rollDaysBefore: 3,
  },
  MCL: {
    tickSize: 0.01,
    pointValue: 100,
    calendar: 'cme-energy',
    months: EVERY_MONTH,
    expiry: 'fourth-business-day-before-the-25th-of-the-month-before',
    rollDaysBefore: 2,
  },
  '6E': {
    tickSize: 0.00005,
    pointValue: 125_000,
    calendar: 'cme-fx',
    months: QUARTERS,
    expiry: 'second-business-day-before-the-third-wednesday',
    rollDaysBefore: 4,
  },
  BTC: bitcoin(5),
  MBT: bitcoin(0.1),
};

/** All that is known of a futures root: `ES`. */
export const futureTerms = (root: string): FutureTerms | undefined => FUTURES[root.toUpperCase()];

/** What we know of an instrument of a futures root without being told. */
export function knownFuture(root: string): Pick<InstrumentSpec, 'tickSize' | 'pointValue' | 'calendar'> | undefined {
  const known = futureTerms(root);
  return known && { tickSize: known.tickSize, pointValue: known.pointValue, calendar: known.calendar };
}

/** The root of a contract or of a continuous symbol: `ES` of `ESH4`, `ESH24`, `ES.c.0`. */
const rootOf = (symbol: string): string => symbol.replace(/([FGHJKMNQUVXZ]\d{1,4}|\.[cvn]\.\d+)$/, '');

/** The same of a contract or a continuous symbol: `ESH4`, `ESH24`, `NQ.c.0`. */
export const knownContract = (symbol: string): ReturnType<typeof knownFuture> => knownFuture(rootOf(symbol));
