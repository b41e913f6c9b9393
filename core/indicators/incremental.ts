import { MillraceError } from '../errors/millrace-error.ts';
import { type BarValues, checkInput, type IndicatorSnapshot, type RevisableIndicator } from './indicator.ts';

/**
 * What all our formulas share: checked input, counting, `replace`, snapshots.
 *
 * The last input is kept apart from the state before it. `update` first makes it part of the past (`advance`), then
 * computes with the new one; `replace` only computes again. Both paths do the same arithmetic, so they agree to the bit.
 */
export abstract class Incremental<In extends number | BarValues, Out, State> implements RevisableIndicator<In, Out> {
  abstract readonly name: string;
  abstract readonly warmup: number;
  #count = 0;
  #value: Out | undefined;

  get value(): Out | undefined {
    return this.#value;
  }

  update(input: In): Out | undefined {
    checkInput(this.name, input);
    if (this.#count > 0) this.advance();
    this.#count += 1;
    this.#value = this.compute(input, this.#count);
    return this.#value;
  }

  replace(input: In): Out | undefined {
    checkInput(this.name, input);
    if (this.#count === 0) throw nothingToReplace(this.name);
    this.#value = this.compute(input, this.#count);
    return this.#value;
  }

  snapshot(): IndicatorSnapshot {
    return { name: this.name, count: this.#count, value: this.#value, state: this.save() };
  }

  restore(snapshot: IndicatorSnapshot): void {
    if (snapshot.name !== this.name) throw wrongSnapshot(this.name, snapshot.name);
    this.#count = snapshot.count;
    this.#value = snapshot.value as Out | undefined;
    this.load(snapshot.state as State);
  }

  /** Makes the last input part of the past. */
  protected abstract advance(): void;
  /** The value with `input` as the `count`-th, counted from 1, on top of the past. Leaves the past alone. */
  protected abstract compute(input: In, count: number): Out | undefined;
  protected abstract save(): State;
  protected abstract load(state: State): void;
}

function nothingToReplace(name: string): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_NOTHING_TO_REPLACE',
    where: { path: name },
    was: 'replace before the first update',
    expected: 'an input to take the place of',
    fix: 'call update for the first value of each bar, replace for the later ones',
  });
}

function wrongSnapshot(name: string, found: string): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_BAD_SNAPSHOT',
    where: { path: name },
    was: `a snapshot of ${found}`,
    expected: `a snapshot of ${name}`,
    fix: 'restore into an indicator with the settings that the snapshot was taken with',
  });
}
