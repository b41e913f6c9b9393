import { describe, expect, it } from 'vitest';
import { sdkImbalance, sdkImpact } from '../../../core/analytics/compat/sdk-book.ts';
import { sdkIceberg, sdkSpoof } from '../../../core/analytics/compat/sdk-history.ts';
import { sdkSpread, sdkSupportResistance, sdkVolumeProfile } from '../../../core/analytics/compat/sdk-prices.ts';
import { liquidityLevels } from '../../../core/analytics/liquidity-levels.ts';
import { orderClusters } from '../../../core/analytics/order-clusters.ts';
import { bookOf } from './kit.ts';

// All by hand from the formulas of project-x-py 3.5, section 10 of the inventory of it.
describe('as project-x-py has it', () => {
  const book = bookOf(
    [
      [100, 300],
      [99.75, 100],
    ],
    [
      [100.25, 100],
      [100.5, 100],
    ],
  );

  it('an imbalance has scores in price units: a spread of 0.25 is "loose"', () => {
    const value = sdkImbalance(book);
    expect(value).toMatchObject({
      totalLiquidity: 600,
      depthScore: 0.6,
      tightness: 0,
      liquidity: 0.3,
      resilience: 0.4,
    });
    expect(value.depthImbalance).toBeCloseTo(1 / 3, 12);
    expect(value.priceImpact).toBeCloseTo(0.25 / 3, 12);
    expect(sdkImbalance(bookOf([[100, 1]], []))).toMatchObject({ totalLiquidity: 0, tightness: 0 });
  });

  it('an impact knows no size', () => {
    const value = sdkImpact(book, 0.25);
    expect(value).toMatchObject({
      estimatedFill: 100.25,
      spreadCost: 0.125,
      levelsConsumed: 2,
      remainingLiquidity: 600,
    });
    expect(value).toMatchObject({ totalCost: 0.1875, confidence: 6, liquidityPremium: 0.025 });
    expect(value?.impactPercent).toBeCloseTo((0.125 / 100.125) * 100, 12);
  });

  it('clusters need a tolerance above the tick, and know no size', () => {
    const options = { tickSize: 0.25, compat: true };
    expect(orderClusters(book, { ...options, minLevels: 2 })).toEqual([]);
    expect(orderClusters(book, { ...options, gapTicks: 1 })).toEqual([]);
    expect(orderClusters(book, { ...options, minLevels: 2, gapTicks: 1 })).toMatchObject([
      { side: 'bid', price: 99.875, size: 400, levels: 2, strength: 2 },
      { side: 'ask', price: 100.375, size: 200, levels: 2, strength: 1 },
    ]);
    // 99.5 is within a tick of 99.75, but not of the first.
    const bids: [number, number][] = [
      [100, 1],
      [99.75, 1],
      [99.5, 1],
    ];
    expect(orderClusters(bookOf(bids, []), { ...options, minLevels: 2, gapTicks: 1 })).toMatchObject([
      { low: 99.75, high: 100, levels: 2 },
    ]);
    expect(orderClusters(bookOf(bids, []), { tickSize: 0.01, minLevels: 2, compat: true })).toEqual([]);
    expect(
      orderClusters(
        bookOf(
          bids.map(([, size], i) => [100 - i / 20, size]),
          [],
        ),
        { tickSize: 0.01, compat: true },
      ),
    ).toMatchObject([{ levels: 3 }]);
  });

  it('liquidity is by absolute size', () => {
    expect(liquidityLevels(book, { compat: true })).toMatchObject({
      bids: [
        [100, 300],
        [99.75, 100],
      ],
      bidThreshold: 100,
      askTotal: 200,
      imbalance: 1 / 3,
    });
    expect(liquidityLevels(book, { compat: true, minSize: 101 })).toMatchObject({ bids: [[100, 300]], asks: [] });
    const deep = [...Array(30).keys()].map((i): [number, number] => [100 - i / 4, 100]);
    expect(liquidityLevels(bookOf(deep, []), { compat: true }).bids).toHaveLength(20);
  });

  it('an iceberg is any level that goes up and down', () => {
    const sizes = [50, 60, 50, 60, 50, 60, 50, 60, 50, 60];
    const found = sdkIceberg(sizes.map((size, i) => [size, i * 1000]));
    // n = 10, r = 5, mean 55, deviation 5: 0.4 + 0.4 + 0.2 × (1 − 1 ÷ 11); hidden 55 × 9.
    expect(found).toMatchObject({ refreshes: 10, replenishments: 5, averageSize: 55, hiddenSize: 495 });
    expect(found?.confidence).toBeCloseTo(0.8 + 0.2 * (10 / 11), 12);
    expect(sdkIceberg(sizes.slice(0, 4).map((size, i) => [size, i]))).toBeUndefined();
  });

  it('a spoof is a level that drains', () => {
    // 31 entries that fall each time, a second apart: f 3.1, c 1, t 1.
    const history = [...Array(31).keys()].map((i): [number, number] => [400 - i, i * 1000]);
    const found = sdkSpoof(history, 4);
    expect(found).toMatchObject({ frequency: 3.1, cancelRate: 1, meanSeconds: 1, pattern: 'layering' });
    expect(found?.confidence).toBeCloseTo(0.3 * 0.31 + 0.35 + 0.25 * (59 / 60) + 0.02, 12);
    expect(sdkSpoof(history, 2)).toBeUndefined();
  });

  it('a profile loses the trades at the highest price', () => {
    const profile = sdkVolumeProfile(
      [
        { price: 100, size: 5 },
        { price: 101, size: 9 },
        { price: 102, size: 100 },
      ],
      2,
    );
    expect(profile).toEqual({
      centres: [100.5, 101.5],
      volumes: [5, 9],
      poc: 101.5,
      vah: 101.5,
      val: 100.5,
      volume: 14,
    });
  });

  it('support counts prints, and spreads have scores', () => {
    expect(sdkSupportResistance([100, 100.05, 100, 101])).toMatchObject([{ touches: 3, strength: 1, kind: 'support' }]);
    expect(sdkSpread([0.25, 0.75])).toMatchObject({
      mean: 0.5,
      deviation: 0.25,
      current: 0.75,
      liquidity: 0,
      realised: 0.375,
    });
  });
});
