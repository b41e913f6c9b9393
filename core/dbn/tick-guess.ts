const UNITS_PER_ONE = 1e9;
/** Different prices after which their common divisor is trusted to be the tick and not a coincidence. */
const ENOUGH = 20;

/** Guesses the tick size of an instrument from prices in 1e-9. */
export class TickGuess {
  #divisor = 0;
  readonly #seen = new Set<number>();

  add(units: number): void {
    const magnitude = Math.abs(units);
    if (magnitude === 0 || !Number.isSafeInteger(magnitude)) return;
    if (this.#seen.size < ENOUGH) this.#seen.add(magnitude);
    let [big, small] = [this.#divisor, magnitude];
    while (small > 0) [big, small] = [small, big % small];
    this.#divisor = big;
  }

  /** The common divisor; with few prices the last decimal place in use; `undefined` with none. */
  tickSize(): number | undefined {
    if (this.#divisor === 0) return undefined;
    if (this.#seen.size >= ENOUGH) return this.#divisor / UNITS_PER_ONE;
    let decimals = 0;
    while (decimals < 9 && this.#divisor % 10 ** (9 - decimals) !== 0) decimals++;
    return 1 / 10 ** decimals;
  }
}
