import type { Micros } from '../domain/time.ts';

const DAY: Micros = 86_400_000_000;
const PER_DAY = 1 / DAY;

/**
 * Instants in order, and a table that says for each day of UTC how many lie before it: how many there are up to a given one
 * is found with two reads and a step or two, wherever it lies.
 */
export class Instants {
  readonly at: Float64Array;
  private readonly firstDay: number;
  private readonly before: Int32Array;

  constructor(ordered: readonly Micros[]) {
    this.at = Float64Array.from(ordered);
    this.firstDay = Math.floor((ordered[0] ?? 0) / DAY);
    const lastDay = Math.floor((ordered.at(-1) ?? 0) / DAY);
    this.before = new Int32Array(lastDay - this.firstDay + 1);
    let count = 0;
    for (let day = 0; day < this.before.length; day++) {
      while ((ordered[count] as Micros) < (this.firstDay + day) * DAY) count++;
      this.before[day] = count;
    }
  }

  /** The number of instants at or before `us`. */
  upTo(us: Micros): number {
    const { at, before } = this;
    // A product in place of a quotient: it is exact to a millionth of a second, and so for whole microseconds.
    const days = us * PER_DAY - this.firstDay;
    if (!(days >= 0)) return 0;
    if (days >= before.length) return at.length;
    let count = before[days | 0] as number;
    while (us >= (at[count] as number)) count++;
    return count;
  }
}
