/**
 * How far rows from `at` go on before another stream's turn: the first row past `limit`, or at it unless `inclusive`;
 * `to` when there is none. `values` do not go down, and the row at `at` is known to belong.
 *
 * Steps double, then halve: cheap for runs of one row and of a thousand.
 */
export function endOfRun(values: Float64Array, at: number, to: number, limit: number, inclusive: boolean): number {
  const belongs = (row: number) => values[row]! < limit || (inclusive && values[row] === limit);
  let low = at;
  let step = 1;
  while (low + step < to && belongs(low + step)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, to);
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (belongs(middle)) low = middle;
    else high = middle;
  }
  return high;
}
