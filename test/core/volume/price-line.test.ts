import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIDE_BUY } from '../../../core/domain/chunk.ts';
import { PriceLine } from '../../../core/volume/price-line.ts';

const SECOND = 1_000_000;

describe('PriceLine', () => {
  it('joins stretches when there are too many: from a second to five', () => {
    const line = new PriceLine(3);
    for (const [second, price] of [
      [0, 10],
      [1, 12],
      [4, 9],
      [6, 11],
    ] as const) {
      line.add(second * SECOND, price, 2, SIDE_BUY, price, 0, second, 0);
    }
    expect(line.value.spanMs).toBe(5_000);
    expect(line.value.points).toMatchObject([
      { start: 0, open: 10, high: 12, low: 9, close: 9, volume: 6, delta: 6, cumulativeDelta: 4, vwap: 9 },
      { start: 5_000, open: 11, close: 11, volume: 2 },
    ]);
  });

  it('takes a late print into its own stretch', () => {
    const line = new PriceLine();
    for (const second of [0, 10, 5, 0]) line.add(second * SECOND, second, 1, SIDE_BUY, 1, 0, 0, 0);
    expect(line.value.points.map(({ start, volume }) => [start, volume])).toEqual([
      [0, 2],
      [5_000, 1],
      [10_000, 1],
    ]);
  });

  it('gives up the oldest days when a line of days is too long', () => {
    const line = new PriceLine(3);
    for (let day = 0; day < 10; day++) line.add(day * 86_400 * SECOND, day, 1, SIDE_BUY, 1, 0, 0, day);
    expect(line.value.points.map(({ tradingDate }) => tradingDate)).toEqual(['1970-01-08', '1970-01-09', '1970-01-10']);
  });

  it('loses no volume, in order and in no more than its points', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 300 }), (seconds) => {
        const line = new PriceLine(20);
        for (const second of seconds) line.add(second * SECOND, 100 + (second % 7), 1, SIDE_BUY, 1, 0, 0, 0);
        const { points } = line.value;
        expect(points.length).toBeLessThanOrEqual(20);
        expect(points.reduce((sum, { volume }) => sum + volume, 0)).toBe(seconds.length);
        expect(points.map(({ start }) => start)).toEqual(points.map(({ start }) => start).toSorted((a, b) => a - b));
      }),
    );
  });
});
