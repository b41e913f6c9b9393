import { barLine } from './formula.ts';
import type { BarFormula } from './indicator.ts';

/** (open + high + low + close) ÷ 4. TA-Lib AVGPRICE. */
export const averagePrice = (): BarFormula<number> =>
  barLine(
    'averagePrice',
    1,
    () =>
      ({ open, high, low, close }) =>
        (open + high + low + close) / 4,
  );
/** (high + low) ÷ 2. TA-Lib MEDPRICE. */
export const medianPrice = (): BarFormula<number> =>
  barLine(
    'medianPrice',
    1,
    () =>
      ({ high, low }) =>
        (high + low) / 2,
  );
/** (high + low + close) ÷ 3. TA-Lib TYPPRICE. */
export const typicalPrice = (): BarFormula<number> =>
  barLine(
    'typicalPrice',
    1,
    () =>
      ({ high, low, close }) =>
        (high + low + close) / 3,
  );
/** (high + low + 2 × close) ÷ 4. TA-Lib WCLPRICE. */
export const weightedClose = (): BarFormula<number> =>
  barLine(
    'weightedClose',
    1,
    () =>
      ({ high, low, close }) =>
        (high + low + 2 * close) / 4,
  );
/** Balance of power: (close − open) ÷ (high − low), −1 to 1; 0 without a range. TA-Lib BOP. */
export const balanceOfPower = (): BarFormula<number> =>
  barLine(
    'balanceOfPower',
    1,
    () =>
      ({ open, high, low, close }) =>
        high === low ? 0 : (close - open) / (high - low),
  );
/** Internal bar strength: where the close lies in the bar, 0 to 1; 0 without a range. */
export const barStrength = (): BarFormula<number> =>
  barLine(
    'barStrength',
    1,
    () =>
      ({ high, low, close }) =>
        high === low ? 0 : (close - low) / (high - low),
  );
