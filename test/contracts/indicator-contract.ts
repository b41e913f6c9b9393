import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RevisableIndicator } from '#core';

interface Behaviour<In, Out> {
  readonly create: () => RevisableIndicator<In, Out>;
  /** Ordinary inputs. */
  readonly input: fc.Arbitrary<In>;
  /** Inputs that must be refused. */
  readonly bad: readonly In[];
  /** Whether there is a value as soon as the warm-up is over, whatever the inputs. Default true. */
  readonly sure?: boolean;
}

interface Promised<In, Out> extends Behaviour<In, Out> {
  /** The definition, computed afresh over a whole series: the value after its last input. */
  readonly naive: (series: readonly In[]) => Out | undefined;
}

/** What every revisable indicator promises, its definition included. */
export function indicatorContract<In, Out>(name: string, promised: Promised<In, Out>): void {
  const { create, input, naive } = promised;
  behaviourContract(name, promised);

  it(`${name} equals its definition computed over the whole series`, () => {
    const series = fc.array(input, { minLength: 1, maxLength: create().warmup * 4 });
    fc.assert(
      fc.property(series, (inputs) => {
        const indicator = create();
        for (const each of inputs) indicator.update(each);
        expectClose(indicator.value, naive(inputs));
      }),
      { numRuns: 60 },
    );
  });
}

/** What they promise whatever they compute. */
export function behaviourContract<In, Out>(
  name: string,
  { create, input, bad, sure = true }: Behaviour<In, Out>,
): void {
  const { warmup } = create();
  const series = fc.array(input, { minLength: 1, maxLength: warmup * 4 });

  describe(`${name} keeps the indicator contract`, () => {
    it('gives its first value at the input that its warm-up names', () => {
      fc.assert(
        fc.property(fc.array(input, { minLength: warmup, maxLength: warmup }), (inputs) => {
          const indicator = create();
          const values = inputs.map((each) => indicator.update(each));
          if (sure) expect(values.at(-1)).toBeDefined();
          expect(values.slice(0, -1).every((value) => value === undefined)).toBe(true);
        }),
        { numRuns: 20 },
      );
    });

    it('gives the same to the bit when inputs were replaced on the way', () => {
      const steps = fc.array(fc.record({ first: fc.array(input, { maxLength: 3 }), last: input }), {
        minLength: 1,
        maxLength: warmup * 3,
      });
      fc.assert(
        fc.property(steps, (bars) => {
          const revised = create();
          const plain = create();
          for (const { first, last } of bars) {
            const [opening, ...later] = [...first, last];
            revised.update(opening);
            for (const each of later) revised.replace(each);
            expect(revised.value).toEqual(plain.update(last));
          }
          expect(revised.snapshot()).toEqual(plain.snapshot());
        }),
        { numRuns: 60 },
      );
    });

    it('continues from a snapshot as if it had never stopped', () => {
      fc.assert(
        fc.property(series, series, (before, after) => {
          const whole = create();
          for (const each of before) whole.update(each);
          const resumed = create();
          resumed.restore(JSON.parse(JSON.stringify(whole.snapshot())));
          expect(resumed.value).toEqual(whole.value);
          const [revision, ...rest] = after;
          if (revision !== undefined) expect(resumed.replace(revision)).toEqual(whole.replace(revision));
          for (const each of rest) expect(resumed.update(each)).toEqual(whole.update(each));
        }),
        { numRuns: 40 },
      );
    });

    it('refuses input that is not finite and goes on as if it had not come', () => {
      const [inputs] = fc.sample(fc.array(input, { minLength: warmup + 2, maxLength: warmup + 2 }), 1);
      const offered = create();
      const plain = create();
      for (const each of inputs ?? []) {
        for (const wrong of bad) {
          expect(() => offered.update(wrong)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_INPUT' }));
        }
        expect(offered.update(each)).toEqual(plain.update(each));
        for (const wrong of bad) {
          expect(() => offered.replace(wrong)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_INPUT' }));
        }
        expect(offered.value).toEqual(plain.value);
      }
    });

    it('refuses to replace before the first input, and a snapshot of something else', () => {
      const [first] = fc.sample(input, 1) as [In];
      expect(() => create().replace(first)).toThrow(expect.objectContaining({ code: 'INDICATOR_NOTHING_TO_REPLACE' }));
      const foreign = { name: 'other(3)', count: 1, state: {} };
      expect(() => create().restore(foreign)).toThrow(expect.objectContaining({ code: 'INDICATOR_BAD_SNAPSHOT' }));
    });
  });
}

/** Equal to 9 digits, or to 1e-9 near zero; fields one by one. */
function expectClose(actual: unknown, expected: unknown): void {
  if (typeof expected === 'number' && typeof actual === 'number') {
    expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(expected)),
    );
    return;
  }
  if (typeof expected === 'object' && expected !== null) {
    for (const [field, value] of Object.entries(expected))
      expectClose((actual as Record<string, unknown>)[field], value);
    return;
  }
  expect(actual).toEqual(expected);
}
