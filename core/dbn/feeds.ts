import { RTYPE } from './codes.ts';

/**
 * From which record type each stream of an instrument is taken. One each: the same trade is in every schema that carries
 * trades, and taken twice it would double the volume.
 */
export interface DbnFeeds {
  readonly trades?: number | undefined;
  readonly quotes?: number | undefined;
  readonly depth?: number | undefined;
  readonly bars?: boolean | undefined;
}

/** Best first: what is told of every change before samples, what is told of one venue before several. */
const TRADES = [RTYPE.trades, RTYPE.mbp1, RTYPE.mbo, RTYPE.mbp10, RTYPE.cmbp1, RTYPE.tcbbo];
const QUOTES = [
  RTYPE.mbp1,
  RTYPE.mbo,
  RTYPE.mbp10,
  RTYPE.cmbp1,
  RTYPE.bbo1s,
  RTYPE.cbbo1s,
  RTYPE.bbo1m,
  RTYPE.cbbo1m,
  RTYPE.tcbbo,
];
const DEPTH = [RTYPE.mbo, RTYPE.mbp10];

/** The best feeds among the record types that there are. */
export function chooseFeeds(rtypes: Iterable<number>): DbnFeeds {
  const has = new Set(rtypes);
  const best = (types: readonly number[]): number | undefined => types.find((type) => has.has(type));
  return { trades: best(TRADES), quotes: best(QUOTES), depth: best(DEPTH), bars: true };
}
