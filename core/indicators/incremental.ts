import { MillraceError } from '../errors/millrace-error.ts';
import type { BarValues, IndicatorSnapshot, RevisableIndicator } from './indicator.ts';
import { Room } from './room.ts';

/** Cell of every room: inputs taken so far. */
export const COUNT = 0;

/**
 * What all our formulas share: their state lies in one row of doubles, which makes snapshots and universes the same for
 * all. The last input is kept apart from the state before it, so that `replace` computes what `update` would have.
 */
export abstract class Incremental<In extends number | BarValues, Out>
  extends Room
  implements RevisableIndicator<In, Out>
{
  readonly name: string;
  readonly warmup: number;

  constructor(name: string, warmup: number) {
    super();
    this.name = name;
    this.warmup = warmup;
    this.reserve(1);
  }

  abstract get value(): Out | undefined;
  abstract update(input: In): Out | undefined;
  abstract replace(input: In): Out | undefined;

  /** Counts a fresh input. Gives the inputs so far. */
  protected count(fresh: boolean): number {
    const count = (this.cells[this.base + COUNT] ?? 0) + (fresh ? 1 : 0);
    this.cells[this.base + COUNT] = count;
    return count;
  }

  snapshot(): IndicatorSnapshot {
    const state = Array.from(this.cells.subarray(this.base, this.base + this.width), written);
    return { name: this.name, count: Number(state[COUNT]), state };
  }

  restore(snapshot: IndicatorSnapshot): void {
    const { name, state } = snapshot;
    if (name !== this.name || !Array.isArray(state) || state.length !== this.width) {
      throw wrongSnapshot(this.name, name);
    }
    this.cells.set(state.map(Number), this.base);
  }

  protected nothingToReplace(): MillraceError {
    return new MillraceError({
      code: 'INDICATOR_NOTHING_TO_REPLACE',
      where: { path: this.name },
      was: 'replace before the first update',
      expected: 'an input to take the place of',
      fix: 'call update for the first value of each bar, replace for the later ones',
    });
  }
}

/** JSON has neither NaN nor infinities nor a negative zero. */
const written = (cell: number): number | string =>
  Number.isFinite(cell) && !Object.is(cell, -0) ? cell : Object.is(cell, -0) ? '-0' : String(cell);

function wrongSnapshot(name: string, found: string): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_SNAPSHOT',
    where: { path: name },
    was: `a snapshot of ${found}`,
    expected: `a snapshot of ${name}`,
    fix: 'restore into an indicator with the settings that the snapshot was taken with',
  });
}
