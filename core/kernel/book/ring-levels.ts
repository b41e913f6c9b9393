import type { Instrument } from '../../domain/instrument.ts';
import type { Level } from '../../domain/market.ts';
import { EMPTY, type TickRing } from './tick-ring.ts';

type SizedRing = TickRing & { sizeAt(key: number): number };
type Grid = Pick<Instrument, 'price'>;

/** Levels of a side as fresh arrays. `sign` turns keys into ticks. */
export function levelsOf(ring: SizedRing, count: number, grid: Grid, sign: 1 | -1): Level[] {
  const out: Level[] = [];
  const add = (key: number): void => void out.push([grid.price(plainZero(sign * key)), ring.sizeAt(key)]);
  for (let key = ring.best; key !== EMPTY && out.length < count; key = ring.next(key - 1)) add(key);
  if (out.length < Math.min(count, ring.count))
    ring
      .farKeys()
      .slice(0, count - out.length)
      .forEach(add);
  return out;
}

/** The same into arrays of the caller. */
export function topOf(ring: SizedRing, prices: Float64Array, sizes: Float64Array, grid: Grid, sign: 1 | -1): number {
  const most = Math.min(prices.length, sizes.length, ring.count);
  let n = 0;
  for (let key = ring.best; key !== EMPTY && n < most; key = ring.next(key - 1)) {
    prices[n] = grid.price(plainZero(sign * key));
    sizes[n++] = ring.sizeAt(key);
  }
  if (n === most) return n;
  for (const key of ring.farKeys()) {
    if (n === most) break;
    prices[n] = grid.price(plainZero(sign * key));
    sizes[n++] = ring.sizeAt(key);
  }
  return n;
}

/** Negating 0 gives -0, which prints and compares as nobody expects. */
const plainZero = (ticks: number): number => ticks + 0;
