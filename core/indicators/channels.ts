import { Extreme } from './blocks/extreme.ts';
import { Registers } from './blocks/registers.ts';
import { Mean } from './blocks/rolling-sum.ts';
import { wilder } from './blocks/smoothed.ts';
import { TrueRange } from './blocks/true-range.ts';
import { Lag } from './blocks/window.ts';
import type { Channel } from './extremes.ts';
import { barLine, barLines } from './formula.ts';
import { type BarFormula, type BarValues, checkPeriod, checkSetting } from './indicator.ts';
import { type AverageKind, averageBlock, averageWarmup } from './moving-averages.ts';

const CHANNEL = ['upper', 'middle', 'lower'] as const;

export interface KeltnerOptions {
  /** Bars of the average. Default 20. */
  readonly period?: number | undefined;
  /** Bars of the range. Default 10. */
  readonly range?: number | undefined;
  /** Default 2. */
  readonly factor?: number | undefined;
  /** Default ema; with sma these are STARC bands. */
  readonly average?: AverageKind | undefined;
}

/** Keltner channel: an average of the close ± factor × ATR. Chester Keltner 1960 in Linda Raschke's form. */
export function keltner({
  period = 20,
  range = 10,
  factor = 2,
  average = 'ema',
}: KeltnerOptions = {}): BarFormula<Channel> {
  checkPeriod('keltner', period);
  checkPeriod('keltner', range, 'range');
  checkSetting('keltner', 'factor', factor, { above: 0 });
  const warmup = Math.max(averageWarmup(average, period), range + 1);
  return barLines(`keltner(${period},${range},${factor},${average})`, warmup, CHANNEL, (room) => {
    const ranges = new TrueRange(room);
    const atr = wilder(room, range);
    const mean = averageBlock(room, average, period);
    return (bar, fresh) => {
      const distance = factor * atr.step(ranges.step(bar, fresh), fresh);
      const middle = mean.step(bar.close, fresh);
      return { upper: middle + distance, middle, lower: middle - distance };
    };
  });
}

/**
 * Supertrend: a stop at factor × ATR from the middle of the bar that only tightens, and turns when the close passes it.
 *
 * Out      stop in price units, direction 1 (below the market) or −1. Starts as short while the close is not above the upper band
 */
export function supertrend({ period = 10, factor = 3 } = {}): BarFormula<{
  readonly stop: number;
  readonly direction: number;
}> {
  checkPeriod('supertrend', period);
  checkSetting('supertrend', 'factor', factor, { above: 0 });
  return barLines(`supertrend(${period},${factor})`, period + 1, ['stop', 'direction'], (room) => {
    const ranges = new TrueRange(room);
    const atr = wilder(room, period);
    // Upper and lower band, direction (0 before the first), close.
    const state = new Registers(room, 4);
    return (bar, fresh) => {
      state.begin(fresh);
      state.set(3, bar.close);
      const distance = factor * atr.step(ranges.step(bar, fresh), fresh);
      if (Number.isNaN(distance)) return { stop: Number.NaN, direction: Number.NaN };
      const middle = (bar.high + bar.low) / 2;
      const [first, before] = [state.past(2) === 0, state.past(3)];
      const upper = first || before > state.past(0) ? middle + distance : Math.min(middle + distance, state.past(0));
      const lower = first || before < state.past(1) ? middle - distance : Math.max(middle - distance, state.past(1));
      const was = first ? (bar.close >= middle ? 1 : -1) : state.past(2);
      const direction = was > 0 ? (bar.close <= lower ? -1 : 1) : bar.close >= upper ? 1 : -1;
      state.set(0, upper);
      state.set(1, lower);
      state.set(2, direction);
      return { stop: direction > 0 ? lower : upper, direction };
    };
  });
}

export interface ChandelierValue {
  /** Stop of a long position and of a short one, in price units. */
  readonly long: number;
  readonly short: number;
}

/** Chandelier exit: highest high − factor × ATR, and lowest low + the same. Charles Le Beau. */
export function chandelierExit({ period = 22, factor = 3 } = {}): BarFormula<ChandelierValue> {
  checkPeriod('chandelierExit', period);
  checkSetting('chandelierExit', 'factor', factor, { above: 0 });
  return barLines(`chandelierExit(${period},${factor})`, period + 1, ['long', 'short'], (room) => {
    const ranges = new TrueRange(room);
    const atr = wilder(room, period);
    const [high, low] = [new Extreme(room, period, 'highest'), new Extreme(room, period, 'lowest')];
    return (bar, fresh) => {
      const distance = factor * atr.step(ranges.step(bar, fresh), fresh);
      return { long: high.step(bar.high, fresh) - distance, short: low.step(bar.low, fresh) + distance };
    };
  });
}

export interface IchimokuOptions {
  /** Bars. Defaults 9, 26, 52; the spans are shown `shift` (26) bars after the ones they are made of. */
  readonly conversion?: number | undefined;
  readonly base?: number | undefined;
  readonly span?: number | undefined;
  readonly shift?: number | undefined;
}

