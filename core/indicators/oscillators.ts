import { Mean, RollingSum } from './blocks/rolling-sum.ts';
import { exponential, wilder } from './blocks/smoothed.ts';
import { Lag, Window } from './blocks/window.ts';
import { barLine, numberLine, numberLines } from './formula.ts';
import { type BarFormula, checkPeriod, checkSetting, type NumberFormula } from './indicator.ts';
import { fastNotBelowSlow, type MacdOptions } from './macd.ts';
import { type AverageKind, averageBlock, averageWarmup } from './moving-averages.ts';
import { twice } from './stochastic.ts';

export interface ApoOptions {
  /** Periods in inputs. Defaults 12 and 26. */
  readonly fast?: number | undefined;
  readonly slow?: number | undefined;
  /** Default ema. TA-Lib's default is sma. */
  readonly average?: AverageKind | undefined;
}

/** Absolute price oscillator: a fast average − a slow one, each from its own first inputs. TA-Lib APO. */
export function apo({ fast = 12, slow = 26, average = 'ema' }: ApoOptions = {}): NumberFormula<number> {
  checkPeriods('apo', fast, slow);
  return numberLine(`apo(${fast},${slow},${average})`, averageWarmup(average, slow), (room) => {
    const quick = averageBlock(room, average, fast);
    const calm = averageBlock(room, average, slow);
    return (input, fresh) => quick.step(input, fresh) - calm.step(input, fresh);
  });
}

export interface PpoOptions extends ApoOptions {
  /** Exponential average of the oscillator. Default 9. */
  readonly signal?: number | undefined;
}

/**
 * Percentage price oscillator: the APO in percent of the slow average, its exponential average and their difference.
 *
 * Zero     `undefined` while the slow average is 0
 * Volume   `applyTo((bar) => bar.volume, ppo())` is the percentage volume oscillator (PVO)
 * Formula  TA-Lib PPO with the average named
 */
export function ppo({ fast = 12, slow = 26, signal = 9, average = 'ema' }: PpoOptions = {}): NumberFormula<{
  readonly ppo: number;
  readonly signal: number;
  readonly histogram: number;
}> {
  checkPeriods('ppo', fast, slow);
  checkPeriod('ppo', signal, 'signal');
  const warmup = averageWarmup(average, slow) + signal - 1;
  const fields = ['ppo', 'signal', 'histogram'] as const;
  return numberLines(`ppo(${fast},${slow},${signal},${average})`, warmup, fields, (room) => {
    const quick = averageBlock(room, average, fast);
    const calm = averageBlock(room, average, slow);
    const mean = exponential(room, signal);
    return (input, fresh) => {
      const [near, far] = [quick.step(input, fresh), calm.step(input, fresh)];
      // The signal must be fed at every input or could not be taken back: a share of nothing counts as none.
      const line = far === 0 ? 0 : (100 * (near - far)) / far;
      const smoothed = mean.step(line, fresh);
      return { ppo: far === 0 ? Number.NaN : line, signal: smoothed, histogram: line - smoothed };
    };
  });
}

/** MACD with any averages. TA-Lib MACDEXT; `macdWith({ fast: 12, slow: 26 })` without averages named is as `macd`, seeds apart. */
export function macdWith({
  fast = 12,
  slow = 26,
  signal = 9,
  average = 'ema',
  signalAverage = average,
}: MacdOptions & { readonly average?: AverageKind; readonly signalAverage?: AverageKind } = {}): NumberFormula<{
  readonly macd: number;
  readonly signal: number;
  readonly histogram: number;
}> {
  checkPeriods('macdWith', fast, slow);
  checkPeriod('macdWith', signal, 'signal');
  const warmup = averageWarmup(average, slow) + averageWarmup(signalAverage, signal) - 1;
  const name = `macdWith(${fast},${slow},${signal},${average},${signalAverage})`;
  return numberLines(name, warmup, ['macd', 'signal', 'histogram'], (room) => {
    const quick = averageBlock(room, average, fast);
    const calm = averageBlock(room, average, slow);
    const mean = averageBlock(room, signalAverage, signal);
    return (input, fresh) => {
      const line = quick.step(input, fresh) - calm.step(input, fresh);
      const smoothed = mean.step(line, fresh);
      return { macd: line, signal: smoothed, histogram: line - smoothed };
    };
  });
}

