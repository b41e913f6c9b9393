import type { InstrumentSpec } from './instrument.ts';

/** Tick size and point value of much traded roots, from the contract specifications of CME Group. */
const FUTURES: Readonly<Record<string, readonly [tickSize: number, pointValue: number]>> = {
  ES: [0.25, 50],
  MES: [0.25, 5],
  NQ: [0.25, 20],
  MNQ: [0.25, 2],
  RTY: [0.1, 50],
  M2K: [0.1, 5],
  YM: [1, 5],
  MYM: [1, 0.5],
  GC: [0.1, 100],
  MGC: [0.1, 10],
  CL: [0.01, 1000],
  MCL: [0.01, 100],
  '6E': [0.00005, 125_000],
};

/** What we know of a futures root without being told. */
export function knownFuture(root: string): Pick<InstrumentSpec, 'tickSize' | 'pointValue'> | undefined {
  const known = FUTURES[root.toUpperCase()];
  return known && { tickSize: known[0], pointValue: known[1] };
}

/** The same of a contract or a continuous symbol: `ESH4`, `ESH24`, `NQ.c.0`. */
export const knownContract = (symbol: string): Pick<InstrumentSpec, 'tickSize' | 'pointValue'> | undefined =>
  knownFuture(symbol.replace(/([FGHJKMNQUVXZ]\d{1,4}|\.[cvn]\.\d+)$/, ''));
