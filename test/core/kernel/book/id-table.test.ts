import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdTable } from '../../../../core/kernel/book/id-table.ts';

it('holds what a Map holds, however its entries crowd each other', () => {
  const step = fc.record({
    adds: fc.integer({ min: 0, max: 2 }),
    low: fc.integer({ min: 0, max: 60 }),
    high: fc.constantFrom(0, 0xffff_ffff),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 200, maxLength: 300 }), (steps) => {
      // So small that it grows; up to a third of it is taken, so that chains touch.
      const table = new IdTable(8);
      const plain = new Map<string, number>();
      steps.forEach(({ adds, low, high }, place) => {
        const key = `${low} ${high}`;
        if (adds > 0) {
          expect(table.add(low, high, place)).toBe(!plain.has(key));
          if (!plain.has(key)) plain.set(key, place);
        } else if (plain.delete(key)) {
          table.removeAt(table.find(low, high));
        }
        expect(table.size).toBe(plain.size);
        expect(table.find(low, high) !== -1).toBe(plain.has(key));
        const lost = [...plain].filter(([id, at]) => {
          const [one = 0, two = 0] = id.split(' ').map(Number);
          return table.placeAt(table.find(one, two)) !== at;
        });
        if (lost.length > 0) throw new Error(`lost ${lost.join('; ')}`);
      });
    }),
    { numRuns: 40 },
  );
});
