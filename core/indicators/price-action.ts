import { Extreme } from './blocks/extreme.ts';
import { Moments } from './blocks/moments.ts';
import { Registers } from './blocks/registers.ts';
import { exponential, wilder } from './blocks/smoothed.ts';
import { TrueRange } from './blocks/true-range.ts';
import { Lag, Window } from './blocks/window.ts';
import { barLines } from './formula.ts';
import { type BarFormula, checkPeriod, checkSetting } from './indicator.ts';

export interface PriceZone {
  /** 1 bullish (the low is above the high two bars before), −1 bearish, 0 none. */
  readonly side: number;
  /** Ends of the gap in price units; both the close when there is none. */
  readonly top: number;
  readonly bottom: number;
}

/**
 * Fair value gap: prices that the middle one of three bars has run through.
 *
 * Out      the gap that the newest bar completes. Whether it is filled later is for later bars to say: nothing is taken back
 * Formula  low > high two bars before, or high < low two bars before, by at least `size` price units
 */
export function fairValueGap({ size = 0 } = {}): BarFormula<PriceZone> {
  checkSetting('fairValueGap', 'size', size, { least: 0 });
  return barLines(`fairValueGap(${size})`, 3, ['side', 'top', 'bottom'], (room) => {
    const [high, low] = [new Lag(room, 2), new Lag(room, 2)];
    return (bar, fresh) => {
      const [above, below] = [high.step(bar.high, fresh), low.step(bar.low, fresh)];
      if (bar.low > above && bar.low - above >= size) return { side: 1, top: bar.low, bottom: above };
      if (bar.high < below && below - bar.high >= size) return { side: -1, top: below, bottom: bar.high };
      return { side: 0, top: bar.close, bottom: bar.close };
    };
  });
}

/**
 * Order block: the last bar against a move that breaks out of it.
 *
 * Out      side 1 when the newest bar closes above the high of a falling bar at most `reach` bars before, −1 when it closes
 *          below the low of a rising one; ends of that bar. Said when it happens, never written onto the past. 0: none
 * Formula  each bar can be broken once; of several the newest counts
 */
export function orderBlock({ reach = 3 } = {}): BarFormula<PriceZone> {
  checkPeriod('orderBlock', reach, 'reach');
  return barLines(`orderBlock(${reach})`, reach + 1, ['side', 'top', 'bottom'], (room) => {
    const fields = (['open', 'high', 'low', 'close'] as const).map((name) => ({
      name,
      last: new Window(room, reach + 1),
    }));
    return (bar, fresh) => {
      for (const { name, last } of fields) last.step(bar[name], fresh);
      const [opens, highs, lows, closes] = fields.map(({ last }) => last) as [Window, Window, Window, Window];
      for (let back = 1; back <= reach; back++) {
        const side = Math.sign(opens.get(back) - closes.get(back));
        const end = side > 0 ? highs.get(back) : lows.get(back);
        const broken = side !== 0 && side * (bar.close - end) > 0;
        // Only the bar that breaks it first: none between may have done so.
        let first = broken;
        for (let between = 1; between < back; between++) first &&= side * (closes.get(between) - end) <= 0;
        if (first) return { side, top: highs.get(back), bottom: lows.get(back) };
      }
      return { side: 0, top: bar.close, bottom: bar.close };
    };
  });
}

/**
 * Waddah Attar explosion: does momentum outgrow volatility.
 *
 * Out      trend: change of MACD × sensitivity, positive up; explosion: width of the Bollinger bands; dead: the zone below
 *          which nothing counts, factor × smoothed true range. All in price units: a signal is |trend| > explosion > dead
 * Formula  as published: (MACD − MACD one bar before) × 150; bands 20, 2; dead zone 3.7 × Wilder range of 100
 */
export function waddahAttar({ fast = 20, slow = 40, sensitivity = 150, period = 20, deviations = 2, dead = 3.7 } = {}) {
  checkPeriod('waddahAttar', fast, 'fast');
  checkPeriod('waddahAttar', slow, 'slow');
  checkPeriod('waddahAttar', period);
  const settings = [fast, slow, sensitivity, period, deviations, dead];
  const warmup = Math.max(slow + 1, fast + 1, period, 101);
  return barLines(`waddahAttar(${settings.join(',')})`, warmup, ['trend', 'explosion', 'dead'], (room) => {
    const [quick, calm, before] = [exponential(room, fast), exponential(room, slow), new Lag(room, 1)];
    const [moments, ranges, range] = [new Moments(room, period), new TrueRange(room), wilder(room, 100)];
    return (bar, fresh) => {
      const macd = quick.step(bar.close, fresh) - calm.step(bar.close, fresh);
      moments.step(bar.close, fresh);
      return {
        trend: sensitivity * (macd - before.step(macd, fresh)),
        explosion: 2 * deviations * Math.sqrt(moments.variance),
        dead: dead * range.step(ranges.step(bar, fresh), fresh),
      };
    };
  });
}

