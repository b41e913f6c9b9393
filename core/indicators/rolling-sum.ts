export interface RollingSumState {
  readonly ring: readonly number[];
  readonly slot: number;
  readonly rest: number;
  readonly newest: number;
}

/** The sum of the last `size` inputs, in constant time. */
export class RollingSum {
  // All but the newest input, which may still be replaced. Empty slots are 0 and add nothing.
  readonly #ring: Float64Array;
  #slot = 0;
  #rest = 0;
  #newest = 0;

  constructor(size: number) {
    this.#ring = new Float64Array(size - 1);
  }

  advance(): void {
    const ring = this.#ring;
    if (ring.length === 0) return;
    this.#rest += this.#newest - (ring[this.#slot] ?? 0);
    ring[this.#slot] = this.#newest;
    this.#slot += 1;
    if (this.#slot < ring.length) return;
    this.#slot = 0;
    // Summed afresh once per window, so that rounding errors of fractional inputs cannot pile up over a long run.
    this.#rest = ring.reduce((sum, value) => sum + value, 0);
  }

  compute(input: number): number {
    this.#newest = input;
    return this.#rest + input;
  }

  save(): RollingSumState {
    return { ring: [...this.#ring], slot: this.#slot, rest: this.#rest, newest: this.#newest };
  }

  load({ ring, slot, rest, newest }: RollingSumState): void {
    this.#ring.set(ring);
    this.#slot = slot;
    this.#rest = rest;
    this.#newest = newest;
  }
}
