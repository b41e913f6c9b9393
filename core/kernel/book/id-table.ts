/** An entry is four words, so that a search touches one line of the cache: low half, high half, place + 1 (0 is free), none. */
const WORDS = 4;
const HIGH = 1;
const PLACE = 2;

/**
 * Places by 64-bit id, which is given in two halves since a float64 cannot hold it: open addressing in one typed array.
 * Removing shifts back what had to move on, so that searches stay short without tombstones.
 */
export class IdTable {
  size = 0;
  /** Of entries. */
  #mask: number;
  #words: Int32Array;

  /** @param capacity a power of two; the table grows when half of it is taken */
  constructor(capacity = 1 << 12) {
    this.#mask = capacity - 1;
    this.#words = new Int32Array(capacity * WORDS);
  }

  /** Where the id lies in the table, for `placeAt` and `removeAt`; -1 when it does not. Good until the next change. */
  find(low: number, high: number): number {
    const words = this.#words;
    const [lowWord, highWord] = [low | 0, high | 0];
    let i = hash(low, high) & this.#mask;
    while (words[i * WORDS + PLACE] !== 0) {
      if (words[i * WORDS] === lowWord && words[i * WORDS + HIGH] === highWord) return i;
      i = (i + 1) & this.#mask;
    }
    return -1;
  }

  placeAt(i: number): number {
    return this.#words[i * WORDS + PLACE]! - 1;
  }

  /** Adds an id; false when it is there already. */
  add(low: number, high: number, place: number): boolean {
    if ((this.size + 1) * 3 > this.#mask) this.#grow();
    const words = this.#words;
    const [lowWord, highWord] = [low | 0, high | 0];
    let i = hash(low, high) & this.#mask;
    while (words[i * WORDS + PLACE] !== 0) {
      if (words[i * WORDS] === lowWord && words[i * WORDS + HIGH] === highWord) return false;
      i = (i + 1) & this.#mask;
    }
    words[i * WORDS] = lowWord;
    words[i * WORDS + HIGH] = highWord;
    words[i * WORDS + PLACE] = place + 1;
    this.size++;
    return true;
  }

  removeAt(at: number): void {
    this.size--;
    const words = this.#words;
    const mask = this.#mask;
    let gap = at;
    for (let i = (at + 1) & mask; words[i * WORDS + PLACE] !== 0; i = (i + 1) & mask) {
      const home = hash(words[i * WORDS]!, words[i * WORDS + HIGH]!) & mask;
      // It may fill the gap unless its home lies behind the gap, seen round the ring.
      if (((i - home) & mask) < ((i - gap) & mask)) continue;
      words[gap * WORDS] = words[i * WORDS]!;
      words[gap * WORDS + HIGH] = words[i * WORDS + HIGH]!;
      words[gap * WORDS + PLACE] = words[i * WORDS + PLACE]!;
      gap = i;
    }
    words[gap * WORDS + PLACE] = 0;
  }

  clear(): void {
    this.#words.fill(0);
    this.size = 0;
  }

  #grow(): void {
    const words = this.#words;
    const capacity = (this.#mask + 1) * 2;
    this.#mask = capacity - 1;
    this.#words = new Int32Array(capacity * WORDS);
    this.size = 0;
    for (let i = 0; i < words.length; i += WORDS) {
      if (words[i + PLACE] !== 0) this.add(words[i]!, words[i + HIGH]!, words[i + PLACE]! - 1);
    }
  }
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
