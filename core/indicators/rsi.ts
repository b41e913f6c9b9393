import { Incremental } from './incremental.ts';
import { checkPeriod, type NumberRecipe, numberRecipe } from './indicator.ts';
import { SeededAverage, type SeededAverageState } from './seeded-average.ts';

interface RsiState {
  readonly past: number;
  readonly present: number;
  readonly gains: SeededAverageState;
  readonly losses: SeededAverageState;
}

/**
 * Relative strength index with Wilder's smoothing.
 *
 * In       one price per update
 * Out      0 to 100; `undefined` before `period` changes, that is `period + 1` prices
 * Flat     0 when no price has changed yet: TA-Lib's answer to 0 ÷ 0
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  100 × gain ÷ (gain + loss), each the mean of the first `period` changes, then
 *          average += (change − average) ÷ period. J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
 *          TA-Lib RSI
 */
export class Rsi extends Incremental<number, number, RsiState> {
  readonly name: string;
  readonly warmup: number;
  readonly #gains: SeededAverage;
  readonly #losses: SeededAverage;
  #past = 0;
  #present = 0;

  constructor(period: number) {
    super();
    checkPeriod('rsi', period);
    this.name = `rsi(${period})`;
    this.warmup = period + 1;
    this.#gains = new SeededAverage(period, 1 / period);
    this.#losses = new SeededAverage(period, 1 / period);
  }

  protected override advance(): void {
    this.#past = this.#present;
    this.#gains.advance();
    this.#losses.advance();
  }

  protected override compute(input: number, count: number): number | undefined {
    this.#present = input;
    if (count === 1) return undefined;
    const change = input - this.#past;
    const gain = this.#gains.compute(Math.max(change, 0), count - 1);
    const loss = this.#losses.compute(Math.max(-change, 0), count - 1);
    if (gain === undefined || loss === undefined) return undefined;
    return gain === 0 ? 0 : 100 * (gain / (gain + loss));
  }

  protected override save(): RsiState {
    return { past: this.#past, present: this.#present, gains: this.#gains.save(), losses: this.#losses.save() };
  }

  protected override load({ past, present, gains, losses }: RsiState): void {
    this.#past = past;
    this.#present = present;
    this.#gains.load(gains);
    this.#losses.load(losses);
  }
}

/** Recipe for `Rsi`. */
export const rsi = (period: number): NumberRecipe<number> => numberRecipe(() => new Rsi(period));
