import type { Measures } from './measure.ts';

/** Least and most that a measure may be. */
type Bounds = readonly [least: number, most: number];

/** One of the twelve rules that a market has to keep, as bounds of measures. */
export interface Rule {
  readonly name: string;
  readonly bounds: Readonly<Record<string, Bounds>>;
}

/** What real futures and coins show, from recordings of both; "about" is a tenth to either side. */
const common: readonly Rule[] = [
  { name: 'trade gaps', bounds: { sameStamp: [0.25, 0.4], gapVariation: [2.5, Infinity], gapTail: [500, Infinity] } },
  {
    name: 'trades per second',
    bounds: { countDispersion: [15, Infinity], countLag1: [0.15, 0.3], countLag10: [0.05, Infinity] },
  },
  { name: 'clusters', bounds: { clusterMean: [1.8, 2.2], clusterTail: [12, Infinity] } },
  { name: 'spread', bounds: { oneTickSpread: [0.94, 0.99], smallestSpread: [1, Infinity] } },
  { name: 'sizes', bounds: { oneLot: [0.57, 0.63], largestVolume: [0.08, 0.16] } },
  { name: 'best price', bounds: { atBest: [0.95, 0.99] } },
  { name: 'messages', bounds: { messagesPerTrade: [15, 25] } },
  { name: 'day', bounds: { firstHalfHour: [0.1, 0.15], lastHalfHour: [0.1, 0.15] } },
  { name: 'minutes', bounds: { minuteKurtosis: [2, Infinity] } },
];

export const RULES: Readonly<Record<'futures' | 'crypto', readonly Rule[]>> = {
  futures: [
    ...common,
    { name: 'price changes', bounds: { zeroChange: [0.75, 0.88], oneTick: [0.97, 1], reversal: [0.7, 0.88] } },
    { name: 'variance', bounds: { varianceRatio: [2, 3] } },
    { name: 'sides', bounds: { sideLag1: [0.35, 0.5] } },
  ],
  crypto: [
    ...common,
    { name: 'variance', bounds: { varianceRatio: [1, 1.1] } },
    { name: 'sides', bounds: { sideLag1: [0.65, 0.83] } },
  ],
};

/** The measures outside their bounds, in words; a measure that is missing is outside. */
export function broken({ name, bounds }: Rule, measures: Measures): string[] {
  return Object.entries(bounds).flatMap(([measure, [least, most]]) => {
    const value = measures[measure] ?? Number.NaN;
    return value >= least && value <= most ? [] : [`${name}: ${measure} is ${value}, not ${least} to ${most}`];
  });
}
