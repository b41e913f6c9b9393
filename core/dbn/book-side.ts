/** The resting size at a price. */
export interface RestingLevel {
  readonly isBid: boolean;
  /** Price in 1e-9. */
  readonly units: number;
  size: number;
  /** What was last told of it. */
  published: number;
  /** Changed since. */
  touched: boolean;
}

/** One side of a book, its best level last: changes are mostly there, where an array is cheap to change. */
export class BookSide {
  readonly levels: RestingLevel[] = [];
  readonly #isBid: boolean;

  constructor(isBid: boolean) {
    this.#isBid = isBid;
  }

  best(): RestingLevel | undefined {
    return this.levels.at(-1);
  }

  /** The level at a price, a new one if there is none. */
  at(units: number): RestingLevel {
    const place = this.#placeOf(units);
    const found = this.levels[place];
    if (found?.units === units) return found;
    const level = { isBid: this.#isBid, units, size: 0, published: 0, touched: false };
    this.levels.splice(place, 0, level);
    return level;
  }

  remove(level: RestingLevel): void {
    const place = this.#placeOf(level.units);
    if (this.levels[place] === level) this.levels.splice(place, 1);
  }

  clear(): void {
    this.levels.length = 0;
  }

  /** Where the price is, or would be. */
  #placeOf(units: number): number {
    let [from, to] = [0, this.levels.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const there = this.levels[middle]?.units ?? 0;
      if (this.#isBid ? there < units : there > units) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
