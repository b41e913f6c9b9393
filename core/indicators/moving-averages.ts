import { Efficiency } from './blocks/efficiency.ts';
import { Registers } from './blocks/registers.ts';
import { Mean, WeightedMean } from './blocks/rolling-sum.ts';
import { exponential, type Smoothed, wilder } from './blocks/smoothed.ts';
import { Lag, Window } from './blocks/window.ts';
import { numberLine } from './formula.ts';
import { checkPeriod, checkSetting, type NumberFormula } from './indicator.ts';
import type { Room } from './room.ts';

/** Something that is stepped: an average inside another formula. NaN while warming up. */
export interface Stepped {
  step(input: number, fresh: boolean): number;
}

interface Kind {
  /** Inputs until the first value. */
  readonly warmup: (period: number) => number;
  readonly make: (room: Room, period: number) => Stepped;
}

/** A formula of steps as a block. */
const stepping = (step: Stepped['step']): Stepped => ({ step });

function chain(room: Room, period: number, length: number): (input: number, fresh: boolean) => number[] {
  const stages: Smoothed[] = Array.from({ length }, () => exponential(room, period));
  return (input, fresh) => {
    const values: number[] = [];
    let value = input;
    for (const stage of stages) {
      value = stage.step(value, fresh);
      values.push(value);
    }
    return values;
  };
}

const KINDS = {
  sma: { warmup: (n) => n, make: (room, n) => new Mean(room, n) },
  ema: { warmup: (n) => n, make: exponential },
  smma: { warmup: (n) => n, make: wilder },
  wma: { warmup: (n) => n, make: (room, n) => new WeightedMean(room, n) },
  dema: {
    warmup: (n) => 2 * n - 1,
    make: (room, n) => {
      const averages = chain(room, n, 2);
      return stepping((input, fresh) => {
        const [once = 0, twice = 0] = averages(input, fresh);
        return 2 * once - twice;
      });
    },
  },
  tema: {
    warmup: (n) => 3 * n - 2,
    make: (room, n) => {
      const averages = chain(room, n, 3);
      return stepping((input, fresh) => {
        const [once = 0, twice = 0, thrice = 0] = averages(input, fresh);
        return 3 * once - 3 * twice + thrice;
      });
    },
  },
  trima: {
    warmup: (n) => n,
    make: (room, n) => {
      const first = new Mean(room, Math.ceil(n / 2));
      const second = new Mean(room, Math.floor(n / 2) + 1);
      return stepping((input, fresh) => second.step(first.step(input, fresh), fresh));
    },
  },
  t3: { warmup: (n) => 6 * n - 5, make: (room, n) => tillson(room, n, 0.7) },
  kama: { warmup: (n) => n + 1, make: (room, n) => kaufman(room, n, 2, 30) },
  hma: {
    warmup: (n) => n + Math.floor(Math.sqrt(n)) - 1,
    make: (room, n) => {
      const half = new WeightedMean(room, Math.max(1, Math.floor(n / 2)));
      const whole = new WeightedMean(room, n);
      const last = new WeightedMean(room, Math.floor(Math.sqrt(n)));
      return stepping((input, fresh) => last.step(2 * half.step(input, fresh) - whole.step(input, fresh), fresh));
    },
  },
  zlema: {
    warmup: (n) => n + Math.ceil((n - 1) / 2),
    make: (room, n) => {
      const before = new Lag(room, Math.ceil((n - 1) / 2));
      const average = exponential(room, n);
      return stepping((input, fresh) => average.step(2 * input - before.step(input, fresh), fresh));
    },
  },
} satisfies Record<string, Kind>;

/** How to average, where a formula leaves a choice. */
export type AverageKind = keyof typeof KINDS;

/** An average as a block of another formula. */
export const averageBlock = (room: Room, kind: AverageKind, period: number): Stepped => KINDS[kind].make(room, period);
export const averageWarmup = (kind: AverageKind, period: number): number => KINDS[kind].warmup(period);

/**
 * Recipe for a moving average of any kind; `sma` and `ema` have faster ones of their own.
 *
 * In       one number per update
 * Out      the average, same unit
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  `kind`: sma, ema, wma as their own; smma Wilder's, weight 1 ÷ period; dema 2e₁ − e₂ and tema 3e₁ − 3e₂ + e₃ with
 *          eₖ the k-fold ema (Mulloy 1994); trima a mean of means; t3 (Tillson 1998, volume factor 0.7); kama (Kaufman 1995,
 *          2 and 30); hma WMA(√n) of 2 WMA(n ÷ 2) − WMA(n) (Hull 2005); zlema the ema of 2x − x that came (n − 1) ÷ 2 before
 *          (Ehlers & Way 2010). Each average of averages starts from the mean of its first inputs, as in TA-Lib
 */
export function movingAverage(period: number, kind: AverageKind = 'sma'): NumberFormula<number> {
  checkPeriod(kind, period);
  return numberLine(`${kind}(${period})`, averageWarmup(kind, period), (room) => {
    const average = averageBlock(room, kind, period);
    return (input, fresh) => average.step(input, fresh);
  });
}

