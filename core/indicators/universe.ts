import { MillraceError } from '../errors/millrace-error.ts';
import { Incremental } from './incremental.ts';
import type { BarValues, RevisableIndicator } from './indicator.ts';

interface Formula<In, Out> {
  readonly create: () => RevisableIndicator<In, Out>;
}

export interface UniverseSnapshot {
  readonly name: string;
  readonly states: readonly unknown[];
}

/**
 * One formula over many instruments: what `instruments` indicators would compute, with one object for all and their states
 * row by row in one typed array, by `instrument.index`.
 *
 * In       the index of an instrument in a run, 0 to `instruments` − 1, and its input
 * Out      as from an indicator of its own
 * Errors   INDICATOR_BAD_OPTION for an index outside, and those of the formula
 *
 * Example  const powers = new Universe(rsi(14), instruments.length); powers.update(instrument.index, bar.close)
 */
export class Universe<In extends number | BarValues, Out> {
  readonly name: string;
  readonly warmup: number;
  readonly size: number;
  readonly #seat: (index: number) => RevisableIndicator<In, Out>;

  constructor(formula: Formula<In, Out>, instruments: number) {
    const one = formula.create();
    this.name = one.name;
    this.warmup = one.warmup;
    this.size = instruments;
    this.#seat = one instanceof Incremental ? inRows(one, instruments) : oneEach(formula, instruments);
  }

  update(index: number, input: In): Out | undefined {
    return this.#at(index).update(input);
  }

  replace(index: number, input: In): Out | undefined {
    return this.#at(index).replace(input);
  }

  /** The last value of one instrument; `undefined` while warming up. */
  value(index: number): Out | undefined {
    return this.#at(index).value;
  }

  snapshot(): UniverseSnapshot {
    return { name: this.name, states: Array.from({ length: this.size }, (_, index) => this.#at(index).snapshot()) };
  }

  /** Continues from a snapshot of a universe of the same formula and size. */
  restore({ name, states }: UniverseSnapshot): void {
    if (name !== this.name || states.length !== this.size) throw otherUniverse(this, name, states.length);
    for (const [index, state] of states.entries()) this.#at(index).restore(state as never);
  }

  #at(index: number): RevisableIndicator<In, Out> {
    if (!(index >= 0 && index < this.size)) throw outside(this.name, index, this.size);
    return this.#seat(index);
  }
}

/** Points the one indicator at the row of an instrument. */
function inRows<One extends Incremental<never, unknown>>(one: One, instruments: number): (index: number) => One {
  const { width } = one;
  const fresh = one.cells.slice(one.base, one.base + width);
  const rows = new Float64Array(instruments * width);
  for (let index = 0; index < instruments; index++) rows.set(fresh, index * width);
  one.cells = rows;
  return (index) => {
    one.base = index * width;
    return one;
  };
}

/** For formulas that keep more than a row: an indicator per instrument. */
function oneEach<In, Out>(
  formula: Formula<In, Out>,
  instruments: number,
): (index: number) => RevisableIndicator<In, Out> {
  const each = Array.from({ length: instruments }, () => formula.create());
  return (index) => each[index] as RevisableIndicator<In, Out>;
}

function outside(name: string, index: number, size: number): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_OPTION',
    where: { path: `universe of ${name}` },
    was: `instrument ${index}`,
    expected: `the index of one of ${size} instruments`,
    fix: 'make the universe with as many instruments as the run has',
  });
}

function otherUniverse(universe: { name: string; size: number }, name: string, size: number): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_SNAPSHOT',
    where: { path: `universe of ${universe.name}` },
    was: `a snapshot of ${name} for ${size} instruments`,
    expected: `a snapshot of ${universe.name} for ${universe.size}`,
    fix: 'restore into a universe with the settings that the snapshot was taken with',
  });
}
