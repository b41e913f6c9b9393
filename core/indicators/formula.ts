import { COUNT, Incremental } from './incremental.ts';
import {
  type BarFormula,
  type BarValues,
  barFormula,
  checkInput,
  type NumberFormula,
  numberFormula,
} from './indicator.ts';
import type { Room } from './room.ts';

/**
 * One step of a formula. `fresh` says that `input` is a new one; otherwise it takes the place of the last. NaN (in any
 * field) means that there is no value: warming up, or a quotient with nothing below the line.
 *
 * State lives in blocks that were given the room, nowhere else. A block must be stepped at every input, or at none until
 * a fixed count: what comes now and then could not be taken back.
 */
export type Step<In, Result> = (input: In, fresh: boolean) => Result;
export type Build<In, Result> = (room: Room) => Step<In, Result>;

const VALUE = COUNT + 1;

/** A formula of blocks with one result. */
class Line<In extends number | BarValues> extends Incremental<In, number> {
  readonly #step: Step<In, number>;

  constructor(name: string, warmup: number, build: Build<In, number>) {
    super(name, warmup);
    this.reserve(1);
    this.#step = build(this);
    this.settle();
    this.cells[this.base + VALUE] = Number.NaN;
  }

  get value(): number | undefined {
    return present(this.cells[this.base + VALUE]);
  }

  update(input: In): number | undefined {
    checkInput(this, input);
    return this.#take(input, true);
  }

  replace(input: In): number | undefined {
    checkInput(this, input);
    if (this.cells[this.base + COUNT] === 0) throw this.nothingToReplace();
    return this.#take(input, false);
  }

  #take(input: In, fresh: boolean): number | undefined {
    // The step first: an input that it refuses has not been counted.
    const result = this.#step(input, fresh);
    const value = this.count(fresh) < this.warmup ? undefined : present(result);
    this.cells[this.base + VALUE] = value ?? Number.NaN;
    return value;
  }
}

/** A formula of blocks with several results. */
class Lines<In extends number | BarValues, Field extends string> extends Incremental<In, Record<Field, number>> {
  readonly #fields: readonly Field[];
  readonly #step: Step<In, Readonly<Record<Field, number>>>;

  constructor(
    name: string,
    warmup: number,
    fields: readonly Field[],
    build: Build<In, Readonly<Record<Field, number>>>,
  ) {
    super(name, warmup);
    this.reserve(fields.length);
    this.#fields = fields;
    this.#step = build(this);
    this.settle();
    for (let field = 0; field < fields.length; field++) this.cells[this.base + VALUE + field] = Number.NaN;
  }

  get value(): Record<Field, number> | undefined {
    const entries = this.#fields.map((field, index) => [field, this.cells[this.base + VALUE + index]] as const);
    if (entries.some(([, value]) => present(value) === undefined)) return undefined;
    return Object.fromEntries(entries) as Record<Field, number>;
  }

  update(input: In): Record<Field, number> | undefined {
    checkInput(this, input);
    return this.#take(input, true);
  }

  replace(input: In): Record<Field, number> | undefined {
    checkInput(this, input);
    if (this.cells[this.base + COUNT] === 0) throw this.nothingToReplace();
    return this.#take(input, false);
  }

  #take(input: In, fresh: boolean): Record<Field, number> | undefined {
    const result = this.#step(input, fresh);
    let complete = this.count(fresh) >= this.warmup;
    this.#fields.forEach((field, index) => {
      const value = result[field];
      complete &&= Number.isFinite(value);
      this.cells[this.base + VALUE + index] = complete ? value : Number.NaN;
    });
    return complete ? result : undefined;
  }
}

const present = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);

/** A recipe for numbers in and one number out. `warmup` is the number of inputs until the first value. */
export const numberLine = (name: string, warmup: number, build: Build<number, number>): NumberFormula<number> =>
  numberFormula(() => new Line(name, warmup, build));

/** A recipe for bars in and one number out. */
export const barLine = <B extends BarValues = BarValues>(
  name: string,
  warmup: number,
  build: Build<B, number>,
): BarFormula<number, B> => barFormula(() => new Line(name, warmup, build));

/** A recipe for numbers in and an object of numbers out; there is a value once all of its fields have one. */
export const numberLines = <Field extends string>(
  name: string,
  warmup: number,
  fields: readonly Field[],
  build: Build<number, Readonly<Record<Field, number>>>,
): NumberFormula<Readonly<Record<Field, number>>> => numberFormula(() => new Lines(name, warmup, fields, build));

/** A recipe for bars in and an object of numbers out. */
export const barLines = <Field extends string, B extends BarValues = BarValues>(
  name: string,
  warmup: number,
  fields: readonly Field[],
  build: Build<B, Readonly<Record<Field, number>>>,
): BarFormula<Readonly<Record<Field, number>>, B> => barFormula(() => new Lines(name, warmup, fields, build));
