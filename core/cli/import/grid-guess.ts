/** Different values after which their common divisor is trusted to be the grid and not a coincidence. */
const ENOUGH = 20;

/** Guesses the step of a grid, such as a tick size, from values as the file writes them. */
export class GridGuess {
  #decimals = 0;
  /** Greatest common divisor of the values, in units of 10^-decimals. */
  #divisor = 0;
  readonly #seen = new Set<string>();

  add(text: string): void {
    if (this.#seen.size < ENOUGH) this.#seen.add(text);
    const decimals = decimalsOf(text);
    if (decimals > this.#decimals) {
      this.#divisor *= 10 ** (decimals - this.#decimals);
      this.#decimals = decimals;
    }
    const units = Math.round(Math.abs(Number(text)) * 10 ** this.#decimals);
    if (Number.isSafeInteger(units)) this.#divisor = commonDivisor(this.#divisor, units);
  }

  /** The common divisor (0.25 for ES); with few values the last decimal place; `undefined` with none. */
  step(): number | undefined {
    if (this.#divisor === 0) return undefined;
    return (this.#seen.size < ENOUGH ? 1 : this.#divisor) / 10 ** this.#decimals;
  }

  /** The last decimal place in use, for quantities, which often come in round lots. */
  decimalStep(): number | undefined {
    return this.#divisor === 0 ? undefined : 1 / 10 ** this.#decimals;
  }
}

/** Decimal places in use: 1 for `58710.20`. */
function decimalsOf(text: string): number {
  const dot = text.indexOf('.');
  if (dot < 0) return 0;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  return end - dot - 1;
}

function commonDivisor(a: number, b: number): number {
  let [big, small] = [a, b];
  while (small > 0) [big, small] = [small, big % small];
  return big;
}
