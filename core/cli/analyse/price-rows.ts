/** Rows of a chart or a table, each of so many neighbouring prices that there are `most` at most. */
export function joinRows<Row extends { readonly price: number }, Joined>(
  rows: readonly Row[],
  step: number,
  most: number,
  join: (price: number, rows: readonly Row[]) => Joined,
): { readonly height: number; readonly rows: readonly Joined[] } {
  const low = rows[0]?.price ?? 0;
  const high = rows.at(-1)?.price ?? 0;
  const steps = Math.round((high - low) / step) + 1;
  const perRow = Math.ceil(steps / most);
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const number = Math.floor(Math.round((row.price - low) / step) / perRow);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [row]);
    else group.push(row);
  }
  return {
    height: perRow * step,
    rows: [...groups].map(([number, group]) => join(low + number * perRow * step, group)),
  };
}
