import type { Fingerprint } from './fingerprint.ts';

/**
 * Knows what came before, by fingerprints of 64 bits: a set of strings takes ten times as long, and keeps the strings. What
 * was not there before is taken for a repetition once in 10^13 times, with 100,000 remembered.
 */
export class RecentFingerprints {
  private readonly most: number;
  private young: Fingerprints;
  private old: Fingerprints;
  /**
   * A bit for each, of the young and of the old in turns: one that has none was not there, and most that come have none. A
   * look costs one cache miss, where the lists and their indices cost four.
   */
  private readonly marks: Int32Array;
  private readonly shift: number;
  /** Which of two words is that of the young. */
  private side = 0;

  /** @param most how many are remembered at least; twice as many at most */
  constructor(most: number) {
    const bits = Math.ceil(Math.log2(Math.max(32, MARKS * most)));
    this.most = most;
    this.young = new Fingerprints(most);
    this.old = new Fingerprints(most);
    this.shift = 32 - bits;
    this.marks = new Int32Array((2 * 2 ** bits) / 32);
  }

  /** Whether it was there. It is not remembered by that. */
  has({ low, high }: Fingerprint): boolean {
    const { marks } = this;
    const place = high >>> this.shift;
    const word = 2 * (place >>> 5);
    const bits = (marks[word] ?? 0) | (marks[word + 1] ?? 0);
    return (bits & (1 << (place & 31))) !== 0 && (this.young.has(low, high) || this.old.has(low, high));
  }

  /** Remembers it. @returns whether it was not there */
  add({ low, high }: Fingerprint): boolean {
    if (this.young.count === this.most) this.turn();
    const isMarked = this.mark(high);
    if (isMarked) return this.young.add(low, high) && !this.old.has(low, high);
    this.young.append(low, high);
    return true;
  }

  /** Remembers one of which the caller knows that it was not there, in a third of the time. */
  addNew({ low, high }: Fingerprint): void {
    if (this.young.count === this.most) this.turn();
    this.mark(high);
    this.young.append(low, high);
  }

  /** Forgets what came before the last turn. For one that is to forget with time: to be called twice in that time. */
  turn(): void {
    [this.young, this.old] = [this.old, this.young];
    this.young.clear();
    this.side ^= 1;
    for (let i = this.side; i < this.marks.length; i += 2) this.marks[i] = 0;
  }

  /** @returns whether one with the same bit was there */
  private mark(high: number): boolean {
    const { marks, side } = this;
    const place = high >>> this.shift;
    const word = 2 * (place >>> 5);
    const bit = 1 << (place & 31);
    const young = marks[word + side] ?? 0;
    const old = marks[word + 1 - side] ?? 0;
    marks[word + side] = young | bit;
    return ((young | old) & bit) !== 0;
  }
}

/** Bits for each that is remembered: one in sixteen has the bit of another, at most. */
const MARKS = 16;

/** A list in order of coming, and an index into it that is brought up to date when somebody asks. */
class Fingerprints {
  count = 0;
  private indexed = 0;
  /** Low and high halves in turns. */
  private readonly halves: Int32Array;
  /** Open addressing: a place in the list, plus one; 0 for a free slot. A third of them is taken at most, so a free one is near. */
  private readonly slots: Int32Array;

  constructor(most: number) {
    this.halves = new Int32Array(2 * most);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(3 * most)));
  }

  append(low: number, high: number): void {
    const at = 2 * this.count++;
    this.halves[at] = low;
    this.halves[at + 1] = high;
  }

  /** @returns whether it was not there */
  add(low: number, high: number): boolean {
    if (this.indexed < this.count) this.index();
    const slot = this.slotOf(low, high);
    if (this.slots[slot] !== 0) return false;
    this.append(low, high);
    this.slots[slot] = ++this.indexed;
    return true;
  }

  has(low: number, high: number): boolean {
    if (this.indexed < this.count) this.index();
    return this.slots[this.slotOf(low, high)] !== 0;
  }

  clear(): void {
    if (this.indexed > 0) this.slots.fill(0);
    this.indexed = 0;
    this.count = 0;
  }

  private index(): void {
    const { halves, slots } = this;
    while (this.indexed < this.count) {
      const at = 2 * this.indexed++;
      slots[this.slotOf(halves[at] ?? 0, halves[at + 1] ?? 0)] = this.indexed;
    }
  }

  /** Where it is, or could be put. */
  private slotOf(low: number, high: number): number {
    const { halves, slots } = this;
    let slot = (low ^ (low >>> 15)) & (slots.length - 1);
    for (;;) {
      const at = 2 * (slots[slot] ?? 0) - 2;
      if (at < 0 || (halves[at] === low && halves[at + 1] === high)) return slot;
      slot = (slot + 1) & (slots.length - 1);
    }
  }
}
