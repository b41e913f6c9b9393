/**
 * Calls `load` for 0 to `count - 1` and yields the results in order, with up to `depth` calls under way while the consumer
 * works on the one before. Memory is bounded by `depth`; an error arrives in its turn.
 */
export async function* readAhead<T>(
  range: { readonly from: number; readonly to: number },
  depth: number,
  load: (n: number) => Promise<T>,
): AsyncGenerator<T> {
  const underWay: Promise<T>[] = [];
  let next = range.from;
  const start = () => {
    const result = load(next++);
    // Its error is reported when its turn comes, or never if the consumer stops before: in neither case is it unhandled.
    result.catch(() => undefined);
    underWay.push(result);
  };
  while (next < range.to && underWay.length < depth) start();
  for (let result = underWay.shift(); result !== undefined; result = underWay.shift()) {
    const value = await result;
    if (next < range.to) start();
    yield value;
  }
}
