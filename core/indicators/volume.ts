import { Registers, Total } from './blocks/registers.ts';
import { Mean, RollingSum } from './blocks/rolling-sum.ts';
import { exponential, fromFirst } from './blocks/smoothed.ts';
import { Lag } from './blocks/window.ts';
import { barLine, barLines } from './formula.ts';
import { type BarFormula, type BarValues, checkPeriod } from './indicator.ts';
import { fastNotBelowSlow } from './macd.ts';
import type { Room } from './room.ts';

/** Where the close lies in the bar, −1 (low) to 1 (high); 0 without a range: buying and selling even. */
const closeLocation = ({ high, low, close }: BarValues): number =>
  high === low ? 0 : (close - low - (high - close)) / (high - low);

/** Volume of rising closes − that of falling ones since the start; 0 at the first bar (TA-Lib: its volume). OBV. */
export function obv(): BarFormula<number> {
  return barLine('obv', 1, (room) => {
    const before = new Lag(room, 1);
    const total = new Total(room);
    return ({ close, volume }, fresh) => {
      const past = before.step(close, fresh);
      return total.step(Number.isNaN(past) ? 0 : Math.sign(close - past) * volume, fresh);
    };
  });
}

/** Accumulation and distribution: Σ volume × where the close lies in its bar. Marc Chaikin; TA-Lib AD. */
export const accumulation = (): BarFormula<number> =>
  barLine('accumulation', 1, (room) => {
    const total = new Total(room);
    return (bar, fresh) => total.step(closeLocation(bar) * bar.volume, fresh);
  });

/** Chaikin oscillator: fast − slow average of the accumulation line, both from its first value, as in TA-Lib ADOSC. */
export function chaikinOscillator({ fast = 3, slow = 10 } = {}): BarFormula<number> {
  checkPeriod('chaikinOscillator', fast, 'fast');
  checkPeriod('chaikinOscillator', slow, 'slow');
  if (fast >= slow) throw fastNotBelowSlow('chaikinOscillator', fast, slow);
  return barLine(`chaikinOscillator(${fast},${slow})`, slow, (room) => {
    const total = new Total(room);
    const quick = fromFirst(room, fast);
    const calm = fromFirst(room, slow);
    return (bar, fresh) => {
      const line = total.step(closeLocation(bar) * bar.volume, fresh);
      return quick.step(line, fresh) - calm.step(line, fresh);
    };
  });
}

/** Chaikin money flow: Σ volume × close location ÷ Σ volume; 0 when nothing was traded. −1 to 1. */
export function moneyFlow(period = 20): BarFormula<number> {
  checkPeriod('moneyFlow', period);
  return barLine(`moneyFlow(${period})`, period, (room) => {
    const [flow, volume] = [new RollingSum(room, period), new RollingSum(room, period)];
    return (bar, fresh) => {
      const sum = flow.step(closeLocation(bar) * bar.volume, fresh);
      const whole = volume.step(bar.volume, fresh);
      return whole === 0 ? 0 : sum / whole;
    };
  });
}

/**
 * Money flow index: RSI of typical price × volume by plain sums, 0 to 100.
 *
 * Ties     an unchanged typical price counts for neither side
 * Flat     0 when no money flowed, TA-Lib's answer; TA-Lib says so too below 1 unit of money, this does not
 * Formula  100 × positive ÷ (positive + negative). Quong & Soudack 1989; TA-Lib MFI
 */
export function mfi(period = 14): BarFormula<number> {
  checkPeriod('mfi', period);
  return barLine(`mfi(${period})`, period + 1, (room) => {
    const before = new Lag(room, 1);
    const [positive, negative] = [new RollingSum(room, period), new RollingSum(room, period)];
    return ({ high, low, close, volume }, fresh) => {
      const typical = (high + low + close) / 3;
      const change = typical - before.step(typical, fresh);
      if (Number.isNaN(change)) return change;
      const money = typical * volume;
      const up = positive.step(change > 0 ? money : 0, fresh);
      const down = negative.step(change < 0 ? money : 0, fresh);
      return up + down === 0 ? 0 : (100 * up) / (up + down);
    };
  });
}

/** Force index: exponential average of change of close × volume. Alexander Elder 1993. */
export function forceIndex(period = 13): BarFormula<number> {
  checkPeriod('forceIndex', period);
  return barLine(`forceIndex(${period})`, period + 1, (room) => {
    const before = new Lag(room, 1);
    const average = exponential(room, period);
    return ({ close, volume }, fresh) => average.step((close - before.step(close, fresh)) * volume, fresh);
  });
}

/** Volume-weighted moving average of the close; `undefined` when nothing was traded in the window. */
export function vwma(period = 20): BarFormula<number> {
  checkPeriod('vwma', period);
  return barLine(`vwma(${period})`, period, (room) => {
    const [money, volume] = [new RollingSum(room, period), new RollingSum(room, period)];
    return (bar, fresh) => money.step(bar.close * bar.volume, fresh) / volume.step(bar.volume, fresh);
  });
}

/**
 * Ease of movement: how far the middle of the bar moves for the volume it takes; 0 without a range.
 *
 * Formula  (middle − middle before) × (high − low) ÷ (volume ÷ `scale`); `undefined` without volume. Richard Arms
 */
export const easeOfMovement = ({ scale = 10_000 } = {}): BarFormula<number> =>
  barLine(`easeOfMovement(${scale})`, 2, (room) => {
    const before = new Lag(room, 1);
    return ({ high, low, volume }, fresh) => {
      const middle = (high + low) / 2;
      const move = middle - before.step(middle, fresh);
      return (move * (high - low) * scale) / volume;
    };
  });

