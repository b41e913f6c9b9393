import { Incremental } from './incremental.ts';
import { checkPeriod, type NumberRecipe, numberRecipe } from './indicator.ts';
import { SeededAverage, type SeededAverageState } from './seeded-average.ts';

/** Weight of the newest input in an exponential average of `period` inputs. */
export const emaWeight = (period: number): number => 2 / (period + 1);

/**
 * Exponential moving average.
 *
 * In       one number per update
 * Out      the average, same unit; `undefined` before `period` inputs
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  starts as the mean of the first `period` inputs, then average += 2 ÷ (period + 1) × (input − average); TA-Lib EMA
 */
export class Ema extends Incremental<number, number, SeededAverageState> {
  readonly name: string;
  readonly warmup: number;
  readonly #average: SeededAverage;

  constructor(period: number) {
    super();
    checkPeriod('ema', period);
    this.name = `ema(${period})`;
    this.warmup = period;
    this.#average = new SeededAverage(period, emaWeight(period));
  }

  protected override advance(): void {
    this.#average.advance();
  }

  protected override compute(input: number, count: number): number | undefined {
    return this.#average.compute(input, count);
  }

  protected override save(): SeededAverageState {
    return this.#average.save();
  }

  protected override load(state: SeededAverageState): void {
    this.#average.load(state);
  }
}

/** Recipe for `Ema`. */
export const ema = (period: number): NumberRecipe<number> => numberRecipe(() => new Ema(period));
