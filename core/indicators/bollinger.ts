import { MillraceError } from '../errors/millrace-error.ts';
import { Incremental } from './incremental.ts';
import { checkPeriod, type NumberRecipe, numberRecipe } from './indicator.ts';
import { type GridOptions, type PriceGrid, priceGrid } from './price-grid.ts';
import { RollingMoments, type RollingMomentsState } from './rolling-moments.ts';

export interface BollingerOptions extends GridOptions {
  /** Inputs in the window. Default 20. */
  readonly period?: number;
  /** Distance of the bands from the middle, in standard deviations. Default 2. */
  readonly deviations?: number;
}

/** All three in the unit of the input. */
export interface BollingerValue {
  readonly upper: number;
  readonly middle: number;
  readonly lower: number;
}

/**
 * Bollinger bands.
 *
 * In       one price per update
 * Out      the simple average of the last `period` inputs and bands around it; `undefined` before that many
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  mean ± deviations × population standard deviation (÷ period, not ÷ period − 1). John Bollinger, "Bollinger on
 *          Bollinger Bands", 2001; TA-Lib BBANDS
 */
export class Bollinger extends Incremental<number, BollingerValue, RollingMomentsState> {
  readonly name: string;
  readonly warmup: number;
  readonly #deviations: number;
  readonly #moments: RollingMoments;
  readonly #grid: PriceGrid;

  constructor({ period = 20, deviations = 2, ...grid }: BollingerOptions = {}) {
    super();
    checkPeriod('bollinger', period);
    if (!(deviations > 0 && Number.isFinite(deviations))) throw badDeviations(deviations);
    this.warmup = period;
    this.#deviations = deviations;
    this.#moments = new RollingMoments(period);
    this.#grid = priceGrid(grid);
    this.name = `bollinger(${period},${deviations})${this.#grid.suffix}`;
  }

  protected override advance(): void {
    this.#moments.advance();
  }

  protected override compute(input: number, count: number): BollingerValue | undefined {
    const { mean, deviation } = this.#moments.compute(this.#grid.units(input));
    if (count < this.warmup) return undefined;
    const middle = this.#grid.price(mean);
    const distance = this.#deviations * this.#grid.price(deviation);
    return { upper: middle + distance, middle, lower: middle - distance };
  }

  protected override save(): RollingMomentsState {
    return this.#moments.save();
  }

  protected override load(state: RollingMomentsState): void {
    this.#moments.load(state);
  }
}

/** Recipe for `Bollinger`. */
export const bollinger = (options: BollingerOptions = {}): NumberRecipe<BollingerValue> =>
  numberRecipe(() => new Bollinger(options));

function badDeviations(deviations: number): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: 'bollinger.deviations' },
    was: String(deviations),
    expected: 'a positive number of standard deviations',
    fix: 'give bollinger deviations such as 2',
  });
}
