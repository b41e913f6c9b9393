import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { LargeTrades, largeTrades } from '../../../core/volume/large-trades.ts';
import { SizeHistogram } from '../../../core/volume/size-histogram.ts';
import { addTrade } from '../../../core/volume/trade-sink.ts';
import { trade } from './kit.ts';

const T = '2024-03-07T15:00:00Z';

describe('SizeHistogram', () => {
  it('tells percentiles by nearest rank: of 15, 20, 35, 40 and 50 the 30th is 20 and the 40th too', () => {
    const sizes = new SizeHistogram();
    for (const size of [40, 15, 50, 20, 35]) sizes.add(size, 0);
    expect([5, 30, 40, 50, 100].map((p) => sizes.percentile(p))).toEqual([15, 20, 20, 35, 50]);
  });

  it('equals sorting, for any sizes and percentiles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 1000 }),
        (sizes, tenths) => {
          const histogram = new SizeHistogram();
          for (const size of sizes) histogram.add(size, 0);
          const rank = Math.ceil((tenths * sizes.length) / 1000);
          expect(histogram.percentile(tenths / 10)).toBe(sizes.toSorted((a, b) => a - b)[rank - 1]);
        },
      ),
    );
  });

  it('rounds sizes when there are too many different ones, and keeps every volume', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 30, maxLength: 200 }), (sizes) => {
        const histogram = new SizeHistogram(16);
        for (const size of sizes) histogram.add(size, 1);
        const all = histogram.from(0);
        expect(all.trades).toBe(sizes.length);
        expect(all.volume).toBe(all.buy);
        expect(all.buy).toBe(sizes.reduce((sum, size) => sum + size, 0));
        const median = sizes.toSorted((a, b) => a - b)[Math.ceil(sizes.length / 2) - 1] ?? 0;
        expect(Math.abs((histogram.percentile(50) ?? 0) - median)).toBeLessThanOrEqual(histogram.step);
      }),
    );
  });
});

describe('LargeTrades', () => {
  it('groups by size and by percentile, and holds the largest with the earlier first', () => {
    const large = new LargeTrades({ sizes: [5], percentiles: [80], top: 2 });
    for (const [size, side] of [
      [1, 'buy'],
      [8, 'sell'],
      [2, 'buy'],
      [8, 'buy'],
      [5, 'buy'],
      [0, 'buy'],
    ] as const) {
      addTrade(large, trade(T, 100 + size, size, side));
    }
    const { bySize, byPercentile, largest } = large.value;
    expect(bySize).toEqual([
      { size: 5, trades: 3, volume: 21, buy: 13, sell: 8, share: 21 / 24, delta: 5, percentile: undefined },
    ]);
    // The fourth of five sizes in order is 8.
    expect(byPercentile).toMatchObject([{ size: 8, trades: 2, volume: 16, delta: 0, percentile: 80 }]);
    expect(largest.map(({ size, side }) => [size, side])).toEqual([
      [8, 'sell'],
      [8, 'buy'],
    ]);
  });
});

describe('largeTrades', () => {
  const sizesOf = async (sizes: readonly number[], options: Parameters<typeof largeTrades>[0]) => {
    const passed = from(sizes.map((size) => trade(T, 100, size))).pipe(largeTrades(options), toArray());
    return (await lastValueFrom(passed)).map(({ size }) => size);
  };

  it('lets a size and more through', async () => {
    expect(await sizesOf([1, 10, 9, 11], { size: 10 })).toEqual([10, 11]);
  });

  it('knows a percentile from the trades before alone, once there are enough', async () => {
    const early = [100, 1, 1, 1, 1, 1, 1, 1, 1, 2];
    expect(await sizesOf([...early, 1, 2, 50], { percentile: 90, warmup: 10, every: 1 })).toEqual([2, 50]);
  });

  it('wants a size or a percentile, and not both', () => {
    for (const options of [{}, { size: 1, percentile: 99 }]) {
      expect(() => largeTrades(options)).toThrow(expect.objectContaining({ code: 'VOLUME_BAD_OPTION' }));
    }
  });
});
