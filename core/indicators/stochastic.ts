import { Extreme } from './blocks/extreme.ts';
import { Mean } from './blocks/rolling-sum.ts';
import { fromFirst, wilder } from './blocks/smoothed.ts';
import { Lag } from './blocks/window.ts';
import { barLine, barLines, numberLines } from './formula.ts';
import { type BarFormula, type BarValues, checkPeriod, type NumberFormula } from './indicator.ts';
import type { Room } from './room.ts';
import { strength } from './rsi.ts';

/** Where `value` lies between two ends, in percent; 0 when they are one, as in TA-Lib. */
const place = (value: number, low: number, high: number): number =>
  high === low ? 0 : (100 * (value - low)) / (high - low);

function placeOfClose(room: Room, period: number): (bar: BarValues, fresh: boolean) => number {
  const high = new Extreme(room, period, 'highest');
  const low = new Extreme(room, period, 'lowest');
  return (bar, fresh) => place(bar.close, low.step(bar.low, fresh), high.step(bar.high, fresh));
}

export interface StochasticOptions {
  /** Bars in the range. Default 14. */
  readonly period?: number | undefined;
  /** Simple average over k; 1 leaves it fast. Default 3. */
  readonly smoothing?: number | undefined;
  /** Simple average that makes d of k. Default 3. */
  readonly signal?: number | undefined;
}

/** In percent, 0 to 100. */
export interface StochasticValue {
  readonly k: number;
  readonly d: number;
}

/**
 * Stochastic oscillator: where the close lies in the range of the last bars.
 *
 * Out      k, averaged over `smoothing`, and d, k averaged over `signal`
 * Flat     0 when the range has no width, as in TA-Lib
 * Formula  100 × (close − lowest low) ÷ (highest high − lowest low); George Lane; TA-Lib STOCH
 */
export function stochastic({
  period = 14,
  smoothing = 3,
  signal = 3,
}: StochasticOptions = {}): BarFormula<StochasticValue> {
  checkPeriod('stochastic', period);
  checkPeriod('stochastic', smoothing, 'smoothing');
  checkPeriod('stochastic', signal, 'signal');
  const warmup = period + smoothing + signal - 2;
  return barLines(`stochastic(${period},${smoothing},${signal})`, warmup, ['k', 'd'], (room) => {
    const raw = placeOfClose(room, period);
    const slow = new Mean(room, smoothing);
    const mean = new Mean(room, signal);
    return (bar, fresh) => {
      const k = slow.step(raw(bar, fresh), fresh);
      return { k, d: mean.step(k, fresh) };
    };
  });
}

/** The fast one: k as it is, d its average. TA-Lib STOCHF. */
export const stochasticFast = ({ period = 14, signal = 3 }: Omit<StochasticOptions, 'smoothing'> = {}) =>
  stochastic({ period, smoothing: 1, signal });

/** Williams %R: the stochastic k − 100, so −100 to 0; 0 when the range has no width. TA-Lib WILLR. */
export function williamsR(period = 14): BarFormula<number> {
  checkPeriod('williamsR', period);
  return barLine(`williamsR(${period})`, period, (room) => {
    const high = new Extreme(room, period, 'highest');
    const low = new Extreme(room, period, 'lowest');
    return (bar, fresh) => {
      const top = high.step(bar.high, fresh);
      const range = top - low.step(bar.low, fresh);
      return range === 0 ? 0 : (-100 * (top - bar.close)) / range;
    };
  });
}

export interface StochasticRsiOptions extends StochasticOptions {
  /** Changes that the RSI looks at. Default 14. */
  readonly rsi?: number | undefined;
}

/**
 * Stochastic of the RSI: where the RSI lies in the range of its last values.
 *
 * Out      k averaged over `smoothing` (default 1, as TA-Lib has it), d averaged over `signal`
 * Formula  Chande & Kroll, "The New Technical Trader", 1994; TA-Lib STOCHRSI
 */
export function stochasticRsi({
  rsi = 14,
  period = 14,
  smoothing = 1,
  signal = 3,
}: StochasticRsiOptions = {}): NumberFormula<StochasticValue> {
  checkPeriod('stochasticRsi', rsi, 'rsi');
  checkPeriod('stochasticRsi', period);
  checkPeriod('stochasticRsi', smoothing, 'smoothing');
  checkPeriod('stochasticRsi', signal, 'signal');
  const warmup = rsi + period + smoothing + signal - 2;
  return numberLines(`stochasticRsi(${rsi},${period},${smoothing},${signal})`, warmup, ['k', 'd'], (room) => {
    const power = rsiBlock(room, rsi);
    const high = new Extreme(room, period, 'highest');
    const low = new Extreme(room, period, 'lowest');
    const slow = new Mean(room, smoothing);
    const mean = new Mean(room, signal);
    return (input, fresh) => {
      const value = power(input, fresh);
      const k = slow.step(place(value, low.step(value, fresh), high.step(value, fresh)), fresh);
      return { k, d: mean.step(k, fresh) };
    };
  });
}

/** The RSI as a block; NaN until it is warm. */
export function rsiBlock(room: Room, period: number): (input: number, fresh: boolean) => number {
  const before = new Lag(room, 1);
  const gains = wilder(room, period);
  const losses = wilder(room, period);
  return (input, fresh) => {
    const change = input - before.step(input, fresh);
    if (Number.isNaN(change)) return change;
    const gain = gains.step(change > 0 ? change : 0, fresh);
    const loss = losses.step(change < 0 ? -change : 0, fresh);
    return Number.isNaN(gain) ? gain : strength(gain, loss);
  };
}

export interface SmiOptions {
  /** Bars in the range. Default 13. */
  readonly period?: number | undefined;
  /** Two exponential averages in a row. Defaults 25 and 2. */
  readonly first?: number | undefined;
  readonly second?: number | undefined;
  /** Exponential average of the index. Default 3. */
  readonly signal?: number | undefined;
}

/**
 * Stochastic momentum index: the distance of the close from the middle of the range, smoothed twice, in percent of half
 * the range smoothed likewise: −100 to 100; 0 when there was no range. All averages start from their first input.
 * William Blau 1993.
 */
export function smi({ period = 13, first = 25, second = 2, signal = 3 }: SmiOptions = {}) {
  for (const [setting, value] of Object.entries({ period, first, second, signal })) checkPeriod('smi', value, setting);
  return barLines(`smi(${period},${first},${second},${signal})`, period, ['smi', 'signal'], (room) => {
    const high = new Extreme(room, period, 'highest');
    const low = new Extreme(room, period, 'lowest');
    const distance = twice(room, first, second);
    const range = twice(room, first, second);
    const average = fromFirst(room, signal);
    return (bar, fresh) => {
      const top = high.step(bar.high, fresh);
      const bottom = low.step(bar.low, fresh);
      const up = distance(bar.close - (top + bottom) / 2, fresh);
      const whole = range(top - bottom, fresh) / 2;
      const value = whole === 0 ? 0 : (100 * up) / whole;
      return { smi: value, signal: average.step(value, fresh) };
    };
  });
}

/** Two exponential averages in a row, both from their first input. */
export function twice(room: Room, first: number, second: number): (input: number, fresh: boolean) => number {
  const once = fromFirst(room, first);
  const again = fromFirst(room, second);
  return (input, fresh) => again.step(once.step(input, fresh), fresh);
}
