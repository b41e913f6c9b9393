import { Incremental } from './incremental.ts';
import { checkPeriod, type NumberRecipe, numberRecipe } from './indicator.ts';
import { type GridOptions, type PriceGrid, priceGrid } from './price-grid.ts';
import { RollingSum, type RollingSumState } from './rolling-sum.ts';

/**
 * Simple moving average.
 *
 * In       one number per update, for example closes in price units
 * Out      their mean over the last `period` inputs, same unit; `undefined` before that many
 * Ties     with `tickSize` the sum is a whole number of ticks: two averages that are equal on paper compare equal
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  Σ of the last `period` ÷ `period`; TA-Lib SMA
 */
export class Sma extends Incremental<number, number, RollingSumState> {
  readonly name: string;
  readonly warmup: number;
  readonly #sum: RollingSum;
  readonly #grid: PriceGrid;

  constructor(period: number, options: GridOptions = {}) {
    super();
    checkPeriod('sma', period);
    this.warmup = period;
    this.#sum = new RollingSum(period);
    this.#grid = priceGrid(options);
    this.name = `sma(${period})${this.#grid.suffix}`;
  }

  protected override advance(): void {
    this.#sum.advance();
  }

  protected override compute(input: number, count: number): number | undefined {
    const sum = this.#sum.compute(this.#grid.units(input));
    return count < this.warmup ? undefined : this.#grid.price(sum / this.warmup);
  }

  protected override save(): RollingSumState {
    return this.#sum.save();
  }

  protected override load(state: RollingSumState): void {
    this.#sum.load(state);
  }
}

/** Recipe for `Sma`: `sma(20)`, `sma(20, instrument)` for exact sums. */
export const sma = (period: number, options: GridOptions = {}): NumberRecipe<number> =>
  numberRecipe(() => new Sma(period, options));
