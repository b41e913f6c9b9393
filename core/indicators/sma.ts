import { COUNT, Incremental } from './incremental.ts';
import { checkNumber, checkPeriod, type NumberFormula, numberFormula } from './indicator.ts';
import { type GridOptions, PriceGrid } from './price-grid.ts';

const REST = 1;
const NEWEST = 2;
const SLOT = 3;
/** From here on: all of the window but the newest input, which may still be replaced. Empty slots are 0. */
const RING = 4;

/**
 * Simple moving average.
 *
 * In       one number per update, for example closes in price units
 * Out      their mean over the last `period` inputs, same unit; `undefined` before that many
 * Ties     with `tickSize` the sum is a whole number of ticks: two averages that are equal on paper compare equal
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  Σ of the last `period` ÷ `period`; TA-Lib SMA
 */
export class Sma extends Incremental<number, number> {
  readonly #grid: PriceGrid;
  readonly #ring: number;

  constructor(period: number, options: GridOptions = {}) {
    checkPeriod('sma', period);
    const grid = new PriceGrid(options);
    super(`sma(${period})${grid.suffix}`, period);
    this.#grid = grid;
    this.#ring = period - 1;
    this.reserve(RING - 1 + this.#ring);
    this.settle();
  }

  get value(): number | undefined {
    return this.#read(this.cells, this.base);
  }

  update(input: number): number | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    const count = (cells[base + COUNT] ?? 0) + 1;
    cells[base + COUNT] = count;
    if (count > 1 && this.#ring > 0) this.#advance(cells, base);
    cells[base + NEWEST] = this.#grid.units(input);
    return this.#read(cells, base);
  }

  replace(input: number): number | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    if (cells[base + COUNT] === 0) throw this.nothingToReplace();
    cells[base + NEWEST] = this.#grid.units(input);
    return this.#read(cells, base);
  }

  #advance(cells: Float64Array, base: number): void {
    const slot = cells[base + SLOT] ?? 0;
    const at = base + RING + slot;
    const newest = cells[base + NEWEST] ?? 0;
    cells[base + REST] = (cells[base + REST] ?? 0) + (newest - (cells[at] ?? 0));
    cells[at] = newest;
    const next = slot + 1 === this.#ring ? 0 : slot + 1;
    cells[base + SLOT] = next;
    if (next === 0 && !this.#grid.exact) this.#sumAfresh(cells, base);
  }

  /** Once per window, so that rounding errors of fractional inputs cannot pile up over a long run. */
  #sumAfresh(cells: Float64Array, base: number): void {
    let sum = 0;
    for (let at = base + RING; at < base + RING + this.#ring; at++) sum += cells[at] ?? 0;
    cells[base + REST] = sum;
  }

  #read(cells: Float64Array, base: number): number | undefined {
    if ((cells[base + COUNT] ?? 0) < this.warmup) return undefined;
    return this.#grid.price(((cells[base + REST] ?? 0) + (cells[base + NEWEST] ?? 0)) / this.warmup);
  }
}

/** Recipe for `Sma`: `sma(20)`, `sma(20, instrument)` for exact sums. */
export const sma = (period: number, options: GridOptions = {}): NumberFormula<number> =>
  numberFormula(() => new Sma(period, options));