/**
 * A Lorenz system driven by the market, as the replaced SDK has it: a toy, kept for those who use it.
 *
 * Out      x, y, z after one step of `dt`. The SDK steps by 1, at which the system leaves its bounds at once; 0.01 here
 * Formula  σ = 10 × volatility ÷ 0.02, ρ = 28 × close ÷ mean close, β = 8/3 × volume ÷ mean volume over `period` bars; Euler
 *          steps from (1, 1, 1), each of x, y, z within ±1000. Volatility is the deviation of closes ÷ their mean
 */
export function lorenz({ period = 14, dt = 0.01 } = {}) {
  checkPeriod('lorenz', period);
  checkSetting('lorenz', 'dt', dt, { above: 0, most: 1 });
  return barLines(`lorenz(${period},${dt})`, period, ['x', 'y', 'z'], (room) => {
    const [closes, volumes] = [new Moments(room, period), new Moments(room, period)];
    // x, y, z less their start of 1.
    const state = new Registers(room, 3);
    return ({ close, volume }, fresh) => {
      state.begin(fresh);
      volumes.step(volume, fresh);
      const ready = closes.step(close, fresh) && closes.mean !== 0 && volumes.mean !== 0;
      const [x, y, z] = [0, 1, 2].map((index) => state.past(index) + 1) as [number, number, number];
      if (!ready) return { x, y, z };
      const sigma = (10 * Math.sqrt(closes.variance)) / Math.abs(closes.mean) / 0.02;
      const rho = (28 * close) / closes.mean;
      const rate = ((8 / 3) * volume) / volumes.mean;
      const next = [x + dt * sigma * (y - x), y + dt * (x * (rho - z) - y), z + dt * (x * y - rate * z)].map((value) =>
        Math.max(-1_000, Math.min(1_000, value)),
      ) as [number, number, number];
      next.forEach((value, index) => {
        state.set(index, value - 1);
      });
      return { x: next[0], y: next[1], z: next[2] };
    };
  });
}

/** Bars at whose highest or lowest point a fractal was confirmed: the last such high and low. Bill Williams' chaos bands. */
export function fractalBands(span = 2): BarFormula<{ readonly upper: number; readonly lower: number }> {
  checkPeriod('fractalBands', span, 'span');
  return barLines(`fractalBands(${span})`, 2 * span + 1, ['upper', 'lower'], (room) => {
    const [highs, lows] = [new Window(room, 2 * span + 1), new Window(room, 2 * span + 1)];
    // The last high and low, and whether there was one.
    const state = new Registers(room, 4);
    return (bar, fresh) => {
      state.begin(fresh);
      lows.step(bar.low, fresh);
      if (highs.step(bar.high, fresh)) {
        if (stands(highs, span, 1)) setBand(state, 0, highs.get(span));
        if (stands(lows, span, -1)) setBand(state, 1, lows.get(span));
      }
      return {
        upper: state.now(2) === 1 ? state.now(0) : Number.NaN,
        lower: state.now(3) === 1 ? state.now(1) : Number.NaN,
      };
    };
  });
}

const setBand = (state: Registers, index: number, value: number): void => {
  state.set(index, value);
  state.set(index + 2, 1);
};

/** Whether the middle of the window is beyond all the others. */
function stands(window: Window, span: number, side: 1 | -1): boolean {
  for (let back = 0; back <= 2 * span; back++) {
    if (back !== span && side * (window.get(span) - window.get(back)) <= 0) return false;
  }
  return true;
}

/** Chande-Kroll stop: chandelier stops over `first` bars, and the furthest of them over `second`. Chande & Kroll 1995. */
export function chandeKroll({ first = 10, factor = 1, second = 9 } = {}) {
  checkPeriod('chandeKroll', first, 'first');
  checkPeriod('chandeKroll', second, 'second');
  checkSetting('chandeKroll', 'factor', factor, { above: 0 });
  return barLines(`chandeKroll(${first},${factor},${second})`, first + second, ['long', 'short'], (room) => {
    const [ranges, atr] = [new TrueRange(room), wilder(room, first)];
    const [high, low] = [new Extreme(room, first, 'highest'), new Extreme(room, first, 'lowest')];
    const [long, short] = [new Extreme(room, second, 'lowest'), new Extreme(room, second, 'highest')];
    return (bar, fresh) => {
      const distance = factor * atr.step(ranges.step(bar, fresh), fresh);
      return {
        short: short.step(high.step(bar.high, fresh) - distance, fresh),
        long: long.step(low.step(bar.low, fresh) + distance, fresh),
      };
    };
  });
}
