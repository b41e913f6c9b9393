import { Extreme } from './blocks/extreme.ts';
import { Moments } from './blocks/moments.ts';
import { Mean, RollingSum } from './blocks/rolling-sum.ts';
import { exponential, wilder } from './blocks/smoothed.ts';
import { TrueRange } from './blocks/true-range.ts';
import { Lag, Window } from './blocks/window.ts';
import { barLine, numberLine, numberLines } from './formula.ts';
import { type BarFormula, checkPeriod, checkSetting, type NumberFormula } from './indicator.ts';

/** True range of each bar, in price units; from the second bar on. TA-Lib TRANGE. */
export const trueRanges = (): BarFormula<number> =>
  barLine('trueRanges', 2, (room) => {
    const ranges = new TrueRange(room);
    return (bar, fresh) => ranges.step(bar, fresh);
  });

/** ATR in percent of the close; `undefined` at a close of 0. TA-Lib NATR. */
export function natr(period = 14): BarFormula<number> {
  checkPeriod('natr', period);
  return barLine(`natr(${period})`, period + 1, (room) => {
    const ranges = new TrueRange(room);
    const average = wilder(room, period);
    return (bar, fresh) => (100 * average.step(ranges.step(bar, fresh), fresh)) / bar.close;
  });
}

/** Population variance of the last `period` inputs (÷ period), in constant time. TA-Lib VAR. */
export function variance(period = 5): NumberFormula<number> {
  checkPeriod('variance', period);
  return numberLine(`variance(${period})`, period, (room) => {
    const moments = new Moments(room, period);
    return (input, fresh) => (moments.step(input, fresh) ? moments.variance : Number.NaN);
  });
}

/** Population standard deviation of the last `period` inputs × `factor`. TA-Lib STDDEV. */
export function standardDeviation(period = 5, factor = 1): NumberFormula<number> {
  checkPeriod('standardDeviation', period);
  checkSetting('standardDeviation', 'factor', factor, { above: 0 });
  return numberLine(`standardDeviation(${period},${factor})`, period, (room) => {
    const moments = new Moments(room, period);
    return (input, fresh) => (moments.step(input, fresh) ? factor * Math.sqrt(moments.variance) : Number.NaN);
  });
}

/** Distance of the input from the mean of the last `period`, in their standard deviations; 0 when they are all equal. */
export function zScore(period = 20): NumberFormula<number> {
  checkPeriod('zScore', period);
  return numberLine(`zScore(${period})`, period, (room) => {
    const moments = new Moments(room, period);
    return (input, fresh) => {
      if (!moments.step(input, fresh)) return Number.NaN;
      return moments.variance === 0 ? 0 : (input - moments.mean) / Math.sqrt(moments.variance);
    };
  });
}

/**
 * How far the last `period` inputs lie from their mean: the errors of a simple average as a forecast.
 *
 * Out      sma; mad, mean of |input − sma|, in the unit of the input; mse, of its square; mape, of |input − sma| ÷ |input|, a
 *          share
 * Cost     in proportion to `period`
 * Zero     `undefined` while one of the inputs is 0, which has no share
 * Formula  plain definitions, all from the newest mean; Stock.Indicators SmaAnalysis
 */
export function smaAnalysis(period = 20): NumberFormula<{
  readonly sma: number;
  readonly mad: number;
  readonly mse: number;
  readonly mape: number;
}> {
  checkPeriod('smaAnalysis', period);
  return numberLines(`smaAnalysis(${period})`, period, ['sma', 'mad', 'mse', 'mape'], (room) => {
    const window = new Window(room, period);
    const mean = new Mean(room, period);
    return (input, fresh) => {
      window.step(input, fresh);
      const sma = mean.step(input, fresh);
      let [far, squares, shares] = [0, 0, 0];
      for (let back = 0; back < period; back++) {
        const distance = Math.abs(window.get(back) - sma);
        far += distance;
        squares += distance * distance;
        shares += distance / Math.abs(window.get(back));
      }
      return { sma, mad: far / period, mse: squares / period, mape: shares / period };
    };
  });
}

/** Chaikin's volatility: change in percent of the average range over `period` bars; `undefined` when it was 0. Marc Chaikin. */
export function chaikinVolatility(period = 10): BarFormula<number> {
  checkPeriod('chaikinVolatility', period);
  return barLine(`chaikinVolatility(${period})`, 2 * period, (room) => {
    const average = exponential(room, period);
    const before = new Lag(room, period);
    return ({ high, low }, fresh) => {
      const now = average.step(high - low, fresh);
      const past = before.step(now, fresh);
      return (100 * (now - past)) / past;
    };
  });
}

/** Choppiness: 100 when the market goes nowhere, 0 when straight; `undefined` when there was no range. Bill Dreiss. */
export function choppiness(period = 14): BarFormula<number> {
  checkPeriod('choppiness', period);
  if (period === 1) checkSetting('choppiness', 'period', period, { least: 2 });
  return barLine(`choppiness(${period})`, period + 1, (room) => {
    const ranges = new TrueRange(room);
    const sum = new RollingSum(room, period);
    const [high, low] = [new Extreme(room, period, 'highest'), new Extreme(room, period, 'lowest')];
    return (bar, fresh) => {
      const way = sum.step(ranges.step(bar, fresh), fresh);
      const range = high.step(bar.high, fresh) - low.step(bar.low, fresh);
      return (100 * Math.log10(way / range)) / Math.log10(period);
    };
  });
}

/**
 * Ulcer index: root mean square of how far each of the last `period` inputs lies below the highest in the window up to it,
 * in percent.
 *
 * Cost     in proportion to `period`
 * Zero     `undefined` while a highest is 0. Peter Martin 1987
 */
export function ulcerIndex(period = 14): NumberFormula<number> {
  checkPeriod('ulcerIndex', period);
  return numberLine(`ulcerIndex(${period})`, period, (room) => {
    const window = new Window(room, period);
    return (input, fresh) => {
      if (!window.step(input, fresh)) return Number.NaN;
      let peak = Number.NEGATIVE_INFINITY;
      let squares = 0;
      for (let back = period - 1; back >= 0; back--) {
        peak = Math.max(peak, window.get(back));
        squares += (100 * (window.get(back) / peak - 1)) ** 2;
      }
      return Math.sqrt(squares / period);
    };
  });
}

/** Mass index: Σ over `sum` bars of the average range ÷ the average of that average. Donald Dorsey 1992. */
export function massIndex({ average = 9, sum = 25 } = {}): BarFormula<number> {
  checkPeriod('massIndex', average, 'average');
  checkPeriod('massIndex', sum, 'sum');
  return barLine(`massIndex(${average},${sum})`, 2 * average + sum - 2, (room) => {
    const once = exponential(room, average);
    const again = exponential(room, average);
    const total = new Mean(room, sum);
    return ({ high, low }, fresh) => {
      const near = once.step(high - low, fresh);
      const far = again.step(near, fresh);
      // No range at all: neither widens nor narrows.
      return sum * total.step(far === 0 ? 1 : near / far, fresh);
    };
  });
}
