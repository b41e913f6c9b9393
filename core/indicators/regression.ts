import { Moments } from './blocks/moments.ts';
import { RollingSum } from './blocks/rolling-sum.ts';
import { Window } from './blocks/window.ts';
import { barLine, numberLine, numberLines } from './formula.ts';
import { type BarFormula, type BarValues, checkPeriod, checkSetting, type NumberFormula } from './indicator.ts';
import type { Room } from './room.ts';

/** Sum of the last `period` inputs, in constant time. TA-Lib SUM. */
export function sum(period: number): NumberFormula<number> {
  checkPeriod('sum', period);
  return numberLine(`sum(${period})`, period, (room) => {
    const block = new RollingSum(room, period);
    return (input, fresh) => block.step(input, fresh);
  });
}

interface Fitted {
  /** On the line at the newest input, in the unit of the input. */
  readonly value: number;
  /** Per input. */
  readonly slope: number;
  /** On the line at the oldest input. */
  readonly intercept: number;
  /** On the line at the input to come. */
  readonly forecast: number;
}

/** Least squares through the last `period` inputs, x = 0 … period − 1, in constant time. */
function fitted(room: Room, period: number): (input: number, fresh: boolean) => Fitted {
  const sums = new RollingSum(room, period);
  const sumX = (period * (period - 1)) / 2;
  const divisor = period * ((period * (period - 1) * (2 * period - 1)) / 6) - sumX * sumX;
  return (input, fresh) => {
    const total = sums.step(input, fresh);
    // The sum is weighted from 1, x counts from 0.
    const sumXY = sums.weighted - total;
    const slope = (period * sumXY - sumX * total) / divisor;
    const intercept = (total - slope * sumX) / period;
    return {
      value: intercept + slope * (period - 1),
      slope,
      intercept,
      forecast: intercept + slope * period,
    };
  };
}

/**
 * Straight line of least squares through the last `period` inputs, 2 or more, in constant time.
 *
 * Out      its value at the newest input (LSMA), slope per input, intercept (at the oldest), forecast for the input to come
 * Formula  ordinary least squares on 0 … period − 1; TA-Lib LINEARREG, LINEARREG_SLOPE, LINEARREG_INTERCEPT, TSF. The angle
 *          of LINEARREG_ANGLE is atan(slope), which has no meaning while one input and one unit of price are no equal lengths
 */
export function linearRegression(period = 14): NumberFormula<Fitted> {
  checkLine('linearRegression', period);
  const fields = ['value', 'slope', 'intercept', 'forecast'] as const;
  return numberLines(`linearRegression(${period})`, period, fields, (room) => fitted(room, period));
}

/** Forecast oscillator: the input − its forecast one input before, in percent of the input; `undefined` at an input of 0. */
export function forecastOscillator(period = 14): NumberFormula<number> {
  checkLine('forecastOscillator', period);
  return numberLine(`forecastOscillator(${period})`, period + 1, (room) => {
    const line = fitted(room, period);
    const window = new Window(room, 2);
    return (input, fresh) => {
      window.step(line(input, fresh).forecast, fresh);
      return (100 * (input - window.get(1))) / input;
    };
  });
}

/**
 * Standard deviation channel: the line of least squares and lines beside it.
 *
 * Out      as the last `period` inputs are now, at the newest of them. Charts that draw one line over many bars redraw the past
 */
export function regressionChannel(
  period = 20,
  deviations = 2,
): NumberFormula<{
  readonly upper: number;
  readonly middle: number;
  readonly lower: number;
}> {
  checkLine('regressionChannel', period);
  checkSetting('regressionChannel', 'deviations', deviations, { above: 0 });
  const fields = ['upper', 'middle', 'lower'] as const;
  return numberLines(`regressionChannel(${period},${deviations})`, period, fields, (room) => {
    const line = fitted(room, period);
    const moments = new Moments(room, period);
    return (input, fresh) => {
      moments.step(input, fresh);
      const middle = line(input, fresh).value;
      const distance = deviations * Math.sqrt(moments.variance);
      return { upper: middle + distance, middle, lower: middle - distance };
    };
  });
}

