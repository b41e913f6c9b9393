/** What a pipeline did with the data. All ways of running it must agree. */
export interface Outcome {
  readonly decisionHash: string;
  readonly decisions: number;
  readonly orders: number;
  readonly fills: number;
  readonly refusals: number;
  /** Realised and open, in ticks. */
  readonly pnlTicks: number;
}

/** Throws when two ways of running the same pipeline did not do the same. */
export function demandEqual(name: string, found: Outcome, expected: Outcome): void {
  for (const key of Object.keys(expected) as (keyof Outcome)[]) {
    if (found[key] === expected[key]) continue;
    throw new Error(`${name}: ${key} is ${found[key]}, the fused loop has ${expected[key]}`);
  }
}
