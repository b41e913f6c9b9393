import { DEPTH_LAST, DEPTH_SNAPSHOT, SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import { BookSide, type RestingLevel } from './book-side.ts';
import { DBN_FLAG } from './codes.ts';
import { priceOf, unitsAt } from './int64.ts';
import type { DbnRows } from './rows.ts';

interface Order {
  level: RestingLevel;
  size: number;
}

const [ADD, CANCEL, MODIFY, CLEAR] = [0x41, 0x43, 0x4d, 0x52];
const [ASK, BID] = [0x41, 0x42];
const SAFE_HIGH_HALF = 0x20_0000;
const HALF = 4_294_967_296;
/** No venue changes so many prices in one event; a stream without ends of events must not pile them up. */
const MOST_TOUCHED = 100_000;

/**
 * The book of one instrument out of its single orders (mbo), as sizes per price. It is whole only after a record that ends
 * a venue event, and published only then.
 */
export class OrderBook {
  readonly bids = new BookSide(true);
  readonly asks = new BookSide(false);
  readonly #orders = new Map<number | string, Order>();
  #touched: RestingLevel[] = [];
  /** The next that is published replaces all before it. */
  #isNew = true;

  /** Takes a record; false for a change of an order that is not known, such as one from before the start. */
  apply(data: DataView, at: number): boolean {
    switch (data.getUint8(at + 38)) {
      case ADD:
        return this.#add(data, at);
      case CANCEL:
        return this.#cancel(data, at);
      case MODIFY:
        return this.#modify(data, at);
      case CLEAR:
        this.clear();
        return true;
      default:
        // Trades and fills change nothing: the change that they cause comes as a record of its own.
        return true;
    }
  }

  get isFull(): boolean {
    return this.#touched.length >= MOST_TOUCHED;
  }

  clear(): void {
    this.#orders.clear();
    this.bids.clear();
    this.asks.clear();
    this.#touched = [];
    this.#isNew = true;
  }

  /** Writes what has changed since the last time, or the whole book when that was cleared. */
  publish(rows: DbnRows, inst: number, id: number): void {
    const changed = this.#isNew
      ? [...this.bids.levels, ...this.asks.levels].filter(({ size }) => size > 0)
      : this.#touched.filter(({ size, published }) => size !== published);
    if (this.#isNew && changed.length === 0) {
      rows.depth(inst, id, SIDE_BUY, 0, 0, DEPTH_SNAPSHOT | DEPTH_LAST);
    }
    changed.forEach(({ isBid, units, size }, i) => {
      const flags = (this.#isNew && i === 0 ? DEPTH_SNAPSHOT : 0) | (i === changed.length - 1 ? DEPTH_LAST : 0);
      rows.depth(inst, id, isBid ? SIDE_BUY : SIDE_SELL, priceOf(units), size, flags);
    });
    this.settle();
  }

  /** What has changed counts as told; empty levels go. */
  settle(): void {
    for (const level of this.#touched) {
      level.published = level.size;
      level.touched = false;
      if (level.size === 0) this.#sideOf(level.isBid).remove(level);
    }
    this.#touched = [];
    this.#isNew = false;
  }

  #add(data: DataView, at: number): boolean {
    const units = unitsAt(data, at + 24);
    const side = data.getUint8(at + 39);
    if (side !== BID && side !== ASK) return false;
    if ((data.getUint8(at + 36) & DBN_FLAG.topOfBook) !== 0) this.#clearSide(side === BID);
    if (Number.isNaN(units)) return true;
    const key = orderKey(data, at + 16);
    const before = this.#orders.get(key);
    if (before !== undefined) this.#resize(before.level, -before.size);
    const level = this.#sideOf(side === BID).at(units);
    const size = data.getUint32(at + 32, true);
    this.#resize(level, size);
    if (before === undefined) this.#orders.set(key, { level, size });
    else Object.assign(before, { level, size });
    return true;
  }

  #cancel(data: DataView, at: number): boolean {
    const key = orderKey(data, at + 16);
    const order = this.#orders.get(key);
    if (order === undefined) return false;
    const size = Math.min(data.getUint32(at + 32, true), order.size);
    this.#resize(order.level, -size);
    order.size -= size;
    if (order.size === 0) this.#orders.delete(key);
    return true;
  }

  #modify(data: DataView, at: number): boolean {
    const order = this.#orders.get(orderKey(data, at + 16));
    const units = unitsAt(data, at + 24);
    if (order === undefined || Number.isNaN(units)) return this.#add(data, at);
    const size = data.getUint32(at + 32, true);
    this.#resize(order.level, -order.size);
    order.level = this.#sideOf(order.level.isBid).at(units);
    order.size = size;
    this.#resize(order.level, size);
    return true;
  }

  #resize(level: RestingLevel, by: number): void {
    level.size += by;
    if (level.touched) return;
    level.touched = true;
    this.#touched.push(level);
  }

  #clearSide(isBid: boolean): void {
    for (const [key, { level, size }] of this.#orders) {
      if (level.isBid !== isBid) continue;
      this.#resize(level, -size);
      this.#orders.delete(key);
    }
  }

  #sideOf(isBid: boolean): BookSide {
    return isBid ? this.bids : this.asks;
  }
}

/** Some venues number their orders past what a float64 holds exactly. */
function orderKey(data: DataView, at: number): number | string {
  const low = data.getUint32(at, true);
  const high = data.getUint32(at + 4, true);
  return high < SAFE_HIGH_HALF ? high * HALF + low : `${high}:${low}`;
}
