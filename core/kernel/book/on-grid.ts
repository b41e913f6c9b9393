import type { Instrument } from '../../domain/instrument.ts';
import { LAST_KEY } from './tick-ring.ts';

/** Closer to the grid than this part of a tick is on it: division leaves such crumbs. */
const CRUMB = 1e-6;

/** A price in whole ticks; NaN when it is not a whole number of them, or more than a ring can count. */
export function onGridTicks(price: number, grid: Pick<Instrument, 'ticks' | 'price' | 'tickSize'>): number {
  const ticks = grid.ticks(price);
  const isOn = Math.abs(grid.price(ticks) - price) < grid.tickSize * CRUMB && ticks <= LAST_KEY && ticks >= -LAST_KEY;
  return isOn ? ticks : Number.NaN;
}

/** Whether a price is a whole number of ticks. */
export const isOnGrid = (price: number, grid: Pick<Instrument, 'ticks' | 'price' | 'tickSize'>): boolean =>
  !Number.isNaN(onGridTicks(price, grid));
