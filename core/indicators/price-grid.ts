import { makeInstrument } from '../domain/instrument.ts';

/** Conversion between prices and the unit that sums are kept in. */
export interface PriceGrid {
  readonly units: (price: number) => number;
  readonly price: (units: number) => number;
  /** Part of an indicator's name: sums in ticks and sums of prices are not each other's continuation. */
  readonly suffix: string;
}

export interface GridOptions {
  /**
   * Smallest price step, in price units; an Instrument may be passed as it is. Sums are then kept in whole ticks and are
   * exact, so equal averages compare equal. Inputs are rounded to the nearest tick. Without it prices are summed as they
   * come, which is exact only for steps that are a power of two.
   */
  readonly tickSize?: number | undefined;
}

const asTheyCome = (value: number): number => value;

export function priceGrid({ tickSize }: GridOptions): PriceGrid {
  if (tickSize === undefined) return { units: asTheyCome, price: asTheyCome, suffix: '' };
  const { ticks, price } = makeInstrument({ symbol: '', tickSize }, 0);
  return { units: ticks, price, suffix: ` in ticks of ${tickSize}` };
}
