/**
 * Exponentially weighted mean, m ← m + 2 ÷ (span + 1) × (x − m), which begins with a value given or else with the first x.
 */
export class MovingMean {
  /** NaN before there is anything to go by. */
  value: number;
  private readonly weight: number;

  constructor(span: number, first: number | undefined) {
    this.weight = 2 / (span + 1);
    this.value = first ?? Number.NaN;
  }

  add(x: number): void {
    this.value = Number.isNaN(this.value) ? x : this.value + this.weight * (x - this.value);
  }
}
