import { MillraceError } from '../errors/millrace-error.ts';
import { emaWeight, smooth } from './ema.ts';
import { COUNT, Incremental } from './incremental.ts';
import { checkNumber, checkPeriod, type NumberFormula, numberFormula } from './indicator.ts';

// Pairs: before the newest price, and with it.
const FAST_PAST = 1;
const FAST = 2;
const SLOW_PAST = 3;
const SLOW = 4;
const SIGNAL_PAST = 5;
const SIGNAL = 6;

export interface MacdOptions {
  /** Periods in inputs. Defaults 12, 26 and 9. */
  readonly fast?: number;
  readonly slow?: number;
  readonly signal?: number;
}

/** All three in the unit of the input. */
export interface MacdValue {
  readonly macd: number;
  readonly signal: number;
  /** macd − signal */
  readonly histogram: number;
}

/**
 * Moving average convergence divergence.
 *
 * In       one price per update
 * Out      the difference of a fast and a slow exponential average, its own exponential average, and their difference;
 *          `undefined` before `slow + signal − 1` inputs
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  as in TA-Lib MACD: both averages start on the same input, the fast one from the mean of the `fast` inputs up to
 *          it. Libraries that start it earlier agree after some 200 inputs. Gerald Appel, 1979
 */
export class Macd extends Incremental<number, MacdValue> {
  readonly #fast: number;
  readonly #slow: number;
  readonly #signal: number;
  readonly #fastWeight: number;
  readonly #slowWeight: number;
  readonly #signalWeight: number;

  constructor({ fast = 12, slow = 26, signal = 9 }: MacdOptions = {}) {
    checkPeriod('macd', fast, 'fast');
    checkPeriod('macd', slow, 'slow');
    checkPeriod('macd', signal, 'signal');
    if (fast >= slow) throw fastNotBelowSlow('macd', fast, slow);
    super(`macd(${fast},${slow},${signal})`, slow + signal - 1);
    this.#fast = fast;
    this.#slow = slow;
    this.#signal = signal;
    this.#fastWeight = emaWeight(fast);
    this.#slowWeight = emaWeight(slow);
    this.#signalWeight = emaWeight(signal);
    this.reserve(SIGNAL);
    this.settle();
  }

  get value(): MacdValue | undefined {
    const { cells, base } = this;
    if ((cells[base + COUNT] ?? 0) < this.warmup) return undefined;
    const macd = (cells[base + FAST] ?? 0) - (cells[base + SLOW] ?? 0);
    const signal = cells[base + SIGNAL] ?? 0;
    return { macd, signal, histogram: macd - signal };
  }

  update(input: number): MacdValue | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    const count = (cells[base + COUNT] ?? 0) + 1;
    cells[base + COUNT] = count;
    cells[base + FAST_PAST] = cells[base + FAST] ?? 0;
    cells[base + SLOW_PAST] = cells[base + SLOW] ?? 0;
    cells[base + SIGNAL_PAST] = cells[base + SIGNAL] ?? 0;
    return this.#compute(cells, base, input, count);
  }

  replace(input: number): MacdValue | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    const count = cells[base + COUNT] ?? 0;
    if (count === 0) throw this.nothingToReplace();
    return this.#compute(cells, base, input, count);
  }

  #compute(cells: Float64Array, base: number, input: number, count: number): MacdValue | undefined {
    const slow = smooth(cells[base + SLOW_PAST] ?? 0, input, count, this.#slow, this.#slowWeight);
    cells[base + SLOW] = slow;
    // The fast average starts so late that both have their first value at the same input.
    const fastCount = count - this.#slow + this.#fast;
    if (fastCount <= 0) return undefined;
    const fast = smooth(cells[base + FAST_PAST] ?? 0, input, fastCount, this.#fast, this.#fastWeight);
    cells[base + FAST] = fast;
    if (count < this.#slow) return undefined;
    const macd = fast - slow;
    const past = cells[base + SIGNAL_PAST] ?? 0;
    const signal = smooth(past, macd, count - this.#slow + 1, this.#signal, this.#signalWeight);
    cells[base + SIGNAL] = signal;
    return count < this.warmup ? undefined : { macd, signal, histogram: macd - signal };
  }
}

/** Recipe for `Macd`. */
export const macd = (options: MacdOptions = {}): NumberFormula<MacdValue> => numberFormula(() => new Macd(options));

export function fastNotBelowSlow(name: string, fast: number, slow: number): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: `${name}.fast` },
    was: `fast ${fast}, slow ${slow}`,
    expected: 'a fast period below the slow one',
    fix: 'swap the two, for example fast 12, slow 26',
  });
}
