import { MillraceError } from '../errors/millrace-error.ts';
import { emaWeight } from './ema.ts';
import { Incremental } from './incremental.ts';
import { checkPeriod, type NumberRecipe, numberRecipe } from './indicator.ts';
import { SeededAverage, type SeededAverageState } from './seeded-average.ts';

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

interface MacdState {
  readonly fast: SeededAverageState;
  readonly slow: SeededAverageState;
  readonly signal: SeededAverageState;
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
export class Macd extends Incremental<number, MacdValue, MacdState> {
  readonly name: string;
  readonly warmup: number;
  readonly #fast: SeededAverage;
  readonly #slow: SeededAverage;
  readonly #signal: SeededAverage;
  readonly #fastFrom: number;
  readonly #signalFrom: number;

  constructor({ fast = 12, slow = 26, signal = 9 }: MacdOptions = {}) {
    super();
    checkPeriod('macd', fast, 'fast');
    checkPeriod('macd', slow, 'slow');
    checkPeriod('macd', signal, 'signal');
    if (fast >= slow) throw fastNotBelowSlow(fast, slow);
    this.name = `macd(${fast},${slow},${signal})`;
    this.warmup = slow + signal - 1;
    this.#fast = new SeededAverage(fast, emaWeight(fast));
    this.#slow = new SeededAverage(slow, emaWeight(slow));
    this.#signal = new SeededAverage(signal, emaWeight(signal));
    this.#fastFrom = slow - fast;
    this.#signalFrom = slow - 1;
  }

  protected override advance(): void {
    this.#fast.advance();
    this.#slow.advance();
    this.#signal.advance();
  }

  protected override compute(input: number, count: number): MacdValue | undefined {
    const fast = count > this.#fastFrom ? this.#fast.compute(input, count - this.#fastFrom) : undefined;
    const slow = this.#slow.compute(input, count);
    if (fast === undefined || slow === undefined) return undefined;
    const macd = fast - slow;
    const signal = this.#signal.compute(macd, count - this.#signalFrom);
    return signal === undefined ? undefined : { macd, signal, histogram: macd - signal };
  }

  protected override save(): MacdState {
    return { fast: this.#fast.save(), slow: this.#slow.save(), signal: this.#signal.save() };
  }

  protected override load({ fast, slow, signal }: MacdState): void {
    this.#fast.load(fast);
    this.#slow.load(slow);
    this.#signal.load(signal);
  }
}

/** Recipe for `Macd`. */
export const macd = (options: MacdOptions = {}): NumberRecipe<MacdValue> => numberRecipe(() => new Macd(options));

function fastNotBelowSlow(fast: number, slow: number): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: 'macd.fast' },
    was: `fast ${fast}, slow ${slow}`,
    expected: 'a fast period below the slow one',
    fix: 'swap the two, for example fast 12, slow 26',
  });
}
