import type { Instrument } from '../../domain/instrument.ts';
import type { Level } from '../../domain/market.ts';
import type { BookSideName, LevelReader } from './book.ts';
import type { OrderPool } from './order-pool.ts';
import { levelsOf, topOf } from './ring-levels.ts';
import { EMPTY } from './tick-ring.ts';

/** A pool of orders, read by level. */
export class PoolLevels implements LevelReader {
  readonly #pool: OrderPool;
  readonly #grid: Pick<Instrument, 'ticks' | 'price'>;

  constructor(pool: OrderPool, grid: Pick<Instrument, 'ticks' | 'price'>) {
    this.#pool = pool;
    this.#grid = grid;
  }

  get bid(): number {
    const { best } = this.#pool.bids;
    return best === EMPTY ? Number.NaN : this.#grid.price(best);
  }

  get ask(): number {
    const { best } = this.#pool.asks;
    return best === EMPTY ? Number.NaN : this.#grid.price(0 - best);
  }

  get bidSize(): number {
    return this.#pool.bids.bestSize;
  }

  get askSize(): number {
    return this.#pool.asks.bestSize;
  }

  get crossed(): boolean {
    return this.#pool.bids.best >= 0 - this.#pool.asks.best;
  }

  count(side: BookSideName): number {
    return side === 'bid' ? this.#pool.bids.count : this.#pool.asks.count;
  }

  sizeAt(side: BookSideName, price: number): number {
    const ticks = this.#grid.ticks(price);
    return side === 'bid' ? this.#pool.bids.sizeAt(ticks) : this.#pool.asks.sizeAt(0 - ticks);
  }

  levels(side: BookSideName, count: number): Level[] {
    const { bids, asks } = this.#pool;
    return side === 'bid' ? levelsOf(bids, count, this.#grid, 1) : levelsOf(asks, count, this.#grid, -1);
  }

  top(side: BookSideName, prices: Float64Array, sizes: Float64Array): number {
    const { bids, asks } = this.#pool;
    return side === 'bid' ? topOf(bids, prices, sizes, this.#grid, 1) : topOf(asks, prices, sizes, this.#grid, -1);
  }
}
