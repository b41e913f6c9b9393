import { Lag } from './blocks/window.ts';
import { numberLine } from './formula.ts';
import { checkPeriod, type NumberFormula } from './indicator.ts';

/**
 * How far the input has moved since `period` inputs ago: `undefined` before `period + 1` inputs.
 *
 * Zero     a ratio to an input of 0 has no value: `undefined` at that input, where TA-Lib says 0
 */
function since(name: string, period: number, formula: (now: number, before: number) => number): NumberFormula<number> {
  checkPeriod(name, period);
  return numberLine(`${name}(${period})`, period + 1, (room) => {
    const start = new Lag(room, period);
    return (input, fresh) => formula(input, start.step(input, fresh));
  });
}

/** Momentum: input − before, in its unit. TA-Lib MOM. */
export const mom = (period = 10): NumberFormula<number> => since('mom', period, (now, before) => now - before);
/** Rate of change in percent: 100 × (input ÷ before − 1); `undefined` when the input before was 0. TA-Lib ROC. */
export const roc = (period = 10): NumberFormula<number> =>
  since('roc', period, (now, before) => 100 * (now / before - 1));
/** Rate of change as a share: (input − before) ÷ before; `undefined` when the input before was 0. TA-Lib ROCP. */
export const rocp = (period = 10): NumberFormula<number> =>
  since('rocp', period, (now, before) => (now - before) / before);
/** Ratio: input ÷ before; `undefined` when the input before was 0. TA-Lib ROCR. */
export const rocr = (period = 10): NumberFormula<number> => since('rocr', period, (now, before) => now / before);
/** Ratio × 100; `undefined` when the input before was 0. TA-Lib ROCR100. */
export const rocr100 = (period = 10): NumberFormula<number> =>
  since('rocr100', period, (now, before) => 100 * (now / before));
