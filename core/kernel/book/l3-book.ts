import { SIDE_BUY, SIDE_SELL } from '../../domain/chunk.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Side } from '../../domain/market.ts';
import { toMicros } from '../../domain/time.ts';
import type { BookSideName } from './book.ts';
import { BookFace } from './book-face.ts';
import { onGridTicks } from './on-grid.ts';
import { OrderPool } from './order-pool.ts';
import { PoolLevels } from './pool-levels.ts';

const HALF = 4_294_967_296;

/** An order's number at its venue. Above 2^53 it takes a bigint. */
export type OrderId = number | bigint;

export interface L3Options {
  /** Orders that are kept; more are refused. Default 4 million, which take about 150 MB. */
  readonly orders?: number | undefined;
}

/** Where an order stands in the queue of its price. */
export interface OrderPlace {
  readonly side: Side;
  readonly price: number;
  readonly size: number;
  readonly ordersAhead: number;
  readonly sizeAhead: number;
}

/**
 * The book of one instrument out of its single orders (level 3, market by order). What it shows by level is what any book
 * shows; beyond that, the queue at each price.
 *
 * Changes answer false, and are counted, when they make no sense: `unknown` for an order that was never added, `refused` for
 * an id that is taken, a price off the grid, a size that is no number above 0, or a full book.
 */
export class L3Book extends BookFace {
  unknown = 0;
  refused = 0;
  readonly #grid: Instrument;
  readonly #pool: OrderPool;
  protected readonly reader: PoolLevels;

  constructor(instrument: Instrument, { orders }: L3Options = {}) {
    super(instrument.symbol);
    this.#grid = instrument;
    this.#pool = new OrderPool(orders);
    this.reader = new PoolLevels(this.#pool, instrument);
  }

  /** Orders that rest. */
  get orders(): number {
    return this.#pool.count;
  }

  /** A new order, last in its queue. `tsEvent` in epoch milliseconds, as everywhere. */
  add(id: OrderId, side: Side, price: number, size: number, tsEvent: number): boolean {
    this.stamp(toMicros(tsEvent));
    const ticks = onGridTicks(price, this.#grid);
    const isGood = !Number.isNaN(ticks) && size > 0 && size < Infinity;
    const code = side === 'buy' ? SIDE_BUY : SIDE_SELL;
    if (isGood && this.#pool.add(lowOf(id), highOf(id), code, ticks, size)) return true;
    this.refused++;
    return false;
  }

  /** Takes an order out, or so much off it: a cancel, whole or in part, or a fill. */
  cancel(id: OrderId, tsEvent: number, by = Infinity): boolean {
    this.stamp(toMicros(tsEvent));
    const isKnown =
      by === Infinity
        ? this.#pool.cancel(lowOf(id), highOf(id))
        : this.#pool.reduce(lowOf(id), highOf(id), Math.max(by, 0));
    if (!isKnown) this.unknown++;
    return isKnown;
  }

  /** A new price or size. The order keeps its place only where it gets smaller at the same price. */
  modify(id: OrderId, price: number, size: number, tsEvent: number): boolean {
    this.stamp(toMicros(tsEvent));
    const ticks = onGridTicks(price, this.#grid);
    if (Number.isNaN(ticks) || !(size >= 0 && size < Infinity)) {
      this.refused++;
      return false;
    }
    const isKnown = this.#pool.modify(lowOf(id), highOf(id), ticks, size);
    if (!isKnown) this.unknown++;
    return isKnown;
  }

  has(id: OrderId): boolean {
    return this.#pool.has(lowOf(id), highOf(id));
  }

  clear(): void {
    this.#pool.clear();
    this.stamp(Number.NaN);
  }

  /** Number of orders at a price. */
  ordersAt(side: BookSideName, price: number): number {
    const ticks = this.#grid.ticks(price);
    return side === 'bid' ? this.#pool.bids.ordersAt(ticks) : this.#pool.asks.ordersAt(0 - ticks);
  }

  /** Number of orders at the best price. */
  bestOrders(side: BookSideName): number {
    return side === 'bid' ? this.#pool.bids.bestOrders : this.#pool.asks.bestOrders;
  }

  /** Sizes of the orders at a price, first come first. */
  queue(side: BookSideName, price: number): readonly number[] {
    return this.#pool.queueAt(side === 'bid' ? SIDE_BUY : SIDE_SELL, this.#grid.ticks(price));
  }

  /** Where an order stands. Costs a step per order before it. */
  placeOf(id: OrderId): OrderPlace | undefined {
    const place = this.#pool.queueOf(lowOf(id), highOf(id));
    if (place === undefined) return undefined;
    const { side, ticks, size, ordersAhead, sizeAhead } = place;
    const price = this.#grid.price(ticks);
    return { side: side === SIDE_BUY ? 'buy' : 'sell', price, size, ordersAhead, sizeAhead };
  }
}

const lowOf = (id: OrderId): number => (typeof id === 'number' ? id >>> 0 : Number(id & 0xffff_ffffn));
const highOf = (id: OrderId): number =>
  typeof id === 'number' ? Math.floor(id / HALF) >>> 0 : Number(id >> 32n) >>> 0;
