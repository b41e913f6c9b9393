import { Cycle } from './blocks/cycle.ts';
import { Registers } from './blocks/registers.ts';
import { Window } from './blocks/window.ts';
import { numberLine, numberLines } from './formula.ts';
import { checkSetting, type NumberFormula } from './indicator.ts';

const DEGREES = 180 / Math.PI;
/** Inputs that TA-Lib lets pass before it measures: for the period and MAMA, and for all that needs a phase. */
const IDLE = 12;
const LONG_IDLE = 37;

/**
 * MESA adaptive moving average: an exponential one whose weight follows the speed of the phase, and FAMA, which follows it.
 *
 * In       one price per update; TA-Lib's default is the close, Ehlers' the middle of the bar
 * Formula  weight = `fast` ÷ change of phase in degrees, between `slow` and `fast`. John Ehlers, TASC September 2001; TA-Lib MAMA
 */
export function mama({
  fast = 0.5,
  slow = 0.05,
} = {}): NumberFormula<{ readonly mama: number; readonly fama: number }> {
  checkSetting('mama', 'fast', fast, { above: 0, most: 0.99 });
  checkSetting('mama', 'slow', slow, { above: 0, most: fast });
  return numberLines(`mama(${fast},${slow})`, 33, ['mama', 'fama'], (room) => {
    const cycle = new Cycle(room, IDLE);
    const state = new Registers(room, 3);
    return (input, fresh) => {
      state.begin(fresh);
      if (!cycle.step(input, fresh)) return { mama: Number.NaN, fama: Number.NaN };
      const phase = cycle.inPhase === 0 ? 0 : Math.atan(cycle.quadrature / cycle.inPhase) * DEGREES;
      const weight = Math.max(slow, fast / Math.max(1, state.past(0) - phase));
      const line = weight * input + (1 - weight) * state.past(1);
      const follower = 0.5 * weight * line + (1 - 0.5 * weight) * state.past(2);
      state.set(0, phase);
      state.set(1, line);
      state.set(2, follower);
      return { mama: line, fama: follower };
    };
  });
}

/** Length of the dominant cycle in inputs, 6 to 50. TA-Lib HT_DCPERIOD. */
export const cyclePeriod = (): NumberFormula<number> =>
  numberLine('cyclePeriod', 33, (room) => {
    const cycle = new Cycle(room, IDLE);
    return (input, fresh) => (cycle.step(input, fresh) ? cycle.smoothPeriod : Number.NaN);
  });

/** In-phase and quadrature parts of the dominant cycle. TA-Lib HT_PHASOR. */
export const cyclePhasor = (): NumberFormula<{ readonly inPhase: number; readonly quadrature: number }> =>
  numberLines('cyclePhasor', 33, ['inPhase', 'quadrature'], (room) => {
    const cycle = new Cycle(room, IDLE);
    return (input, fresh) => {
      cycle.step(input, fresh);
      return { inPhase: cycle.inPhase, quadrature: cycle.quadrature };
    };
  });

/** The longest cycle that is measured. */
const LONGEST = 50;

/**
 * Where the market stands in its dominant cycle.
 *
 * Out      phase in degrees, −45 to 315; sine of it, and lead, the sine 45° on; trendline: mean of prices over one cycle,
 *          smoothed; trend 1 or cycle 0: a trend when sine and lead have not crossed for half a cycle and the phase does
 *          not turn at the speed of the cycle, or when the price is 1.5 % off the trendline
 * Cost     in proportion to the cycle, 50 at most
 * Formula  John Ehlers, "Rocket Science for Traders", 2001; TA-Lib HT_DCPHASE, HT_SINE, HT_TRENDLINE, HT_TRENDMODE
 */
export function cyclePhase(): NumberFormula<
  Readonly<Record<'phase' | 'sine' | 'lead' | 'trendline' | 'trend', number>>
> {
  const fields = ['phase', 'sine', 'lead', 'trendline', 'trend'] as const;
  return numberLines('cyclePhase', 64, fields, (room) => {
    const cycle = new Cycle(room, LONG_IDLE);
    const smooth = new Window(room, LONGEST);
    const prices = new Window(room, LONGEST);
    const means = new Window(room, 4);
    // Phase, sine, lead, days in trend.
    const state = new Registers(room, 4);
    return (input, fresh) => {
      state.begin(fresh);
      prices.step(input, fresh);
      if (!cycle.step(input, fresh)) {
        return { phase: Number.NaN, sine: Number.NaN, lead: Number.NaN, trendline: Number.NaN, trend: Number.NaN };
      }
      smooth.step(cycle.smoothPrice, fresh);
      const length = Math.floor(cycle.smoothPeriod + 0.5);
      const phase = phaseOf(smooth, length, cycle.smoothPeriod, state.past(0));
      const sine = Math.sin(phase / DEGREES);
      const lead = Math.sin((phase + 45) / DEGREES);
      means.step(meanOf(prices, length), fresh);
      const [a, b, c, d] = [0, 1, 2, 3].map((back) => means.get(back) || 0) as [number, number, number, number];
      const trendline = (4 * a + 3 * b + 2 * c + d) / 10;
      const crossed = sine > lead !== state.past(1) > state.past(2);
      const days = (crossed ? 0 : state.past(3)) + 1;
      const turn = phase - state.past(0);
      const cycling = turn > 241.2 / cycle.smoothPeriod && turn < 540 / cycle.smoothPeriod;
      const far = trendline !== 0 && Math.abs((cycle.smoothPrice - trendline) / trendline) >= 0.015;
      const trend = far || !(crossed || days < 0.5 * cycle.smoothPeriod || cycling) ? 1 : 0;
      [phase, sine, lead, days].forEach((value, index) => {
        state.set(index, value);
      });
      return { phase, sine, lead, trendline, trend };
    };
  });
}

function phaseOf(smooth: Window, length: number, period: number, before: number): number {
  let real = 0;
  let imaginary = 0;
  for (let back = 0; back < length; back++) {
    const angle = (back * 2 * Math.PI) / length;
    real += Math.sin(angle) * (smooth.get(back) || 0);
    imaginary += Math.cos(angle) * (smooth.get(back) || 0);
  }
  let phase = before;
  if (imaginary !== 0) phase = Math.atan(real / imaginary) * DEGREES;
  else if (real !== 0) phase += real < 0 ? -90 : 90;
  // The average of prices lags by one input.
  phase += 90 + 360 / period;
  if (imaginary < 0) phase += 180;
  return phase > 315 ? phase - 360 : phase;
}

function meanOf(prices: Window, length: number): number {
  let sum = 0;
  for (let back = 0; back < length; back++) sum += prices.get(back) || 0;
  return length === 0 ? 0 : sum / length;
}
