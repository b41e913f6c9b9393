/** Sizes finer than this are no sizes: what is left of 0.1 + 0.2 - 0.3 must not stay in a book as a level. */
const PER_UNIT = 1e9;

/** The sum of two sizes, without the crumbs of binary fractions. Exact for whole lots. */
export function addSizes(a: number, b: number): number {
  const sum = a + b;
  return Math.floor(sum) === sum ? sum : Math.round(sum * PER_UNIT) / PER_UNIT;
}
