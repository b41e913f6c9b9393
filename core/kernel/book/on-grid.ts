import type { Instrument } from '../../domain/instrument.ts';

/** Closer to the grid than this part of a tick is on it: division leaves such crumbs. */
const CRUMB = 1e-6;

/** Whether a price is a whole number of ticks. */
export function isOnGrid(price: number, grid: Pick<Instrument, 'ticks' | 'price' | 'tickSize'>): boolean {
  return Math.abs(grid.price(grid.ticks(price)) - price) < grid.tickSize * CRUMB;
}
