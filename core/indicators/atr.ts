import { Incremental } from './incremental.ts';
import { type BarRecipe, type BarValues, barRecipe, checkPeriod } from './indicator.ts';
import { SeededAverage, type SeededAverageState } from './seeded-average.ts';

interface AtrState {
  readonly past: number;
  readonly present: number;
  readonly average: SeededAverageState;
}

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
export class Atr extends Incremental<BarValues, number, AtrState> {
  readonly name: string;
  readonly warmup: number;
  readonly #average: SeededAverage;
  // Closes: of the bar before, and of the newest.
  #past = 0;
  #present = 0;

  constructor(period: number) {
    super();
    checkPeriod('atr', period);
    this.name = `atr(${period})`;
    this.warmup = period + 1;
    this.#average = new SeededAverage(period, 1 / period);
  }

  protected override advance(): void {
    this.#past = this.#present;
    this.#average.advance();
  }

  protected override compute({ high, low, close }: BarValues, count: number): number | undefined {
    this.#present = close;
    if (count === 1) return undefined;
    const trueRange = Math.max(high, this.#past) - Math.min(low, this.#past);
    return this.#average.compute(trueRange, count - 1);
  }

  protected override save(): AtrState {
    return { past: this.#past, present: this.#present, average: this.#average.save() };
  }

  protected override load({ past, present, average }: AtrState): void {
    this.#past = past;
    this.#present = present;
    this.#average.load(average);
  }
}

/** Recipe for `Atr`. */
export const atr = (period: number): BarRecipe<number> => barRecipe(() => new Atr(period));
