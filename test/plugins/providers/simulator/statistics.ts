/** Plain statistics of number series, each as its textbook has it. */

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;

export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((total, value) => total + (value - centre) ** 2, 0) / values.length;
}

export const share = (values: readonly number[], holds: (value: number, i: number) => boolean): number =>
  values.filter(holds).length / values.length;

/** The value that a share `q` of the values stays below. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function autocorrelation(values: readonly number[], lag: number): number {
  const centre = mean(values);
  let together = 0;
  for (let i = lag; i < values.length; i++) together += ((values[i] ?? 0) - centre) * ((values[i - lag] ?? 0) - centre);
  return together / values.length / variance(values);
}

/** Fourth moment in units of the squared variance, less the 3 of a normal distribution. */
export function excessKurtosis(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 4)) / variance(values) ** 2 - 3;
}

export const differences = (values: readonly number[]): number[] =>
  values.slice(1).map((value, i) => value - (values[i] ?? 0));
