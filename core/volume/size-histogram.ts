import { SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import { checkWhole, checkWithin } from './option-checks.ts';

/** Trades of at least a size. */
export interface TradesFrom {
  /** Smallest size among them, contracts or coins. */
  readonly size: number;
  readonly trades: number;
  readonly volume: number;
  readonly buy: number;
  readonly sell: number;
}

interface Cell {
  trades: number;
  volume: number;
  buy: number;
  sell: number;
}

/**
 * How many trades of which size.
 *
 * Memory   one cell per distinct size, at most `maxSizes`. When there are more, sizes are rounded to steps, first the smallest
 *          size seen and then twice as wide each time; `step` says how wide, 0 while every size is exact. Volumes stay exact
 */
export class SizeHistogram {
  readonly #maxSizes: number;
  #cells = new Map<number, Cell>();
  #step = 0;
  #trades = 0;

  constructor(maxSizes = 65_536) {
    checkWhole('maxSizes', maxSizes, 2);
    this.#maxSizes = maxSizes;
  }

  get trades(): number {
    return this.#trades;
  }

  get step(): number {
    return this.#step;
  }

  /** @param size above 0 */
  add(size: number, side: number): void {
    const cell = this.#cellOf(this.#rounded(size));
    cell.trades++;
    cell.volume += size;
    if (side === SIDE_BUY) cell.buy += size;
    if (side === SIDE_SELL) cell.sell += size;
    this.#trades++;
    while (this.#cells.size > this.#maxSizes) this.#widen();
  }

  /**
   * The size that `percent` per cent of the trades do not exceed, by nearest rank: of n trades in order of size the
   * ⌈percent ÷ 100 × n⌉th. `undefined` without trades. Costs a sort of the sizes.
   */
  percentile(percent: number): number | undefined {
    checkWithin('percent', percent, 0, 100);
    // What is left of a division must not lift a whole rank by one.
    let left = Math.ceil((percent / 100) * this.#trades - 1e-9 * this.#trades);
    for (const [size, { trades }] of this.#sorted()) {
      left -= trades;
      if (left <= 0) return size;
    }
    return undefined;
  }

  /** Trades of `size` and more. */
  from(size: number): TradesFrom {
    const sum = { size, trades: 0, volume: 0, buy: 0, sell: 0 };
    for (const [each, cell] of this.#sorted()) if (each >= size) addCell(sum, cell);
    return sum;
  }

  #sorted(): [number, Cell][] {
    return [...this.#cells].sort(([a], [b]) => a - b);
  }

  #cellOf(size: number): Cell {
    const known = this.#cells.get(size);
    if (known !== undefined) return known;
    const cell = { trades: 0, volume: 0, buy: 0, sell: 0 };
    this.#cells.set(size, cell);
    return cell;
  }

  #rounded(size: number): number {
    return this.#step === 0 ? size : Math.max(1, Math.round(size / this.#step)) * this.#step;
  }

  #widen(): void {
    const narrow = this.#cells;
    this.#step = this.#step === 0 ? smallest(narrow.keys()) : this.#step * 2;
    this.#cells = new Map();
    for (const [size, cell] of narrow) addCell(this.#cellOf(this.#rounded(size)), cell);
  }
}

function smallest(sizes: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const size of sizes) if (size < least) least = size;
  return least;
}

function addCell(sum: Cell, { trades, volume, buy, sell }: Cell): void {
  sum.trades += trades;
  sum.volume += volume;
  sum.buy += buy;
  sum.sell += sell;
}
