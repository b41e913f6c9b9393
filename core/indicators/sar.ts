import { Registers } from './blocks/registers.ts';
import { barLines } from './formula.ts';
import { type BarFormula, type BarValues, checkSetting } from './indicator.ts';

interface Acceleration {
  /** First factor, what each new extreme adds, and the most. */
  readonly start: number;
  readonly step: number;
  readonly maximum: number;
}

export interface SarOptions {
  /** Added at each new extreme, and the start. Default 0.02. */
  readonly acceleration?: number | undefined;
  /** Default 0.2. */
  readonly maximum?: number | undefined;
  /** For each side apart, in place of the two above: SAREXT. */
  readonly long?: Acceleration | undefined;
  readonly short?: Acceleration | undefined;
  /** First stop: above 0 starts long there, below 0 starts short at its size. 0 (default): by the first two bars. */
  readonly start?: number | undefined;
  /** Share by which the stop is moved away at each turn. Default 0. */
  readonly offsetOnReverse?: number | undefined;
}

export interface SarValue {
  /** The stop, in price units. */
  readonly stop: number;
  /** 1 below the market (long), −1 above (short). */
  readonly direction: number;
}

const values = ({ start, step, maximum }: Acceleration): number[] => [start, step, maximum];

const [LONG, STOP, EXTREME, FACTOR, HIGH, LOW, COUNT] = [0, 1, 2, 3, 4, 5, 6];

/**
 * Parabolic stop and reverse.
 *
 * Out      the stop that held for the newest bar, and its side; `undefined` before two bars
 * Ties     a low that touches the stop turns it
 * Formula  stop += factor × (extreme − stop), never inside the last two bars. Starts short when the second bar falls further
 *          than it rises, long otherwise. J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978; TA-Lib SAR
 *          and, with its settings, SAREXT (which writes the short stop as a negative price)
 */
export function sar(options: SarOptions = {}): BarFormula<SarValue> {
  const { acceleration = 0.02, maximum = 0.2, start = 0, offsetOnReverse = 0 } = options;
  checkSetting('sar', 'acceleration', acceleration, { above: 0, most: maximum });
  checkSetting('sar', 'offsetOnReverse', offsetOnReverse, { least: 0 });
  checkSetting('sar', 'start', start, {});
  const usual = { start: acceleration, step: acceleration, maximum };
  const { long = usual, short = usual } = options;
  const settings = [acceleration, maximum, start, offsetOnReverse, ...values(long), ...values(short)];
  return barLines(`sar(${settings.join(',')})`, 2, ['stop', 'direction'], (room) => {
    const state = new Registers(room, 7);
    const begin = beginning(start, long, short);
    return (bar, fresh) => {
      state.begin(fresh);
      const count = state.past(COUNT) + 1;
      const before = { high: state.past(HIGH), low: state.past(LOW) };
      state.set(COUNT, count);
      state.set(HIGH, bar.high);
      state.set(LOW, bar.low);
      if (count === 1) return { stop: Number.NaN, direction: Number.NaN };
      const trail =
        count === 2
          ? begin(before, bar)
          : {
              side: state.past(LONG),
              stop: state.past(STOP),
              extreme: state.past(EXTREME),
              factor: state.past(FACTOR),
            };
      const next = advance(trail, count === 2 ? bar : before, bar, { long, short, offset: offsetOnReverse });
      state.set(LONG, next.side);
      state.set(STOP, next.stop);
      state.set(EXTREME, next.extreme);
      state.set(FACTOR, next.factor);
      return { stop: next.shown, direction: next.side };
    };
  });
}

type Ends = Pick<BarValues, 'high' | 'low'>;

interface Trail {
  /** 1 long, −1 short. */
  readonly side: number;
  readonly stop: number;
  readonly extreme: number;
  readonly factor: number;
}

const beginning =
  (start: number, long: Acceleration, short: Acceleration) =>
  (first: Ends, second: Ends): Trail => {
    const falls = first.low - second.low > Math.max(second.high - first.high, 0);
    const side = start === 0 ? (falls ? -1 : 1) : Math.sign(start);
    const byBars = side > 0 ? first.low : first.high;
    return {
      side,
      stop: start === 0 ? byBars : Math.abs(start),
      extreme: side > 0 ? second.high : second.low,
      factor: (side > 0 ? long : short).start,
    };
  };

/** Seen from the side that is held: `far` is the end that the market runs to, `near` the one that meets the stop. */
function advance(
  trail: Trail,
  before: Ends,
  bar: Ends,
  { long, short, offset }: { long: Acceleration; short: Acceleration; offset: number },
): Trail & { readonly shown: number } {
  const { side } = trail;
  const met = side > 0 ? bar.low <= trail.stop : bar.high >= trail.stop;
  if (!met) {
    const rule = side > 0 ? long : short;
    const reach = side > 0 ? bar.high : bar.low;
    const further = side * (reach - trail.extreme) > 0;
    const extreme = further ? reach : trail.extreme;
    const factor = further ? Math.min(trail.factor + rule.step, rule.maximum) : trail.factor;
    const stop = outside(side, trail.stop + factor * (extreme - trail.stop), before, bar);
    return { side, stop, extreme, factor, shown: trail.stop };
  }
  const turned = -side;
  const clear = outside(turned, trail.extreme, before, bar);
  const shown = clear - turned * offset * Math.abs(clear);
  const extreme = turned > 0 ? bar.high : bar.low;
  const factor = (turned > 0 ? long : short).start;
  return {
    side: turned,
    stop: outside(turned, shown + factor * (extreme - shown), before, bar),
    extreme,
    factor,
    shown,
  };
}

/** Not above the lows of the last two bars when long, not below their highs when short. */
const outside = (side: number, stop: number, before: Ends, bar: Ends): number =>
  side > 0 ? Math.min(stop, before.low, bar.low) : Math.max(stop, before.high, bar.high);
