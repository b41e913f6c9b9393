/**
 * Knows what came before, by fingerprints of 64 bits: a set of strings takes ten times as long, and keeps the strings. What
 * was not there before is taken for a repetition once in 10^13 times, with 100,000 remembered.
 */
export class RecentFingerprints {
  private readonly most: number;
  private young: Fingerprints;
  private old: Fingerprints;

  /** @param most how many are remembered at least; twice as many at most */
  constructor(most: number) {
    this.most = most;
    this.young = new Fingerprints(most);
    this.old = new Fingerprints(most);
  }

  /** Remembers it. @returns whether it was not there */
  add(low: number, high: number): boolean {
    if (this.young.count === this.most) this.turn();
    return this.young.add(low, high === 0 ? 1 : high) && !this.old.has(low, high === 0 ? 1 : high);
  }

  /** Forgets what came before the last turn. For one that is to forget with time: to be called twice in that time. */
  turn(): void {
    [this.young, this.old] = [this.old, this.young];
    this.young.clear();
  }
}

/** Open addressing in one array, by twos. A place whose high half is 0 is free. */
class Fingerprints {
  count = 0;
  private readonly halves: Int32Array;

  /** @param most a third of the places at most, so that a free one is near */
  constructor(most: number) {
    this.halves = new Int32Array(2 ** Math.ceil(Math.log2(6 * most)));
  }

  has(low: number, high: number): boolean {
    return this.halves[this.placeOf(low, high) + 1] !== 0;
  }

  add(low: number, high: number): boolean {
    const place = this.placeOf(low, high);
    if (this.halves[place + 1] !== 0) return false;
    this.halves[place] = low;
    this.halves[place + 1] = high;
    this.count++;
    return true;
  }

  clear(): void {
    this.halves.fill(0);
    this.count = 0;
  }

  /** Where it is, or could be put. */
  private placeOf(low: number, high: number): number {
    const { halves } = this;
    let place = (2 * (low ^ (low >>> 15))) & (halves.length - 1);
    while (halves[place + 1] !== 0 && (halves[place] !== low || halves[place + 1] !== high)) {
      place = (place + 2) & (halves.length - 1);
    }
    return place;
  }
}
