import { smooth } from './ema.ts';
import { COUNT, Incremental } from './incremental.ts';
import { type BarFormula, type BarValues, barFormula, checkBar, checkPeriod } from './indicator.ts';

// Pairs: before the newest bar, and with it.
const CLOSE_PAST = 1;
const CLOSE = 2;
const RANGE_PAST = 3;
const RANGE = 4;

/**
 * Average true range with Wilder's smoothing.
 *
 * In       one bar per update
 * Out      the range in price units; `undefined` before `period + 1` bars, since the first has no close before it
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  true range = max(high, close before) − min(low, close before); the mean of the first `period` of them, then
 *          average += (true range − average) ÷ period. J. Welles Wilder, "New Concepts in Technical Trading Systems",
 *          1978; TA-Lib ATR
 */
export class Atr extends Incremental<BarValues, number> {
  readonly #period: number;
  readonly #weight: number;

  constructor(period: number) {
    checkPeriod('atr', period);
    super(`atr(${period})`, period + 1);
    this.#period = period;
    this.#weight = 1 / period;
    this.reserve(RANGE);
    this.settle();
  }

  get value(): number | undefined {
    const { cells, base } = this;
    return (cells[base + COUNT] ?? 0) < this.warmup ? undefined : cells[base + RANGE];
  }

  update(bar: BarValues): number | undefined {
    checkBar(this, bar);
    const { cells, base } = this;
    const count = (cells[base + COUNT] ?? 0) + 1;
    cells[base + COUNT] = count;
    cells[base + CLOSE_PAST] = cells[base + CLOSE] ?? 0;
    cells[base + RANGE_PAST] = cells[base + RANGE] ?? 0;
    return this.#compute(cells, base, bar, count);
  }

  replace(bar: BarValues): number | undefined {
    checkBar(this, bar);
    const { cells, base } = this;
    const count = cells[base + COUNT] ?? 0;
    if (count === 0) throw this.nothingToReplace();
    return this.#compute(cells, base, bar, count);
  }

  #compute(cells: Float64Array, base: number, bar: BarValues, count: number): number | undefined {
    cells[base + CLOSE] = bar.close;
    if (count === 1) return undefined;
    const range = trueRange(bar, cells[base + CLOSE_PAST] ?? 0);
    const average = smooth(cells[base + RANGE_PAST] ?? 0, range, count - 1, this.#period, this.#weight);
    cells[base + RANGE] = average;
    return count < this.warmup ? undefined : average;
  }
}

/** The range of a bar with the gap from the close before it, in price units. Wilder 1978. */
export const trueRange = ({ high, low }: BarValues, closeBefore: number): number =>
  (high > closeBefore ? high : closeBefore) - (low < closeBefore ? low : closeBefore);

/** Recipe for `Atr`. */
export const atr = (period: number): BarFormula<number> => barFormula(() => new Atr(period));
