import { type Micros, toMillis } from '../../domain/time.ts';

/** Cells per factor of e: a median to 0.05 %. */
const RESOLUTION = 1000;

export interface SkewFacts {
  readonly medianMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * Receipt time minus venue time. It is the way of the message plus the difference of two clocks; a negative one says that
 * our clock runs behind. The extremes are exact. The median comes from a histogram with cells of equal ratio (Tene's
 * HdrHistogram does the same), whose memory is bounded by its resolution and not by the number of rows.
 */
export class Skew {
  readonly #cells = new Map<number, number>();
  #rows = 0;
  #least: Micros = Infinity;
  #most: Micros = -Infinity;

  add(us: Micros): void {
    const cell = Math.sign(us) * Math.round(Math.log1p(Math.abs(us)) * RESOLUTION);
    this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + 1);
    this.#rows++;
    if (us < this.#least) this.#least = us;
    if (us > this.#most) this.#most = us;
  }

  /** `undefined` when no row had a receipt time of its own. */
  facts(): SkewFacts | undefined {
    if (this.#least === 0 && this.#most === 0) return undefined;
    return { medianMs: toMillis(this.#median()), leastMs: toMillis(this.#least), mostMs: toMillis(this.#most) };
  }

  #median(): Micros {
    let left = this.#rows / 2;
    for (const [cell, rows] of [...this.#cells].sort(([a], [b]) => a - b)) {
      left -= rows;
      if (left <= 0) return Math.sign(cell) * Math.round(Math.expm1(Math.abs(cell) / RESOLUTION));
    }
    return Number.NaN;
  }
}
