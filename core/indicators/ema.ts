import { COUNT, Incremental } from './incremental.ts';
import { checkNumber, checkPeriod, type NumberFormula, numberFormula } from './indicator.ts';

/** Weight of the newest input in an exponential average of `period` inputs. */
export const emaWeight = (period: number): number => 2 / (period + 1);

// The sum of the inputs while seeding, the average afterwards.
const PAST = 1;
const PRESENT = 2;

/**
 * Exponential moving average.
 *
 * In       one number per update
 * Out      the average, same unit; `undefined` before `period` inputs
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  starts as the mean of the first `period` inputs, then average += 2 ÷ (period + 1) × (input − average); TA-Lib EMA
 */
export class Ema extends Incremental<number, number> {
  readonly #weight: number;

  constructor(period: number) {
    checkPeriod('ema', period);
    super(`ema(${period})`, period);
    this.#weight = emaWeight(period);
    this.reserve(2);
    this.settle();
  }

  get value(): number | undefined {
    const { cells, base } = this;
    return (cells[base + COUNT] ?? 0) < this.warmup ? undefined : cells[base + PRESENT];
  }

  update(input: number): number | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    const count = (cells[base + COUNT] ?? 0) + 1;
    cells[base + COUNT] = count;
    cells[base + PAST] = cells[base + PRESENT] ?? 0;
    return this.#compute(cells, base, input, count);
  }

  replace(input: number): number | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    const count = cells[base + COUNT] ?? 0;
    if (count === 0) throw this.nothingToReplace();
    return this.#compute(cells, base, input, count);
  }

  #compute(cells: Float64Array, base: number, input: number, count: number): number | undefined {
    const past = cells[base + PAST] ?? 0;
    const present = smooth(past, input, count, this.warmup, this.#weight);
    cells[base + PRESENT] = present;
    return count < this.warmup ? undefined : present;
  }
}

/**
 * One step of exponential smoothing that starts from the plain mean of the first `period` inputs, as TA-Lib's does. Until
 * then `past` and the result are their sum.
 */
export function smooth(past: number, input: number, count: number, period: number, weight: number): number {
  if (count > period) return past + weight * (input - past);
  return count === period ? (past + input) / count : past + input;
}

/** Recipe for `Ema`. */
export const ema = (period: number): NumberFormula<number> => numberFormula(() => new Ema(period));