function checkPeriods(name: string, fast: number, slow: number): void {
  checkPeriod(name, fast, 'fast');
  checkPeriod(name, slow, 'slow');
  if (fast >= slow) throw fastNotBelowSlow(name, fast, slow);
}

/**
 * Commodity channel index: how far the typical price is from its average, in mean deviations.
 *
 * Cost     in proportion to `period`: the mean deviation is from an average that moves
 * Flat     0 when the window has no deviation, as in TA-Lib
 * Formula  (typical − mean) ÷ (0.015 × mean |deviation|), typical = (high + low + close) ÷ 3. Donald Lambert 1980; TA-Lib CCI
 */
export function cci(period = 20, factor = 0.015): BarFormula<number> {
  checkPeriod('cci', period);
  checkSetting('cci', 'factor', factor, { above: 0 });
  return barLine(`cci(${period},${factor})`, period, (room) => {
    const window = new Window(room, period);
    return ({ high, low, close }, fresh) => {
      const typical = (high + low + close) / 3;
      if (!window.step(typical, fresh)) return Number.NaN;
      let sum = 0;
      for (let back = 0; back < period; back++) sum += window.get(back);
      const mean = sum / period;
      let deviation = 0;
      for (let back = 0; back < period; back++) deviation += Math.abs(window.get(back) - mean);
      const distance = typical - mean;
      return distance === 0 || deviation === 0 ? 0 : distance / ((factor * deviation) / period);
    };
  });
}

/** Chande momentum oscillator: 100 × (gain − loss) ÷ (gain + loss) by Wilder's averages; 0 when nothing moved. TA-Lib CMO. */
export function cmo(period = 14): NumberFormula<number> {
  checkPeriod('cmo', period);
  return numberLine(`cmo(${period})`, period + 1, (room) => {
    const before = new Lag(room, 1);
    const gains = wilder(room, period);
    const losses = wilder(room, period);
    return (input, fresh) => {
      const change = input - before.step(input, fresh);
      if (Number.isNaN(change)) return change;
      const gain = gains.step(Math.max(change, 0), fresh);
      const loss = losses.step(Math.max(-change, 0), fresh);
      return gain + loss === 0 ? 0 : (100 * (gain - loss)) / (gain + loss);
    };
  });
}

/** TRIX: change of the triple exponential average in percent; `undefined` when that was 0. Jack Hutson 1983; TA-Lib TRIX. */
export function trix(period = 30): NumberFormula<number> {
  checkPeriod('trix', period);
  return numberLine(`trix(${period})`, 3 * period - 1, (room) => {
    const stages = [exponential(room, period), exponential(room, period), exponential(room, period)];
    const before = new Lag(room, 1);
    return (input, fresh) => {
      const now = stages.reduce((value, stage) => stage.step(value, fresh), input);
      const past = before.step(now, fresh);
      return (100 * (now - past)) / past;
    };
  });
}

/** Awesome oscillator: mean of the middle of the last `fast` bars − that of the last `slow`. Bill Williams 1998. */
export function awesome({ fast = 5, slow = 34 } = {}): BarFormula<number> {
  checkPeriods('awesome', fast, slow);
  return barLine(`awesome(${fast},${slow})`, slow, (room) => {
    const quick = new Mean(room, fast);
    const calm = new Mean(room, slow);
    return ({ high, low }, fresh) => quick.step((high + low) / 2, fresh) - calm.step((high + low) / 2, fresh);
  });
}

/** Detrended price oscillator: the input `period ÷ 2 + 1` before − the mean of the last `period`. */
export function dpo(period = 20): NumberFormula<number> {
  checkPeriod('dpo', period);
  const distance = Math.floor(period / 2) + 1;
  return numberLine(`dpo(${period})`, Math.max(period, distance + 1), (room) => {
    const before = new Lag(room, distance);
    const mean = new Mean(room, period);
    return (input, fresh) => before.step(input, fresh) - mean.step(input, fresh);
  });
}