/** A field of the bar, or anything that the bars of a stream carry. */
export type NumberOf<B extends BarValues> = (bar: B) => number;

/**
 * Pearson's correlation of two numbers of each bar over the last `period`, −1 to 1.
 *
 * Flat     0 when one of them does not move, as in TA-Lib
 * Example  withIndicators({ both: correlation(30, (bar: Bar & { other: number }) => bar.close, (bar) => bar.other) })
 * Cost     in proportion to `period`; TA-Lib CORREL
 */
export function correlation<B extends BarValues = BarValues>(
  period = 30,
  first: NumberOf<B> = (bar) => bar.high,
  second: NumberOf<B> = (bar) => bar.low,
): BarFormula<number, B> {
  checkLine('correlation', period);
  return barLine<B>(`correlation(${period})`, period, (room) => {
    const both = covariance(room, period);
    return (bar, fresh) => {
      const { together, a, b } = both(first(bar), second(bar), fresh);
      return a === 0 || b === 0 ? 0 : Math.max(-1, Math.min(1, together / Math.sqrt(a * b)));
    };
  });
}

/**
 * Beta: slope of the changes of `second` on those of `first`, both as shares, over the last `period` changes.
 *
 * Cost     in proportion to `period`
 * Flat     0 when `first` does not move, as in TA-Lib
 * Zero     `undefined` while a number of the window followed one of 0
 * Formula  covariance of changes ÷ variance of the changes of `first`; TA-Lib BETA
 */
export function beta<B extends BarValues = BarValues>(
  period = 5,
  first: NumberOf<B> = (bar) => bar.high,
  second: NumberOf<B> = (bar) => bar.low,
): BarFormula<number, B> {
  checkLine('beta', period);
  return barLine<B>(`beta(${period})`, period + 1, (room) => {
    const before = { a: new Window(room, 2), b: new Window(room, 2) };
    const both = covariance(room, period);
    const zeros = new RollingSum(room, period);
    return (bar, fresh) => {
      before.b.step(second(bar), fresh);
      if (!before.a.step(first(bar), fresh)) return Number.NaN;
      const zero = before.a.get(1) === 0 || before.b.get(1) === 0;
      const missing = zeros.step(zero ? 1 : 0, fresh);
      const { together, a } = both(zero ? 0 : change(before.a), zero ? 0 : change(before.b), fresh);
      if (missing > 0) return Number.NaN;
      return a === 0 ? 0 : together / a;
    };
  });
}

const change = (pair: Window): number => pair.get(0) / pair.get(1) - 1;

/** Population covariance and variances over a window. */
function covariance(room: Room, period: number) {
  const window = { a: new Window(room, period), b: new Window(room, period) };
  return (a: number, b: number, fresh: boolean) => {
    window.b.step(b, fresh);
    if (!window.a.step(a, fresh)) return { together: Number.NaN, a: Number.NaN, b: Number.NaN };
    return spread(window.a, window.b, period);
  };
}

/** In two passes, since the differences are small beside the numbers. */
function spread(a: Window, b: Window, period: number) {
  let meanA = 0;
  let meanB = 0;
  for (let back = 0; back < period; back++) {
    meanA += a.get(back) / period;
    meanB += b.get(back) / period;
  }
  const sums = { together: 0, a: 0, b: 0 };
  for (let back = 0; back < period; back++) {
    const [offA, offB] = [a.get(back) - meanA, b.get(back) - meanB];
    sums.together += (offA * offB) / period;
    sums.a += (offA * offA) / period;
    sums.b += (offB * offB) / period;
  }
  return sums;
}

function checkLine(name: string, period: number): void {
  checkPeriod(name, period);
  checkSetting(name, 'period', period, { least: 2 });
}
