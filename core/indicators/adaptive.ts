import { Extreme } from './blocks/extreme.ts';
import { Moments } from './blocks/moments.ts';
import { Registers } from './blocks/registers.ts';
import { RollingSum } from './blocks/rolling-sum.ts';
import { Lag } from './blocks/window.ts';
import { barLine, barLines, numberLine } from './formula.ts';
import { type BarFormula, badInput, checkPeriod, checkSetting, type NumberFormula } from './indicator.ts';

/**
 * Variable index dynamic average: an exponential average whose weight is `alpha` × the deviation of the last `short` inputs
 * ÷ that of the last `long`; it stands still while neither deviates. Starts from the input before its second value.
 * Tushar Chande 1992.
 */
export function vidya({ short = 9, long = 30, alpha = 0.2 } = {}): NumberFormula<number> {
  checkPeriod('vidya', short, 'short');
  checkPeriod('vidya', long, 'long');
  checkSetting('vidya', 'short', short, { most: long });
  checkSetting('vidya', 'alpha', alpha, { above: 0, most: 1 });
  return numberLine(`vidya(${short},${long},${alpha})`, Math.max(1, long - 1), (room) => {
    const [near, far] = [new Moments(room, short), new Moments(room, long)];
    const average = new Registers(room, 1);
    return (input, fresh) => {
      average.begin(fresh);
      near.step(input, fresh);
      const full = far.step(input, fresh);
      const ratio = far.variance === 0 ? 0 : Math.sqrt(near.variance / far.variance);
      const next = full ? average.past(0) + alpha * ratio * (input - average.past(0)) : input;
      average.set(0, next);
      return next;
    };
  });
}

/**
 * McGinley dynamic: an average that follows a fall faster than a rise.
 *
 * In       prices above 0; others are refused, since the formula divides by their ratio
 * Formula  average += (input − average) ÷ (`factor` × period × (input ÷ average)⁴), from the first input on. John McGinley
 *          1990, with his factor of 0.6; 1 gives the form without it
 */
export function mcGinley(period = 14, factor = 0.6): NumberFormula<number> {
  checkPeriod('mcGinley', period);
  checkSetting('mcGinley', 'factor', factor, { above: 0 });
  const name = `mcGinley(${period},${factor})`;
  return numberLine(name, 1, (room) => {
    const average = new Registers(room, 1);
    return (input, fresh) => {
      if (input <= 0) throw badInput(name, String(input), 'prices above 0');
      average.begin(fresh);
      const past = average.past(0);
      // A price that is next to nothing beside the average would be overshot without a bound.
      const next = past === 0 ? input : past + (input - past) / Math.max(1, factor * period * (input / past) ** 4);
      average.set(0, next);
      return next;
    };
  });
}

/**
 * Fisher transform of where the middle of the bar lies in the range of the last `period` middles.
 *
 * Out      fisher, and signal: fisher one bar before
 * Formula  x = 0.66 × (place − 0.5) + 0.67 × x before, within ±0.999; fisher = ½ ln((1 + x) ÷ (1 − x)) + ½ × fisher before.
 *          A range without width counts as 0.001 wide, as in Ehlers' text. John Ehlers, TASC November 2002
 */
export function fisher(period = 10): BarFormula<{ readonly fisher: number; readonly signal: number }> {
  checkPeriod('fisher', period);
  return barLines(`fisher(${period})`, period, ['fisher', 'signal'], (room) => {
    const [high, low] = [new Extreme(room, period, 'highest'), new Extreme(room, period, 'lowest')];
    const state = new Registers(room, 2);
    return (bar, fresh) => {
      state.begin(fresh);
      const middle = (bar.high + bar.low) / 2;
      const [top, bottom] = [high.step(middle, fresh), low.step(middle, fresh)];
      if (Number.isNaN(top)) return { fisher: Number.NaN, signal: Number.NaN };
      const place = (middle - bottom) / (top === bottom ? 0.001 : top - bottom);
      const x = 0.33 * 2 * (place - 0.5) + 0.67 * state.past(0);
      const bounded = x > 0.99 ? 0.999 : x < -0.99 ? -0.999 : x;
      const value = 0.5 * Math.log((1 + bounded) / (1 - bounded)) + 0.5 * state.past(1);
      state.set(0, bounded);
      state.set(1, value);
      return { fisher: value, signal: state.past(1) };
    };
  });
}

/**
 * Ultimate oscillator: buying pressure in shares of the true range over three spans, 0 to 100.
 *
 * Flat     a span without range counts as 0, as in TA-Lib
 * Formula  100 × (4a + 2b + c) ÷ 7, each Σ(close − true low) ÷ Σ true range. Larry Williams 1985; TA-Lib ULTOSC
 */
export function ultimateOscillator({ short = 7, middle = 14, long = 28 } = {}): BarFormula<number> {
  const spans = [short, middle, long];
  for (const span of spans) checkPeriod('ultimateOscillator', span);
  return barLine(`ultimateOscillator(${spans.join(',')})`, Math.max(...spans) + 1, (room) => {
    const before = new Lag(room, 1);
    const sums = spans.map((span) => ({ pressure: new RollingSum(room, span), range: new RollingSum(room, span) }));
    return ({ high, low, close }, fresh) => {
      const past = before.step(close, fresh);
      const bottom = Math.min(low, past);
      let total = 0;
      for (const [index, { pressure, range }] of sums.entries()) {
        const up = pressure.step(close - bottom, fresh);
        const whole = range.step(Math.max(high, past) - bottom, fresh);
        total += ([4, 2, 1][index] ?? 0) * (whole === 0 ? 0 : up / whole);
      }
      return (100 * total) / 7;
    };
  });
}
