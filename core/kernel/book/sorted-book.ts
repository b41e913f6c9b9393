import { SIDE_BUY } from '../../domain/chunk.ts';
import type { Level } from '../../domain/market.ts';
import { addSizes } from './add-sizes.ts';
import type { BookSideName, L2Book } from './book.ts';

/** Levels kept by exact price: for instruments without a known tick size. */
export class SortedBook implements L2Book {
  readonly #bids = new SortedSide();
  readonly #asks = new SortedSide();

  get bid(): number {
    return this.#bids.best;
  }

  get ask(): number {
    return -this.#asks.best;
  }

  get bidSize(): number {
    return this.#bids.bestSize;
  }

  get askSize(): number {
    return this.#asks.bestSize;
  }

  get crossed(): boolean {
    return this.bid >= this.ask;
  }

  apply(side: number, price: number, size: number): void {
    // Asks are kept under their negated price, so that on both sides the best level is the highest key.
    if (side === SIDE_BUY) this.#bids.apply(price, size);
    else this.#asks.apply(-price, size);
  }

  adjust(side: number, price: number, by: number): void {
    if (side === SIDE_BUY) this.#bids.apply(price, addSizes(this.#bids.sizeAt(price), by));
    else this.#asks.apply(-price, addSizes(this.#asks.sizeAt(-price), by));
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
  }

  count(side: BookSideName): number {
    return side === 'bid' ? this.#bids.count : this.#asks.count;
  }

  sizeAt(side: BookSideName, price: number): number {
    return side === 'bid' ? this.#bids.sizeAt(price) : this.#asks.sizeAt(-price);
  }

  levels(side: BookSideName, count: number): Level[] {
    return side === 'bid' ? this.#bids.levels(count, 1) : this.#asks.levels(count, -1);
  }

  top(side: BookSideName, prices: Float64Array, sizes: Float64Array): number {
    return side === 'bid' ? this.#bids.top(prices, sizes, 1) : this.#asks.top(prices, sizes, -1);
  }
}

/** Ascending keys in a typed array with the touch at the end, so that a change near it moves a few entries only. */
class SortedSide {
  #keys = new Float64Array(256);
  #sizes = new Float64Array(256);
  #n = 0;

  get best(): number {
    return this.#n === 0 ? Number.NaN : this.#keys[this.#n - 1]!;
  }

  get bestSize(): number {
    return this.#n === 0 ? 0 : this.#sizes[this.#n - 1]!;
  }

  get count(): number {
    return this.#n;
  }

  sizeAt(key: number): number {
    const at = this.#find(key);
    return at < this.#n && this.#keys[at] === key ? this.#sizes[at]! : 0;
  }

  apply(key: number, size: number): void {
    const at = this.#find(key);
    const found = at < this.#n && this.#keys[at] === key;
    if (size > 0 && found) this.#sizes[at] = size;
    else if (size > 0) this.#insert(at, key, size);
    else if (found) this.#remove(at);
  }

  clear(): void {
    this.#n = 0;
  }

  levels(count: number, sign: number): Level[] {
    const out: Level[] = [];
    for (let i = this.#n - 1; i >= 0 && out.length < count; i--) out.push([sign * this.#keys[i]!, this.#sizes[i]!]);
    return out;
  }

  top(prices: Float64Array, sizes: Float64Array, sign: number): number {
    const count = Math.min(prices.length, sizes.length, this.#n);
    for (let i = 0; i < count; i++) {
      prices[i] = sign * this.#keys[this.#n - 1 - i]!;
      sizes[i] = this.#sizes[this.#n - 1 - i]!;
    }
    return count;
  }

  /** Index of the first key at or above `key`. */
  #find(key: number): number {
    // Most changes are near the touch: look at the last few before bisecting the rest.
    let high = this.#n;
    const near = Math.max(0, high - 8);
    while (high > near && this.#keys[high - 1]! >= key) high--;
    if (high > near) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, key: number, size: number): void {
    if (this.#n === this.#keys.length) this.#grow();
    this.#keys.copyWithin(at + 1, at, this.#n);
    this.#sizes.copyWithin(at + 1, at, this.#n);
    this.#keys[at] = key;
    this.#sizes[at] = size;
    this.#n++;
  }

  #remove(at: number): void {
    this.#keys.copyWithin(at, at + 1, this.#n);
    this.#sizes.copyWithin(at, at + 1, this.#n);
    this.#n--;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    const sizes = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    sizes.set(this.#sizes);
    this.#keys = keys;
    this.#sizes = sizes;
  }
}
