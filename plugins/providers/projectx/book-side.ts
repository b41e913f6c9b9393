/** Resting sizes of one side by price in whole ticks. */
export class BookSide {
  private readonly sign: 1 | -1;
  private readonly sizes = new Map<number, number>();
  /** Ticks times sign, ascending: the best price is the last one on either side. */
  private readonly keys: number[] = [];

  /** @param sign 1 for bids, whose best price is the highest; -1 for asks */
  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  get best(): number | undefined {
    const key = this.keys.at(-1);
    return key === undefined ? undefined : key * this.sign;
  }

  get count(): number {
    return this.keys.length;
  }

  sizeAt(ticks: number): number {
    return this.sizes.get(ticks) ?? 0;
  }

  set(ticks: number, size: number): void {
    const known = this.sizes.has(ticks);
    if (size === 0) {
      if (!known) return;
      this.sizes.delete(ticks);
      this.keys.splice(this.placeOf(ticks * this.sign), 1);
      return;
    }
    this.sizes.set(ticks, size);
    if (!known) this.keys.splice(this.placeOf(ticks * this.sign), 0, ticks * this.sign);
  }

  /** Removes the levels better than this price, or as good as it; answers them, best first. */
  prune(ticks: number, including: boolean): readonly number[] {
    const limit = ticks * this.sign;
    const gone: number[] = [];
    for (
      let key = this.keys.at(-1);
      key !== undefined && (including ? key >= limit : key > limit);
      key = this.keys.at(-1)
    ) {
      this.keys.pop();
      this.sizes.delete(key * this.sign);
      gone.push(key * this.sign);
    }
    return gone;
  }

  clear(): void {
    this.sizes.clear();
    this.keys.length = 0;
  }

  private placeOf(key: number): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
