/** Best key of a side without levels. Keys are whole numbers above it, within 32 bits. */
export const EMPTY = -0x8000_0000;
/** The highest key, and its negative the lowest. */
export const LAST_KEY = 0x7fff_ffff;

/**
 * Where the levels of one side of a book lie: a ring over the keys [base, base + window), a bit per occupied slot to find
 * the next level with one `clz32`, and a Map for the levels below `base`. A level is an index into arrays of whoever
 * extends this: below `window` for levels of the ring, from there on for those of the Map.
 *
 * Keys are ticks for bids and negated ticks for asks, so that the best level is the highest key on both sides. The window
 * always holds the best level, three quarters up after each move, so nothing is ever above it. Slots are found with
 * `key & mask`, which stays right for negative keys.
 */
export abstract class TickRing {
  best = EMPTY;
  /** Levels. */
  count = 0;
  protected readonly window: number;
  readonly #mask: number;
  readonly #occupied: Int32Array;
  readonly #far = new Map<number, number>();
  readonly #freeFar: number[] = [];
  #base = 0;
  #capacity: number;

  /** @param window ticks held in the ring, a power of two from 128 */
  constructor(window: number) {
    this.window = window;
    this.#mask = window - 1;
    this.#occupied = new Int32Array(window >> 5);
    this.#capacity = window;
  }

  /** The state of a level, at another index from now on; what it leaves behind is empty. */
  protected abstract move(from: number, to: number): void;
  /** Makes room for indexes below `capacity`. */
  protected abstract grow(capacity: number): void;
  /** Empties all levels. */
  protected abstract empty(): void;

  /** Where a level is; -1 where there is none. */
  find(key: number): number {
    if (key > this.best) return -1;
    if (key < this.#base) return this.#far.get(key) ?? -1;
    const slot = key & this.#mask;
    return (this.#occupied[slot >> 5]! & (1 << (slot & 31))) === 0 ? -1 : slot;
  }

  /** Where a level is that is known to exist. */
  at(key: number): number {
    return key >= this.#base ? key & this.#mask : this.#far.get(key)!;
  }

  /** Where a level is, which begins to exist if need be. */
  take(key: number): number {
    if (key > this.best) this.#raiseBest(key);
    if (key < this.#base) return this.#takeFar(key);
    const slot = key & this.#mask;
    const word = this.#occupied[slot >> 5]!;
    const bit = 1 << (slot & 31);
    if ((word & bit) === 0) {
      this.#occupied[slot >> 5] = word | bit;
      this.count++;
    }
    return slot;
  }

  /** A level that exists, and is empty, is gone. */
  drop(key: number): void {
    this.count--;
    if (key < this.#base) {
      this.#freeFar.push(this.#far.get(key)!);
      this.#far.delete(key);
      return;
    }
    this.#unmark(key & this.#mask);
    if (key === this.best) this.#lowerBest();
  }

  /** The highest level of the ring at or below a key; EMPTY when there is none. Those of the Map come after all of these. */
  next(key: number): number {
    let at = key;
    while (at >= this.#base) {
      const slot = at & this.#mask;
      const bit = slot & 31;
      const word = this.#occupied[slot >> 5]! & (0xffffffff >>> (31 - bit));
      if (word !== 0) return at - bit + 31 - Math.clz32(word);
      at -= bit + 1;
    }
    return EMPTY;
  }

  /** Keys beyond the ring, the best first. Sorted afresh: few ask for levels so far away. */
  farKeys(): readonly number[] {
    return this.#far.size === 0 ? [] : [...this.#far.keys()].sort((a, b) => b - a);
  }

  slotOf(key: number): number {
    return key & this.#mask;
  }

  clear(): void {
    this.#occupied.fill(0);
    this.#far.clear();
    this.#freeFar.length = 0;
    this.#capacity = this.window;
    this.best = EMPTY;
    this.count = 0;
    this.empty();
  }

  #unmark(slot: number): void {
    this.#occupied[slot >> 5]! &= ~(1 << (slot & 31));
  }

  #takeFar(key: number): number {
    const known = this.#far.get(key);
    if (known !== undefined) return known;
    this.count++;
    const index = this.#freeFar.pop() ?? this.#newFar();
    this.#far.set(key, index);
    return index;
  }

  #newFar(): number {
    this.grow(++this.#capacity);
    return this.#capacity - 1;
  }

  #raiseBest(key: number): void {
    if (this.best === EMPTY || key >= this.#base + this.window) this.#moveTo(key);
    this.best = key;
  }

  #lowerBest(): void {
    this.best = this.next(this.best - 1);
    if (this.best === EMPTY) for (const key of this.#far.keys()) if (key > this.best) this.best = key;
    // Close to the lower edge most levels would go to the Map, so the window follows the market down.
    if (this.best !== EMPTY && this.best < this.#base + (this.window >> 2)) this.#moveTo(this.best);
  }

  #moveTo(best: number): void {
    // Whole words of the bitmap: `next` may then stop at `base` without masking the last word.
    const base = Math.floor((best - (this.window >> 2) * 3) / 32) * 32;
    // Moving up, levels fall out below the new window; moving down, levels come back from the Map. Never both.
    for (let key = this.next(Math.min(base, this.#base + this.window) - 1); key !== EMPTY; key = this.next(key - 1)) {
      const slot = key & this.#mask;
      const index = this.#freeFar.pop() ?? this.#newFar();
      this.#far.set(key, index);
      this.move(slot, index);
      this.#unmark(slot);
    }
    this.#base = base;
    for (const [key, index] of this.#far) {
      if (key < base) continue;
      const slot = key & this.#mask;
      this.move(index, slot);
      this.#occupied[slot >> 5]! |= 1 << (slot & 31);
      this.#far.delete(key);
      this.#freeFar.push(index);
    }
  }
}