/**
 * Ichimoku cloud as it stands at the newest bar. The lagging span is left out: it is the close, drawn in the past.
 *
 * Formula  each line is the middle of a range; leading span A the middle of the two, B of `span` bars, both as they were
 *          `shift` bars before. Goichi Hosoda 1969
 */
export function ichimoku({ conversion = 9, base = 26, span = 52, shift = 26 }: IchimokuOptions = {}): BarFormula<{
  readonly conversion: number;
  readonly base: number;
  readonly spanA: number;
  readonly spanB: number;
}> {
  for (const [setting, value] of Object.entries({ conversion, base, span, shift }))
    checkPeriod('ichimoku', value, setting);
  const warmup = Math.max(conversion, base, span) + shift;
  const fields = ['conversion', 'base', 'spanA', 'spanB'] as const;
  return barLines(`ichimoku(${conversion},${base},${span},${shift})`, warmup, fields, (room) => {
    const middles = [conversion, base, span].map((period) => {
      const [high, low] = [new Extreme(room, period, 'highest'), new Extreme(room, period, 'lowest')];
      return (bar: { high: number; low: number }, fresh: boolean) =>
        (high.step(bar.high, fresh) + low.step(bar.low, fresh)) / 2;
    });
    const [a, b] = [new Lag(room, shift), new Lag(room, shift)];
    return (bar, fresh) => {
      const [near = 0, far = 0, long = 0] = middles.map((middle) => middle(bar, fresh));
      return { conversion: near, base: far, spanA: a.step((near + far) / 2, fresh), spanB: b.step(long, fresh) };
    };
  });
}

/** Acceleration bands: means of high × (1 + w) and low × (1 − w), w = `width` × (high − low) ÷ (high + low). Price Headley; TA-Lib ACCBANDS. */
export function accelerationBands({ period = 20, width = 4 } = {}): BarFormula<Channel> {
  checkPeriod('accelerationBands', period);
  checkSetting('accelerationBands', 'width', width, { above: 0 });
  return barLines(`accelerationBands(${period},${width})`, period, CHANNEL, (room) => {
    const [upper, middle, lower] = [new Mean(room, period), new Mean(room, period), new Mean(room, period)];
    return ({ high, low, close }, fresh) => {
      const w = high + low === 0 ? 0 : (width * (high - low)) / (high + low);
      return {
        upper: upper.step(high * (1 + w), fresh),
        middle: middle.step(close, fresh),
        lower: lower.step(low * (1 - w), fresh),
      };
    };
  });
}

/** Alligator: Wilder averages of the middle of the bar, as they were some bars before. Bill Williams 1995. */
export function alligator({
  jaw = 13,
  teeth = 8,
  lips = 5,
  jawShift = 8,
  teethShift = 5,
  lipsShift = 3,
} = {}): BarFormula<{
  readonly jaw: number;
  readonly teeth: number;
  readonly lips: number;
}> {
  const settings = { jaw, teeth, lips, jawShift, teethShift, lipsShift };
  for (const [setting, value] of Object.entries(settings)) checkPeriod('alligator', value, setting);
  const warmup = Math.max(jaw + jawShift, teeth + teethShift, lips + lipsShift);
  const name = `alligator(${Object.values(settings).join(',')})`;
  return barLines(name, warmup, ['jaw', 'teeth', 'lips'], (room) => {
    const lines = [
      [jaw, jawShift],
      [teeth, teethShift],
      [lips, lipsShift],
    ].map(([period = 1, shift = 1]) => {
      const average = wilder(room, period);
      const before = new Lag(room, shift);
      return (value: number, fresh: boolean) => before.step(average.step(value, fresh), fresh);
    });
    return ({ high, low }, fresh) => {
      const [a = 0, b = 0, c = 0] = lines.map((line) => line((high + low) / 2, fresh));
      return { jaw: a, teeth: b, lips: c };
    };
  });
}

/**
 * Volume-weighted average price of typical prices since an anchor.
 *
 * Resets   whenever `anchor` gives another number than for the bar before, for example the trading date; never without it
 * Flat     `undefined` until something was traded since the anchor
 * Formula  Σ((high + low + close) ÷ 3 × volume) ÷ Σ volume
 */
export function vwap<B extends BarValues = BarValues>({
  anchor,
}: {
  readonly anchor?: (bar: B) => number;
} = {}): BarFormula<number, B> {
  return barLine<B>('vwap', 1, (room) => {
    // Anchor, money, volume, whether there was a bar.
    const state = new Registers(room, 4);
    return (bar, fresh) => {
      state.begin(fresh);
      const mark = anchor?.(bar) ?? 0;
      const goesOn = state.past(3) === 1 && mark === state.past(0);
      const money = (goesOn ? state.past(1) : 0) + ((bar.high + bar.low + bar.close) / 3) * bar.volume;
      const volume = (goesOn ? state.past(2) : 0) + bar.volume;
      state.set(0, mark);
      state.set(1, money);
      state.set(2, volume);
      state.set(3, 1);
      return money / volume;
    };
  });
}