/** Market facilitation: range per unit of volume; `undefined` without volume. Bill Williams. */
export const marketFacilitation = (): BarFormula<number> =>
  barLine(
    'marketFacilitation',
    1,
    () =>
      ({ high, low, volume }) =>
        (high - low) / volume,
  );

/**
 * Volume and price trend: Σ volume × change of close as a share, or with `smoothing` the plain mean of its last so many
 * values; in the unit of the volume. A close of 0 before adds nothing.
 */
export function volumePriceTrend({ smoothing = 1 } = {}): BarFormula<number> {
  checkPeriod('volumePriceTrend', smoothing, 'smoothing');
  return barLine(smoothing === 1 ? 'volumePriceTrend' : `volumePriceTrend(${smoothing})`, smoothing + 1, (room) => {
    const before = new Lag(room, 1);
    const total = new Total(room);
    const mean = new Mean(room, smoothing);
    return ({ close, volume }, fresh) => {
      const past = before.step(close, fresh);
      if (Number.isNaN(past)) return past;
      return mean.step(total.step(past === 0 ? 0 : (volume * (close - past)) / past, fresh), fresh);
    };
  });
}

/** Williams accumulation: Σ of the close's distance from the low (rising) or the high (falling) of the true range. */
export const williamsAccumulation = (): BarFormula<number> =>
  barLine('williamsAccumulation', 2, (room) => {
    const before = new Lag(room, 1);
    const total = new Total(room);
    return ({ high, low, close }, fresh) => {
      const past = before.step(close, fresh);
      const up = close > past ? close - Math.min(past, low) : 0;
      return total.step(close < past ? close - Math.max(past, high) : up, fresh);
    };
  });

/** Volume oscillator: fast − slow mean of volume in percent of the slow; `undefined` when nothing was traded. */
export function volumeOscillator({ fast = 14, slow = 28 } = {}): BarFormula<number> {
  checkPeriod('volumeOscillator', fast, 'fast');
  checkPeriod('volumeOscillator', slow, 'slow');
  if (fast >= slow) throw fastNotBelowSlow('volumeOscillator', fast, slow);
  return barLine(`volumeOscillator(${fast},${slow})`, slow, (room) => {
    const [quick, calm] = [new Mean(room, fast), new Mean(room, slow)];
    return ({ volume }, fresh) => {
      const far = calm.step(volume, fresh);
      return (100 * (quick.step(volume, fresh) - far)) / far;
    };
  });
}

export interface KlingerOptions {
  readonly fast?: number | undefined;
  readonly slow?: number | undefined;
  readonly signal?: number | undefined;
  /** Where the 1 stands in the force: Klinger's, or |2 × (dm ÷ cm − 1)| as Sierra Chart and Stock.Indicators read it. */
  readonly force?: 'klinger' | 'sierra-chart' | undefined;
}

/**
 * Klinger volume oscillator: fast − slow average of the volume force, and its average; all from their first input. In the
 * unit of the volume, times 100.
 *
 * Formula  force = volume × |2 × dm ÷ cm − 1| × trend × 100, dm = high − low, cm = Σ dm from the bar before the trend turned.
 *          Stephen Klinger 1997
 */
export function klinger({ fast = 34, slow = 55, signal = 13, force = 'klinger' }: KlingerOptions = {}): BarFormula<{
  readonly klinger: number;
  readonly signal: number;
}> {
  for (const [setting, value] of Object.entries({ fast, slow, signal })) checkPeriod('klinger', value, setting);
  if (fast >= slow) throw fastNotBelowSlow('klinger', fast, slow);
  const name = `klinger(${fast},${slow},${signal}${force === 'klinger' ? '' : `,${force}`})`;
  return barLines(name, 2, ['klinger', 'signal'], (room) => {
    const forceOf = volumeForce(room, force === 'klinger' ? 1 : 2);
    const [quick, calm, mean] = [fromFirst(room, fast), fromFirst(room, slow), fromFirst(room, signal)];
    return (bar, fresh) => {
      const value = forceOf(bar, fresh);
      const line = quick.step(value, fresh) - calm.step(value, fresh);
      return { klinger: line, signal: mean.step(line, fresh) };
    };
  });
}

/** Klinger's volume force; NaN for the first bar. `less` is what is taken from twice the share of the bar's range. */
function volumeForce(room: Room, less: number): (bar: BarValues, fresh: boolean) => number {
  const before = new Lag(room, 1);
  // Trend, 0 before the first; range of the bar before; Σ of ranges from the bar before the trend turned.
  const state = new Registers(room, 3);
  return ({ high, low, close, volume }, fresh) => {
    state.begin(fresh);
    const sum = high + low + close;
    const past = before.step(sum, fresh);
    const range = high - low;
    state.set(1, range);
    if (Number.isNaN(past)) return Number.NaN;
    const previous = state.past(0);
    const trend = Math.sign(sum - past) || previous || -1;
    const reach = (trend === previous ? state.past(2) : state.past(1)) + range;
    state.set(0, trend);
    state.set(2, reach);
    return reach === 0 ? 0 : volume * Math.abs(2 * (range / reach) - less) * trend * 100;
  };
}

/** Qstick: mean of close − open. Tushar Chande. */
export function qstick(period = 8): BarFormula<number> {
  checkPeriod('qstick', period);
  return barLine(`qstick(${period})`, period, (room) => {
    const mean = new Mean(room, period);
    return ({ open, close }, fresh) => mean.step(close - open, fresh);
  });
}
