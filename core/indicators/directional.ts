import { Mean } from './blocks/rolling-sum.ts';
import { wilder } from './blocks/smoothed.ts';
import { TrueRange } from './blocks/true-range.ts';
import { WilderSum } from './blocks/wilder-sum.ts';
import { Lag } from './blocks/window.ts';
import { barLine, barLines } from './formula.ts';
import { type BarFormula, type BarValues, checkPeriod } from './indicator.ts';
import type { Room } from './room.ts';

interface Movement {
  /** Sums by Wilder's rule, in price units. */
  readonly plus: number;
  readonly minus: number;
  readonly range: number;
}

/**
 * Directional movement of J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978, as in TA-Lib: of a bar that
 * reaches both higher and lower than the one before, only the larger step counts; sums start from `period − 1` bars.
 */
function movement(room: Room, period: number): (bar: BarValues, fresh: boolean) => Movement {
  const high = new Lag(room, 1);
  const low = new Lag(room, 1);
  const ranges = new TrueRange(room);
  const sums = { plus: new WilderSum(room, period), minus: new WilderSum(room, period) };
  const range = new WilderSum(room, period);
  return (bar, fresh) => {
    const up = bar.high - high.step(bar.high, fresh);
    const down = low.step(bar.low, fresh) - bar.low;
    const gap = ranges.step(bar, fresh);
    if (Number.isNaN(gap)) return { plus: Number.NaN, minus: Number.NaN, range: Number.NaN };
    return {
      plus: sums.plus.step(up > 0 && up > down ? up : 0, fresh),
      minus: sums.minus.step(down > 0 && down > up ? down : 0, fresh),
      range: range.step(gap, fresh),
    };
  };
}

/** In percent of the range; 0 when there was no range at all. */
const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
const strength = ({ plus, minus }: Movement): number => share(Math.abs(plus - minus), plus + minus);

function line(name: string, period: number, warmup: number, read: (now: Movement) => number): BarFormula<number> {
  checkPeriod(name, period);
  return barLine(`${name}(${period})`, warmup, (room) => {
    const moves = movement(room, period);
    return (bar, fresh) => read(moves(bar, fresh));
  });
}

/** Upward movement, in price units, by Wilder's sum; from `period` bars on, at least 2. TA-Lib PLUS_DM. */
export const plusDm = (period = 14): BarFormula<number> =>
  line('plusDm', period, Math.max(period, 2), (now) => now.plus);
/** Downward movement. TA-Lib MINUS_DM. */
export const minusDm = (period = 14): BarFormula<number> =>
  line('minusDm', period, Math.max(period, 2), (now) => now.minus);
/** Upward movement in percent of the true range, 0 to 100; 0 while prices stand still. TA-Lib PLUS_DI. */
export const plusDi = (period = 14): BarFormula<number> =>
  line('plusDi', period, period + 1, (now) => share(now.plus, now.range));
/** Downward movement in percent of the true range. TA-Lib MINUS_DI. */
export const minusDi = (period = 14): BarFormula<number> =>
  line('minusDi', period, period + 1, (now) => share(now.minus, now.range));
/** |+DI − −DI| in percent of their sum; 0 while prices stand still, where TA-Lib repeats the value before. TA-Lib DX. */
export const dx = (period = 14): BarFormula<number> => line('dx', period, period + 1, strength);

/**
 * Average directional index: Wilder's average of DX, from the mean of its first `period` values.
 *
 * Out      0 to 100; `undefined` before `2 × period` bars. TA-Lib ADX
 */
export function adx(period = 14): BarFormula<number> {
  checkPeriod('adx', period);
  return barLine(`adx(${period})`, 2 * period, (room) => directionalIndex(room, period));
}

/** Mean of ADX now and `period − 1` bars before. TA-Lib ADXR. */
export function adxr(period = 14): BarFormula<number> {
  checkPeriod('adxr', period);
  return barLine(`adxr(${period})`, 3 * period - 1, (room) => {
    const index = directionalIndex(room, period);
    const before = new Lag(room, period - 1);
    return (bar, fresh) => {
      const now = index(bar, fresh);
      return (now + before.step(now, fresh)) / 2;
    };
  });
}

function directionalIndex(room: Room, period: number): (bar: BarValues, fresh: boolean) => number {
  const moves = movement(room, period);
  const full = new Lag(room, period);
  const average = wilder(room, period);
  return (bar, fresh) => {
    const now = moves(bar, fresh);
    // The first sums are partial: DX counts from the bar at which they hold `period` movements.
    const ready = !Number.isNaN(full.step(0, fresh));
    return average.step(ready ? strength(now) : Number.NaN, fresh);
  };
}

/**
 * Vortex: how far bars reach from the opposite end of the bar before, in shares of the true range.
 *
 * Formula  plus = Σ|high − low before| ÷ Σ true range over `period` bars, minus = Σ|low − high before| ÷ the same;
 *          `undefined` when there was no range. Botes & Siepman, Technical Analysis of Stocks & Commodities, January 2010
 */
export function vortex(period = 14): BarFormula<{ readonly plus: number; readonly minus: number }> {
  checkPeriod('vortex', period);
  return barLines(`vortex(${period})`, period + 1, ['plus', 'minus'], (room) => {
    const high = new Lag(room, 1);
    const low = new Lag(room, 1);
    const ranges = new TrueRange(room);
    const [plus, minus, whole] = [new Mean(room, period), new Mean(room, period), new Mean(room, period)];
    return (bar, fresh) => {
      const range = whole.step(ranges.step(bar, fresh), fresh);
      return {
        plus: plus.step(Math.abs(bar.high - low.step(bar.low, fresh)), fresh) / range,
        minus: minus.step(Math.abs(bar.low - high.step(bar.high, fresh)), fresh) / range,
      };
    };
  });
}
