import { addSizes } from './add-sizes.ts';
import { EMPTY, TickRing } from './tick-ring.ts';

const NONE = -1;
/** Words of a level: number of its orders, and the first and the last of its queue plus one, so that 0 is none. */
const WORDS = 4;
const FIRST = 1;
const LAST = 2;

/** One side of a book of orders: per level its size, its number of orders, and the two ends of its queue. */
export class OrderSide extends TickRing {
  #totals: Float64Array;
  #words: Int32Array;

  constructor(window: number) {
    super(window);
    this.#totals = new Float64Array(window);
    this.#words = new Int32Array(window * WORDS);
  }

  get bestSize(): number {
    return this.best === EMPTY ? 0 : this.#totals[this.slotOf(this.best)]!;
  }

  get bestOrders(): number {
    return this.best === EMPTY ? 0 : this.#words[this.slotOf(this.best) * WORDS]!;
  }

  sizeAt(key: number): number {
    const index = this.find(key);
    return index === -1 ? 0 : this.#totals[index]!;
  }

  ordersAt(key: number): number {
    const index = this.find(key);
    return index === -1 ? 0 : this.#words[index * WORDS]!;
  }

  /** The order that was there first; -1 when nothing rests. */
  firstAt(key: number): number {
    const index = this.find(key);
    return index === -1 ? NONE : this.#words[index * WORDS + FIRST]! - 1;
  }

  /** Puts an order at the end of the queue at a price; the one that stands before it, or -1. */
  append(key: number, order: number, size: number): number {
    // Taking a level may put larger arrays in the place of these.
    const index = this.take(key);
    const words = this.#words;
    const at = index * WORDS;
    const before = words[at + LAST]! - 1;
    if (before === NONE) words[at + FIRST] = order + 1;
    words[at + LAST] = order + 1;
    words[at]!++;
    this.#totals[index] = addSizes(this.#totals[index]!, size);
    return before;
  }

  /** @param key of a level with orders */
  resize(key: number, by: number): void {
    const index = this.at(key);
    this.#totals[index] = addSizes(this.#totals[index]!, by);
  }

  /** Takes an order out between its neighbours, either of which may be -1. */
  remove(key: number, size: number, before: number, after: number): void {
    const index = this.at(key);
    const words = this.#words;
    const at = index * WORDS;
    if (before === NONE) words[at + FIRST] = after + 1;
    if (after === NONE) words[at + LAST] = before + 1;
    if (--words[at]! > 0) {
      this.#totals[index] = addSizes(this.#totals[index]!, -size);
    } else {
      this.#totals[index] = 0;
      this.drop(key);
    }
  }

  protected override move(from: number, to: number): void {
    this.#totals[to] = this.#totals[from]!;
    this.#totals[from] = 0;
    this.#words.copyWithin(to * WORDS, from * WORDS, (from + 1) * WORDS);
    this.#words.fill(0, from * WORDS, (from + 1) * WORDS);
  }

  protected override grow(capacity: number): void {
    if (capacity <= this.#totals.length) return;
    const [totals, words] = [this.#totals, this.#words];
    this.#allocate(totals.length * 2);
    this.#totals.set(totals);
    this.#words.set(words);
  }

  protected override empty(): void {
    this.#allocate(this.window);
  }

  #allocate(levels: number): void {
    this.#totals = new Float64Array(levels);
    this.#words = new Int32Array(levels * WORDS);
  }
}
