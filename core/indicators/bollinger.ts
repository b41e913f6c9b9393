import { MillraceError } from '../errors/millrace-error.ts';
import { Moments } from './blocks/moments.ts';
import { COUNT, Incremental } from './incremental.ts';
import { checkNumber, checkPeriod, type NumberFormula, numberFormula } from './indicator.ts';
import { type GridOptions, PriceGrid } from './price-grid.ts';

const MEAN = 1;
const DEVIATION = 2;

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
export class Bollinger extends Incremental<number, BollingerValue> {
  readonly #deviations: number;
  readonly #moments: Moments;
  readonly #grid: PriceGrid;

  constructor({ period = 20, deviations = 2, ...options }: BollingerOptions = {}) {
    checkPeriod('bollinger', period);
    if (!(deviations > 0 && Number.isFinite(deviations))) throw badDeviations(deviations);
    const grid = new PriceGrid(options);
    super(`bollinger(${period},${deviations})${grid.suffix}`, period);
    this.reserve(DEVIATION);
    this.#deviations = deviations;
    this.#moments = new Moments(this, period);
    this.#grid = grid;
    this.settle();
  }

  get value(): BollingerValue | undefined {
    const { cells, base } = this;
    return (cells[base + COUNT] ?? 0) < this.warmup ? undefined : this.#bands(cells, base);
  }

  update(input: number): BollingerValue | undefined {
    checkNumber(this, input);
    this.cells[this.base + COUNT] = (this.cells[this.base + COUNT] ?? 0) + 1;
    return this.#compute(input, true);
  }

  replace(input: number): BollingerValue | undefined {
    checkNumber(this, input);
    if (this.cells[this.base + COUNT] === 0) throw this.nothingToReplace();
    return this.#compute(input, false);
  }

  #compute(input: number, fresh: boolean): BollingerValue | undefined {
    const { cells, base } = this;
    const full = this.#moments.step(this.#grid.units(input), fresh);
    cells[base + MEAN] = this.#moments.mean;
    cells[base + DEVIATION] = Math.sqrt(this.#moments.variance);
    return full ? this.#bands(cells, base) : undefined;
  }

  #bands(cells: Float64Array, base: number): BollingerValue {
    const middle = this.#grid.price(cells[base + MEAN] ?? 0);
    const distance = this.#deviations * this.#grid.price(cells[base + DEVIATION] ?? 0);
    return { upper: middle + distance, middle, lower: middle - distance };
  }
}

/** Recipe for `Bollinger`. */
export const bollinger = (options: BollingerOptions = {}): NumberFormula<BollingerValue> =>
  numberFormula(() => new Bollinger(options));

function badDeviations(deviations: number): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: 'bollinger.deviations' },
    was: String(deviations),
    expected: 'a positive number of standard deviations',
    fix: 'give bollinger deviations such as 2',
  });
}
