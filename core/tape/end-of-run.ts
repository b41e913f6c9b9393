/**
 * How far rows from `at` go on before it is another stream's turn: the first row at or past `limit`, or `to`. `values` do
 * not go down. The row at `at` is taken whatever its value: the caller knows that its turn has come.
 *
 * Steps double, then halve: cheap for runs of one row and of a thousand.
 */
export function endOfRun(values: Float64Array, at: number, to: number, limit: number): number {
  let low = at;
  let step = 1;
  while (low + step < to && values[low + step]! < limit) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, to);
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < limit) low = middle;
    else high = middle;
  }
  return high;
}
