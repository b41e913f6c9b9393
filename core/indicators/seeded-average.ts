/**
 * Exponential smoothing that starts from the plain mean of the first `period` inputs, as TA-Lib's does.
 *
 * Formula  mean of the first `period` inputs, then average += weight × (input − average)
 */
export class SeededAverage {
  readonly #period: number;
  readonly #weight: number;
  // The sum of the inputs while seeding, the average afterwards.
  #past = 0;
  #present = 0;

  constructor(period: number, weight: number) {
    this.#period = period;
    this.#weight = weight;
  }

  advance(): void {
    this.#past = this.#present;
  }

  /** The average with `input` as the `count`-th, counted from 1; `undefined` while seeding. */
  compute(input: number, count: number): number | undefined {
    if (count <= this.#period) {
      const sum = this.#past + input;
      this.#present = count === this.#period ? sum / count : sum;
    } else {
      this.#present = this.#past + this.#weight * (input - this.#past);
    }
    return count < this.#period ? undefined : this.#present;
  }

  save(): readonly [past: number, present: number] {
    return [this.#past, this.#present];
  }

  load([past, present]: readonly [number, number]): void {
    this.#past = past;
    this.#present = present;
  }
}

export type SeededAverageState = ReturnType<SeededAverage['save']>;
