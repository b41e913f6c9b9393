import type { Micros } from '../domain/time.ts';

/** What a batch's header says of its rows, so that a reader can find its way without unpacking them. */
export interface BatchFacts {
  /** Sequence number (for decisions: index) of the first and last row. */
  readonly seq: readonly [first: number, last: number];
  /** Receipt time (for decisions: time) of the first and last row, microseconds. */
  readonly ts: readonly [first: Micros, last: Micros];
  /** Sequence numbers go up by one from row to row, so the column need not be unpacked. */
  readonly consecutive?: boolean;
  /** Venue time equals receipt time on every row, so one column tells both. */
  readonly sameTimes?: boolean;
  /** Number of the only instrument in the batch. */
  readonly instrument?: number;
}

const KEY = 'millrace';

export const factsToMetadata = (facts: BatchFacts): Map<string, string> => new Map([[KEY, JSON.stringify(facts)]]);

export function factsOfMetadata(metadata: ReadonlyMap<string, string>): BatchFacts | undefined {
  const text = metadata.get(KEY);
  return text === undefined ? undefined : (JSON.parse(text) as BatchFacts);
}