/** Linearly weighted: the newest of `period` weighs `period`, the oldest 1. TA-Lib WMA. */
export const wma = (period: number): NumberFormula<number> => movingAverage(period, 'wma');
/** Wilder's smoothing, also called RMA, SMMA or WEMA: from the mean of the first `period`, weight 1 ÷ period. */
export const smma = (period: number): NumberFormula<number> => movingAverage(period, 'smma');
/** Double exponential: less lag. TA-Lib DEMA. */
export const dema = (period: number): NumberFormula<number> => movingAverage(period, 'dema');
/** Triple exponential. TA-Lib TEMA. */
export const tema = (period: number): NumberFormula<number> => movingAverage(period, 'tema');
/** Triangular: the middle of the window weighs most. TA-Lib TRIMA. */
export const trima = (period: number): NumberFormula<number> => movingAverage(period, 'trima');
/** Hull's. */
export const hma = (period: number): NumberFormula<number> => movingAverage(period, 'hma');
/** Exponential with its lag taken off the input. */
export const zlema = (period: number): NumberFormula<number> => movingAverage(period, 'zlema');

/** Tillson's T3 with a volume factor between 0 (an ema of an ema of an ema) and 1. TA-Lib T3. */
export function t3(period = 5, factor = 0.7): NumberFormula<number> {
  checkPeriod('t3', period);
  checkSetting('t3', 'factor', factor, { least: 0, most: 1 });
  return numberLine(`t3(${period},${factor})`, 6 * period - 5, (room) => {
    const average = tillson(room, period, factor);
    return (input, fresh) => average.step(input, fresh);
  });
}

function tillson(room: Room, period: number, v: number): Stepped {
  const averages = chain(room, period, 6);
  const cube = v * v * v;
  const square = 3 * v * v;
  return stepping((input, fresh) => {
    const [, , e3 = 0, e4 = 0, e5 = 0, e6 = 0] = averages(input, fresh);
    return (
      -cube * e6 + (square + 3 * cube) * e5 - (2 * square + 3 * v + 3 * cube) * e4 + (1 + 3 * v + cube + square) * e3
    );
  });
}

/** Settings of Kaufman's average: efficiency over `period`, between the weights of `fast` and `slow` exponential ones. */
export interface KamaOptions {
  readonly period?: number | undefined;
  readonly fast?: number | undefined;
  readonly slow?: number | undefined;
}

/**
 * Kaufman's adaptive moving average.
 *
 * In       one number per update
 * Out      the average; `undefined` before `period + 1` inputs. It starts from the input before its first value
 * Flat     no way gone counts as an efficient one, as in TA-Lib
 * Formula  average += (efficiency × (f − s) + s)² × (input − average), f and s the weights 2 ÷ (fast + 1), 2 ÷ (slow + 1).
 *          Perry Kaufman, "Smarter Trading", 1995; TA-Lib KAMA
 */
export function kama({ period = 30, fast = 2, slow = 30 }: KamaOptions = {}): NumberFormula<number> {
  checkPeriod('kama', period);
  checkPeriod('kama', fast, 'fast');
  checkPeriod('kama', slow, 'slow');
  return numberLine(`kama(${period},${fast},${slow})`, period + 1, (room) => {
    const average = kaufman(room, period, fast, slow);
    return (input, fresh) => average.step(input, fresh);
  });
}

function kaufman(room: Room, period: number, fast: number, slow: number): Stepped {
  const efficiency = new Efficiency(room, period);
  const average = new Registers(room, 1);
  const f = 2 / (fast + 1);
  const s = 2 / (slow + 1);
  return stepping((input, fresh) => {
    average.begin(fresh);
    const ratio = efficiency.step(input, fresh);
    const past = average.past(0);
    const next = Number.isNaN(ratio) ? input : past + (ratio * (f - s) + s) ** 2 * (input - past);
    average.set(0, next);
    return Number.isNaN(ratio) ? Number.NaN : next;
  });
}

/**
 * Arnaud Legoux moving average: weights on a bell curve.
 *
 * Cost     in proportion to `period`
 * Formula  weights exp(−(k − m)² ÷ 2s²), k = 0 the oldest, m = offset × (period − 1), s = period ÷ sigma. Legoux & Kouzis 2009
 */
export function alma(period = 9, { offset = 0.85, sigma = 6 } = {}): NumberFormula<number> {
  checkPeriod('alma', period);
  checkSetting('alma', 'offset', offset, { least: 0, most: 1 });
  checkSetting('alma', 'sigma', sigma, { above: 0 });
  const weights = Array.from({ length: period }, (_, back) => {
    const distance = period - 1 - back - offset * (period - 1);
    return Math.exp((-distance * distance * sigma * sigma) / (2 * period * period));
  });
  const divisor = weights.reduce((sum, weight) => sum + weight, 0);
  return numberLine(`alma(${period},${offset},${sigma})`, period, (room) => {
    const window = new Window(room, period);
    return (input, fresh) => {
      if (!window.step(input, fresh)) return Number.NaN;
      return weights.reduce((sum, weight, back) => sum + weight * window.get(back), 0) / divisor;
    };
  });
}
