import { type Case, measureTogether, type Timing } from './measure.ts';

/** One line of the result. */
export interface Figure extends Timing {
  readonly group: string;
  readonly name: string;
  /** What `best` and `median` are nanoseconds of. */
  readonly per: string;
  /** Operations per second of CPU time, at best. */
  readonly perSecond: number;
  /** `best` as a multiple of the group's limit; 1 for the limit itself. */
  readonly ratio: number;
  /** What the ratio is held to. */
  readonly atMost?: number | undefined;
  /** What `best` is held to. */
  readonly atMostNs?: number | undefined;
}

export interface Group {
  readonly name: string;
  readonly per: string;
  readonly rounds: number;
  /** The first is the limit. */
  readonly cases: readonly (Case & Pick<Figure, 'atMost' | 'atMostNs'>)[];
}

/** Measures the cases of a group in turns and sets each beside the first of them. */
export async function measureGroup({ name: group, per, rounds, cases }: Group): Promise<readonly Figure[]> {
  const timings = await measureTogether(cases, rounds);
  const limit = timings[0]!.best;
  return cases.map(({ name, atMost, atMostNs }, i) => {
    const { best, median } = timings[i]!;
    return { group, name, per, best, median, perSecond: 1e9 / best, ratio: best / limit, atMost, atMostNs };
  });
}

/** Does it keep to its target? `undefined` without one. */
export const isWithin = ({ best, ratio, atMost, atMostNs }: Figure): boolean | undefined =>
  atMost === undefined && atMostNs === undefined
    ? undefined
    : ratio <= (atMost ?? Number.POSITIVE_INFINITY) && best <= (atMostNs ?? Number.POSITIVE_INFINITY);
