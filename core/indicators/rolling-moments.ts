export interface RollingMomentsState {
  readonly ring: readonly number[];
  readonly slot: number;
  readonly filled: number;
  readonly origin: number;
  readonly sum: number;
  readonly squares: number;
  readonly peak: number;
  readonly newest: number;
}

/** Below this share of its peak, the sum of squares has lost too many digits to rounding. */
const LOST = 1e-6;

/**
 * Mean and population standard deviation of the last `size` inputs, in constant time.
 *
 * Sums are taken of the distances from an origin, which is one of the inputs in the window: Σx² − (Σx)² ÷ n would lose
 * every digit for a price of 100,000 that moves by a tick. They are taken afresh, from a new origin, once per window, and
 * when a far input has left it: what is left of a large sum is mostly rounding error. A far input stays for a whole window,
 * so that is no more often.
 */
export class RollingMoments {
  readonly #size: number;
  // All but the newest input, which may still be replaced.
  readonly #ring: Float64Array;
  #slot = 0;
  #filled = 0;
  #origin = 0;
  #sum = 0;
  #squares = 0;
  /** Largest sum of squares since they were last taken afresh. */
  #peak = 0;
  #newest = 0;

  constructor(size: number) {
    this.#size = size;
    this.#ring = new Float64Array(size - 1);
  }

  advance(): void {
    const ring = this.#ring;
    if (ring.length === 0) return;
    if (this.#filled === ring.length) this.#count(ring[this.#slot] ?? 0, -1);
    else this.#filled += 1;
    ring[this.#slot] = this.#newest;
    this.#count(this.#newest, 1);
    this.#slot = (this.#slot + 1) % ring.length;
    if (this.#slot === 0 || this.#squares < LOST * this.#peak) this.#moveOrigin();
  }

  compute(input: number): { readonly mean: number; readonly deviation: number } {
    this.#newest = input;
    if (this.#filled === 0) this.#origin = input;
    const n = Math.min(this.#filled + 1, this.#size);
    const distance = input - this.#origin;
    const sum = this.#sum + distance;
    const offset = sum / n;
    const variance = (this.#squares + distance * distance) / n - offset * offset;
    // One division of whole numbers, so that the mean of prices in ticks equals that of a RollingSum to the bit.
    return { mean: (this.#origin * n + sum) / n, deviation: Math.sqrt(Math.max(variance, 0)) };
  }

  save(): RollingMomentsState {
    return {
      ring: [...this.#ring],
      slot: this.#slot,
      filled: this.#filled,
      origin: this.#origin,
      sum: this.#sum,
      squares: this.#squares,
      peak: this.#peak,
      newest: this.#newest,
    };
  }

  load(state: RollingMomentsState): void {
    this.#ring.set(state.ring);
    this.#slot = state.slot;
    this.#filled = state.filled;
    this.#origin = state.origin;
    this.#sum = state.sum;
    this.#squares = state.squares;
    this.#peak = state.peak;
    this.#newest = state.newest;
  }

  #count(value: number, times: 1 | -1): void {
    const distance = value - this.#origin;
    this.#sum += times * distance;
    this.#squares += times * distance * distance;
    this.#peak = Math.max(this.#peak, this.#squares);
  }

  #moveOrigin(): void {
    this.#origin = this.#newest;
    this.#sum = 0;
    this.#squares = 0;
    this.#peak = 0;
    for (let index = 0; index < this.#filled; index++) this.#count(this.#ring[index] ?? 0, 1);
  }
}
