import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../core/domain/random.ts';

const numbers = (seed: number, name: string): number[] => {
  const random = new SeededRandom(seed, name);
  return Array.from({ length: 20_000 }, () => random.next());
};

describe('seeded dice', () => {
  it('give the same numbers for the same seed and name, and others for others', () => {
    const first = numbers(1, 'a');
    expect(numbers(1, 'a')).toEqual(first);
    for (const other of [numbers(2, 'a'), numbers(1, 'b'), numbers(1, 'A')]) {
      expect(other.filter((value, i) => value === first[i])).toHaveLength(0);
    }
  });

  it('are spread evenly over [0, 1)', () => {
    const buckets = new Array<number>(10).fill(0);
    for (const value of numbers(7, 'even')) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // 2,000 each, standard deviation √(20000 × 0.1 × 0.9) = 42; five of them.
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(212);
  });

  it('give whole numbers below a limit, all of them', () => {
    const random = new SeededRandom(3, 'limit');
    expect(new Set(Array.from({ length: 500 }, () => random.below(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});
