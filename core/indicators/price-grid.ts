export interface GridOptions {
  /**
   * Smallest price step, in price units; an Instrument may be passed as it is. Sums are then kept in whole ticks and are
   * exact, so equal averages compare equal. Inputs are rounded to the nearest tick. Without it prices are summed as they
   * come, which is exact only for steps that are a power of two.
   */
  readonly tickSize?: number | undefined;
}

/**
 * Conversion between prices and the unit that sums are kept in: whole ticks, or prices as they come. The same arithmetic,
 * to the bit, as an instrument's `ticks` and `price`, without a call through a function value on every bar.
 */
export class PriceGrid {
  /** Sums are of whole numbers and carry no rounding error. */
  readonly exact: boolean;
  /** Part of an indicator's name: sums in ticks and sums of prices are not each other's continuation. */
  readonly suffix: string;
  // Of the two one is 1: ticks are price × perUnit when a whole number of them makes a unit, price ÷ step otherwise.
  readonly #perUnit: number;
  readonly #step: number;

  constructor({ tickSize }: GridOptions) {
    const inverse = 1 / (tickSize ?? 1);
    const perUnit = Math.round(inverse);
    const whole = perUnit >= 1 && Math.abs(inverse - perUnit) < 1e-9 * inverse;
    this.exact = tickSize !== undefined;
    this.suffix = tickSize === undefined ? '' : ` in ticks of ${tickSize}`;
    this.#perUnit = whole ? perUnit : 1;
    this.#step = whole ? 1 : (tickSize ?? 1);
  }

  units(price: number): number {
    return this.exact ? Math.round((price * this.#perUnit) / this.#step) : price;
  }

  price(units: number): number {
    return this.exact ? (units * this.#step) / this.#perUnit : units;
  }
}