export interface KstOptions {
  /** Four rates of change, in inputs. Default 10, 15, 20, 30. */
  readonly rates?: readonly [number, number, number, number] | undefined;
  /** Simple averages of them. Default 10, 10, 10, 15. */
  readonly means?: readonly [number, number, number, number] | undefined;
  /** Simple average of the sum. Default 9. */
  readonly signal?: number | undefined;
}

/** Know sure thing: rates of change over four spans, averaged and added with weights 1 to 4. Martin Pring 1992. */
export function kst({
  rates = [10, 15, 20, 30],
  means = [10, 10, 10, 15],
  signal = 9,
}: KstOptions = {}): NumberFormula<{
  readonly kst: number;
  readonly signal: number;
}> {
  for (const period of [...rates, ...means, signal]) checkPeriod('kst', period);
  const warmup = Math.max(...rates.map((rate, index) => rate + (means[index] ?? 0))) + signal - 1;
  return numberLines(`kst(${rates.join(',')};${means.join(',')};${signal})`, warmup, ['kst', 'signal'], (room) => {
    const parts = rates.map((rate, index) => ({
      before: new Lag(room, rate),
      mean: new Mean(room, means[index] ?? 1),
      weight: index + 1,
    }));
    const mean = new Mean(room, signal);
    return (input, fresh) => {
      let sum = 0;
      for (const part of parts) {
        const before = part.before.step(input, fresh);
        // An input of 0 before: no rate; its mean must be fed all the same.
        sum += part.weight * part.mean.step(before === 0 ? 0 : 100 * (input / before - 1), fresh);
      }
      return { kst: sum, signal: mean.step(sum, fresh) };
    };
  });
}

export interface TsiOptions {
  /** Two exponential averages in a row. Defaults 25 and 13. */
  readonly first?: number | undefined;
  readonly second?: number | undefined;
}

/**
 * True strength index: changes smoothed twice in percent of their sizes smoothed twice, −100 to 100; 0 when nothing moved.
 * Averages start from their first input: use what comes after some 100. William Blau 1991.
 */
export function tsi({ first = 25, second = 13 }: TsiOptions = {}): NumberFormula<number> {
  checkPeriod('tsi', first, 'first');
  checkPeriod('tsi', second, 'second');
  return numberLine(`tsi(${first},${second})`, first + second, (room) => {
    const before = new Lag(room, 1);
    const moves = twice(room, first, second);
    const sizes = twice(room, first, second);
    return (input, fresh) => {
      const change = input - before.step(input, fresh);
      const way = sizes(Math.abs(change), fresh);
      const made = moves(change, fresh);
      return way === 0 ? 0 : (100 * made) / way;
    };
  });
}

/** Coppock curve: linearly weighted average of two rates of change added. Edwin Coppock 1962. */
export function coppock({ long = 14, short = 11, average = 10 } = {}): NumberFormula<number> {
  for (const [setting, value] of Object.entries({ long, short, average })) checkPeriod('coppock', value, setting);
  return numberLine(`coppock(${long},${short},${average})`, Math.max(long, short) + average, (room) => {
    const far = new Lag(room, long);
    const near = new Lag(room, short);
    const mean = averageBlock(room, 'wma', average);
    const rate = (now: number, before: number): number => (before === 0 ? 0 : 100 * (now / before - 1));
    return (input, fresh) => {
      const sum = rate(input, far.step(input, fresh)) + rate(input, near.step(input, fresh));
      return mean.step(sum, fresh);
    };
  });
}

/** DeMarker: rises of the high in shares of rises of the high and falls of the low, by means; 0 to 1, 0 when neither. */
export function deMarker(period = 14): BarFormula<number> {
  checkPeriod('deMarker', period);
  return barLine(`deMarker(${period})`, period + 1, (room) => {
    const [high, low] = [new Lag(room, 1), new Lag(room, 1)];
    const [rises, falls] = [new RollingSum(room, period), new RollingSum(room, period)];
    return (bar, fresh) => {
      const up = bar.high - high.step(bar.high, fresh);
      const down = low.step(bar.low, fresh) - bar.low;
      const rise = rises.step(Math.max(up, 0), fresh);
      const fall = falls.step(Math.max(down, 0), fresh);
      return rise + fall === 0 ? 0 : rise / (rise + fall);
    };
  });
}
