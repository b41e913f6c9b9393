import type { Timeframe } from './timeframe.ts';

/** The price that bars are made of: trades, or quotes by their bid, their ask or the middle of both. */
export type BarPrice = 'trades' | 'bid' | 'ask' | 'mid';
/** What imbalance and run bars add up: trades, contracts, or contracts at their price. */
export type FlowUnit = 'tick' | 'volume' | 'dollar';

interface FromPrice {
  /** Default `trades`. Quotes have no volume: their bars have volume 0, and `trades` counts the quotes. */
  readonly from?: BarPrice | undefined;
}

interface Amendable {
  /**
   * How far a trade may lie behind the newest one by venue time and still be taken, such as `500ms`; older ones are counted
   * and left out. Default `10s`, after which FINRA rule 6380A calls the report of a trade late.
   */
  readonly amend?: string | undefined;
}

/** The bars of a timeframe, with their flow. */
export interface TimeBars extends FromPrice {
  readonly time: Timeframe;
}

/** Bars of a number of trades. López de Prado, "Advances in Financial Machine Learning" (2018), §2.3.1.2. */
export interface TickBars extends FromPrice, Amendable {
  readonly ticks: number;
}

/** Bars that close with the trade that brings their volume to a number of contracts or coins. The same, §2.3.1.3. */
export interface VolumeBars extends Amendable {
  readonly volume: number;
}

/** Bars that close with the trade that brings Σ price × size × point value to an amount of currency. The same, §2.3.1.4. */
export interface DollarBars extends Amendable {
  readonly dollar: number;
}

/**
 * Bars whose high and low are at most so many ticks apart (V. Nicolellis). One closes as soon as it has its range; a trade
 * that would take it further closes it before, and opens the next.
 */
export interface RangeBars extends FromPrice, Amendable {
  readonly range: number;
}

/**
 * Bricks of so many ticks. The next brick lies above the last one's top or below its bottom, so that a reversal takes a move
 * of two bricks from the last close. The first brick starts at the first price. S. Nison, "Beyond Candlesticks" (1994), ch. 8.
 */
export interface RenkoBars extends FromPrice, Amendable {
  readonly renko: number;
  /** Gives a brick the furthest price against it since the last brick as its low or high. Default no. */
  readonly wicks?: boolean | undefined;
  /** Other bars, whose closes are taken in place of `from`. */
  readonly of?: PrintSpec | undefined;
}

interface Adaptive extends Amendable {
  /** Expected trades of a bar at the beginning, E0[T]. */
  readonly expectTicks: number;
  /** Span of the moving average over bars, whose weight is 2 ÷ (span + 1). Default 20. */
  readonly spanBars?: number | undefined;
  /** The fewest and the most trades of a bar. Default a tenth of `expectTicks`, and ten times as many. */
  readonly ticksRange?: readonly [fewest: number, most: number] | undefined;
}

/**
 * Bars that close when the signed flow |Σ b·v| reaches what is expected of it, E0[T] × |E0[b·v]|; b is +1 for a buyer and
 * -1 for a seller, v is 1, the size or the value of the trade. López de Prado (2018), §2.3.2.1 and §2.3.2.2.
 */
export interface ImbalanceBars extends Adaptive {
  readonly imbalance: FlowUnit;
  /** E0[b·v] of a trade at the beginning. Without it the first bar has `expectTicks` trades and tells. */
  readonly expectImbalance?: number | undefined;
  /** Span of the moving average of b·v over trades. Default `expectTicks`. */
  readonly spanTicks?: number | undefined;
}

/**
 * Bars that close when the flow of the stronger side, max(Σ v of buyers, Σ v of sellers), reaches what is expected of it:
 * E0[T] × max(P[b=1] E0[v|b=1], (1 − P[b=1]) E0[v|b=-1]). López de Prado (2018), §2.3.2.3 and §2.3.2.4.
 */
export interface RunBars extends Adaptive {
  readonly run: FlowUnit;
  /** P[b=1] at the beginning, with the sizes below. Without it the first bar has `expectTicks` trades and tells. */
  readonly expectBuyShare?: number | undefined;
  /** E0[v|b=1] at the beginning; 1 for ticks. */
  readonly expectBuySize?: number | undefined;
  /** E0[v|b=-1] at the beginning; 1 for ticks. */
  readonly expectSellSize?: number | undefined;
}

/**
 * Heikin-Ashi of other bars: close (o + h + l + c) ÷ 4, open the middle of the open and close before (at first of the bar's
 * own), high and low the furthest of all. D. Valcu, "Using the Heikin-Ashi Technique", Stocks & Commodities 22:2 (2004).
 */
export interface HeikinAshiBars {
  readonly heikinAshi: PrintSpec;
}

/** So many bars of another kind as one. */
export interface GroupedBars {
  readonly bars: number;
  readonly of: PrintSpec;
}

/** One bar for each session of the instrument's calendar: regular hours, all other hours, or the whole trading day. */
export interface SessionBars {
  readonly session: 'RTH' | 'ETH' | 'day';
  /**
   * Bars of this length from each open of those hours on, such as `1h` or `65m`: at 9:30, 10:30 … The last one ends with the
   * hours. Lengths are of real time, also on a day of 23 or 25 hours.
   */
  readonly every?: string | undefined;
}

/** Bars made of trades or quotes. `'1000t'` is short for `{ ticks: 1000 }`. */
export type PrintSpec =
  | Timeframe
  | `${number}t`
  | TimeBars
  | TickBars
  | VolumeBars
  | DollarBars
  | RangeBars
  | RenkoBars
  | ImbalanceBars
  | RunBars
  | SessionBars;

/** Which bars: a timeframe such as `1m`, or any other kind. */
export type BarSpec = PrintSpec | HeikinAshiBars | GroupedBars;

/** Bars of all kinds but a plain timeframe carry their flow: `{ time: '1m' }` is `1m` with it. */
export type FlowSpec = Exclude<BarSpec, Timeframe>;
