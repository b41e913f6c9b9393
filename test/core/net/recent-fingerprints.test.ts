import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBytes, fingerprintOf, openFrame, RecentFingerprints } from '#core';
import { often } from '../../helpers/slow.ts';

/** Adds the fingerprint of a text. */
function add(seen: RecentFingerprints, text: string, owner = 0): boolean {
  openFrame(asBytes(text));
  return seen.add(fingerprintOf(0, undefined, owner));
}

describe('a fingerprint', () => {
  it('tells whether the text is a name: without quotes, backslashes, blanks and control characters', () => {
    const part = fc.string({
      unit: fc.constantFrom('a', '_', '#', 'é', '\u007f', '"', '\\', ' ', '!', '\n'),
      maxLength: 9,
    });
    let names = 0;
    fc.assert(
      fc.property(fc.nat(4), part, part, (shift, before, after) => {
        const text = `${'x'.repeat(shift)}${before}${after}`;
        const [start, end] = [asBytes(`${'x'.repeat(shift)}`).length, asBytes(`${'x'.repeat(shift)}${before}`).length];
        openFrame(asBytes(text));
        const isName = asBytes(before).every((byte) => byte > 34 && byte !== 92);
        expect(fingerprintOf(start, end).isName).toBe(isName);
        if (isName && before !== '') names++;
      }),
      { numRuns: 3000 },
    );
    expect(names).toBeGreaterThan(200);
  });
});

describe('recent fingerprints', () => {
  it('know a text of the same owner that comes again', () => {
    const seen = new RecentFingerprints(100);
    expect([add(seen, 'a'), add(seen, 'a'), add(seen, 'a', 1)]).toEqual([true, false, true]);
  });

  it('remember as many as they are told to, and not many more', () => {
    const seen = new RecentFingerprints(100);
    add(seen, 'a');
    for (let i = 0; i < 100; i++) add(seen, String(i));
    expect(add(seen, 'a'), 'it is among the last hundred').toBe(false);
    for (let i = 0; i < 250; i++) add(seen, `x${i}`);
    expect(add(seen, 'a')).toBe(true);
  });

  it('tell texts apart that differ in a few digits, or in their length', () => {
    const seen = new RecentFingerprints(2_000_000);
    const texts = often(1_000_000);
    let isNew = 0;
    for (let i = 0; i < texts; i++) {
      if (add(seen, `trade_${1_750_075_200_000 + i * 7}_${1000 + (i % 9000)}`, i & 3)) isNew++;
    }
    for (let length = 0; length < 1000; length++) if (add(seen, '\0'.repeat(length))) isNew++;
    expect(isNew).toBe(texts + 1000);
  });

  it.each([2, 3, 4])(
    'tell texts apart that differ in one byte of every few, wherever in its word (%i apart)',
    (apart) => {
      const seen = new RecentFingerprints(400_000);
      let isNew = 0;
      for (let shift = 0; shift < 4; shift++) {
        for (let i = 0; i < 10_000; i++) {
          const digits = String(i)
            .padStart(4, '0')
            .split('')
            .join('x'.repeat(apart - 1));
          if (add(seen, 'x'.repeat(shift) + digits, shift)) isNew++;
        }
      }
      expect(isNew).toBe(40_000);
    },
  );

  it('take a fingerprint of zeros like any other', () => {
    const seen = new RecentFingerprints(10);
    expect([
      seen.add({ low: 0, high: 0 }),
      seen.add({ low: 0, high: 0 }),
      seen.add({ low: 0, high: 5 }),
      seen.add({ low: 7, high: 0 }),
    ]).toEqual([true, false, true, true]);
  });

  it('forget at the second turn', () => {
    const seen = new RecentFingerprints(10);
    seen.add({ low: 1, high: 2 });
    seen.turn();
    expect(seen.add({ low: 1, high: 2 })).toBe(false);
    seen.turn();
    seen.turn();
    expect(seen.add({ low: 1, high: 2 })).toBe(true);
  });

  it('answer as two sets do, one of what is young and one of what is old', () => {
    const step = fc.oneof(fc.constant('turn' as const), fc.nat(15), fc.nat(15), fc.nat(15));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const most = 5;
        const seen = new RecentFingerprints(most);
        let young = new Set<number>();
        let old = new Set<number>();
        const turn = (): void => {
          [old, young] = [young, new Set()];
        };
        for (const [i, next] of steps.entries()) {
          if (next === 'turn') {
            seen.turn();
            turn();
            continue;
          }
          const print = { low: next & 3, high: next >> 2 };
          expect(seen.has(print)).toBe(young.has(next) || old.has(next));
          if (young.size === most) turn();
          const isNew = !young.has(next) && !old.has(next);
          // Whoever knows that it is new need not ask.
          if (isNew && i % 2 === 0) seen.addNew(print);
          else expect(seen.add(print)).toBe(isNew);
          young.add(next);
        }
      }),
    );
  });
});
