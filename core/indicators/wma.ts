import type { NumberRecipe } from './indicator.ts';
import { checkPeriod } from './indicator.ts';
import { fromTechnicalIndicators } from './technical-indicators.ts';

/**
 * Recipe for the linearly weighted moving average, by technicalindicators.
 *
 * In       one number per update
 * Out      the average, same unit; `undefined` before `period` inputs
 * Limits   for closed bars only: it cannot take an input back
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  Σ(k × k-th of the last `period`, the newest k = period) ÷ (period × (period + 1) ÷ 2); TA-Lib WMA
 */
export function wma(period: number): NumberRecipe<number> {
  checkPeriod('wma', period);
  return fromTechnicalIndicators('WMA', { period });
}
