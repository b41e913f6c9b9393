/** Every threshold of `SpoofDetector`. Times in milliseconds, distances in ticks, sizes in contracts or coins. */
export interface SpoofOptions {
  /** An order is large from so many times the mean size that is added. Default 5. */
  readonly largeFactor?: number | undefined;
  /** An absolute size in its place. */
  readonly largeSize?: number | undefined;
  /** Farther from the best price an order moves nobody. Default 20. */
  readonly maxDistanceTicks?: number | undefined;
  /** What rests longer was meant. Default 30,000. */
  readonly maxLifeMs?: number | undefined;
  /** Share of an order that must go without being traded to count as pulled. Default 0.8. */
  readonly pulledShare?: number | undefined;
  /** Least confidence that is told. Default 0.7. */
  readonly confidence?: number | undefined;

  /** Layering: prices of one side at least (3), pulled within so long of each other (1,000). */
  readonly layers?: number | undefined;
  readonly layerPullMs?: number | undefined;
  /** Size traded on the other side while they lay, over the mean size added: what it was done for. 0 asks for none. Default 1. */
  readonly layerTrade?: number | undefined;

  /** Flashing: so many (4) large orders of one side that lived no longer than this (500), within so long (60,000). */
  readonly flashes?: number | undefined;
  readonly flashLifeMs?: number | undefined;
  readonly flashWindowMs?: number | undefined;

  /** Quote stuffing: changes in a second at least (500), and so many times the usual (10); trades per change at most (0.01). */
  readonly stuffingPerSecond?: number | undefined;
  readonly stuffingFactor?: number | undefined;
  readonly stuffingTrades?: number | undefined;

  /** Momentum ignition: trades (15) of one side (0.8 of their size) within so long (1,000) that move the price so far (4), */
  readonly ignitionTrades?: number | undefined;
  readonly ignitionShare?: number | undefined;
  readonly ignitionMs?: number | undefined;
  readonly ignitionTicks?: number | undefined;
  /** and so much of the way back (0.5) within so long (5,000). */
  readonly ignitionReturn?: number | undefined;
  readonly ignitionReturnMs?: number | undefined;
}

export type SpoofSettings = { readonly [K in Exclude<keyof SpoofOptions, 'largeSize'>]-?: number } & {
  readonly largeSize: number | undefined;
};

export const SPOOF_DEFAULTS: SpoofSettings = {
  largeFactor: 5,
  largeSize: undefined,
  maxDistanceTicks: 20,
  maxLifeMs: 30_000,
  pulledShare: 0.8,
  confidence: 0.7,
  layers: 3,
  layerPullMs: 1000,
  layerTrade: 1,
  flashes: 4,
  flashLifeMs: 500,
  flashWindowMs: 60_000,
  stuffingPerSecond: 500,
  stuffingFactor: 10,
  stuffingTrades: 0.01,
  ignitionTrades: 15,
  ignitionShare: 0.8,
  ignitionMs: 1000,
  ignitionTicks: 4,
  ignitionReturn: 0.5,
  ignitionReturnMs: 5000,
};

export type SpoofPattern = 'layering' | 'flashing' | 'quote stuffing' | 'momentum ignition';

/** Something that looks like one of the patterns. By level, without the names of traders, it is never proof. */
export interface SpoofAlert {
  readonly pattern: SpoofPattern;
  /** Side of the orders, or of the trades that moved the price; `undefined` for a flood of both. */
  readonly side: 'bid' | 'ask' | undefined;
  /** Prices concerned, lowest first. */
  readonly prices: readonly number[];
  /** Size of the orders, or of the trades; of a flood the number of changes. */
  readonly size: number;
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
}
