import { Extreme } from './blocks/extreme.ts';
import { barLine, barLines, numberLine, numberLines } from './formula.ts';
import { type BarFormula, checkPeriod, type NumberFormula } from './indicator.ts';

/** The highest of the last `period` inputs. TA-Lib MAX. Constant time on average. */
export const highest = (period: number): NumberFormula<number> => extreme('highest', period);

/** The lowest of the last `period` inputs. TA-Lib MIN. Constant time on average. */
export const lowest = (period: number): NumberFormula<number> => extreme('lowest', period);

function extreme(which: 'highest' | 'lowest', period: number): NumberFormula<number> {
  checkPeriod(which, period);
  return numberLine(`${which}(${period})`, period, (room) => {
    const block = new Extreme(room, period, which);
    return (input, fresh) => block.step(input, fresh);
  });
}

/** Inputs since the highest and the lowest of the last `period`; 0 when it is the newest. TA-Lib MINMAXINDEX, as ages. */
export function extremeAges(period: number): NumberFormula<{ readonly highest: number; readonly lowest: number }> {
  checkPeriod('extremeAges', period);
  return numberLines(`extremeAges(${period})`, period, ['highest', 'lowest'], (room) => {
    const high = new Extreme(room, period, 'highest');
    const low = new Extreme(room, period, 'lowest');
    return (input, fresh) => {
      high.step(input, fresh);
      low.step(input, fresh);
      return { highest: high.age, lowest: low.age };
    };
  });
}

/** Halfway between the highest and the lowest of the last `period` inputs. TA-Lib MIDPOINT. */
export function midpoint(period = 14): NumberFormula<number> {
  checkPeriod('midpoint', period);
  return numberLine(`midpoint(${period})`, period, (room) => {
    const high = new Extreme(room, period, 'highest');
    const low = new Extreme(room, period, 'lowest');
    return (input, fresh) => (high.step(input, fresh) + low.step(input, fresh)) / 2;
  });
}

/** Halfway between the highest high and the lowest low of the last `period` bars. TA-Lib MIDPRICE. */
export function midprice(period = 14): BarFormula<number> {
  checkPeriod('midprice', period);
  return barLine(`midprice(${period})`, period, (room) => {
    const high = new Extreme(room, period, 'highest');
    const low = new Extreme(room, period, 'lowest');
    return (bar, fresh) => (high.step(bar.high, fresh) + low.step(bar.low, fresh)) / 2;
  });
}

export interface Channel {
  readonly upper: number;
  readonly middle: number;
  readonly lower: number;
}

/**
 * Donchian channel: highest high, lowest low and their middle over the last `period` bars, the newest included. Libraries
 * that leave the newest out give at each bar what this gave at the bar before.
 */
export function donchian(period = 20): BarFormula<Channel> {
  checkPeriod('donchian', period);
  return barLines(`donchian(${period})`, period, ['upper', 'middle', 'lower'], (room) => {
    const high = new Extreme(room, period, 'highest');
    const low = new Extreme(room, period, 'lowest');
    return (bar, fresh) => {
      const upper = high.step(bar.high, fresh);
      const lower = low.step(bar.low, fresh);
      return { upper, middle: (upper + lower) / 2, lower };
    };
  });
}

/**
 * Aroon: how long ago the highest high and the lowest low of the last `period + 1` bars were.
 *
 * Out      up and down, 0 (longest ago) to 100 (now), and up − down
 * Formula  100 × (period − age) ÷ period; of equals the newest counts. Tushar Chande 1995; TA-Lib AROON, AROONOSC
 */
export function aroon(
  period = 14,
): BarFormula<{ readonly up: number; readonly down: number; readonly oscillator: number }> {
  checkPeriod('aroon', period);
  return barLines(`aroon(${period})`, period + 1, ['up', 'down', 'oscillator'], (room) => {
    const high = new Extreme(room, period + 1, 'highest');
    const low = new Extreme(room, period + 1, 'lowest');
    return (bar, fresh) => {
      high.step(bar.high, fresh);
      low.step(bar.low, fresh);
      const up = (100 * (period - high.age)) / period;
      const down = (100 * (period - low.age)) / period;
      return { up, down, oscillator: up - down };
    };
  });
}
