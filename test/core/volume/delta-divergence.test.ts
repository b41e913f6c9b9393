import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type DeltaBar, deltaDivergence } from '../../../core/volume/delta-divergence.ts';

/** Bars of which each has a high, a low one below it, and a delta. */
const bars = (...rows: readonly (readonly [high: number, delta: number])[]): DeltaBar[] =>
  rows.map(([high, delta], i) => ({ start: i * 60_000, high, low: high - 1, delta }));

const found = async (rows: readonly DeltaBar[], options = {}) =>
  await lastValueFrom(from(rows).pipe(deltaDivergence({ strength: 1, ...options }), toArray()));

describe('deltaDivergence', () => {
  // Highs at bar 1 (105, sum 10) and at bar 3 (107, sum 4); the low between them is alone.
  const rising = bars([100, 0], [105, 10], [102, -8], [107, 2], [103, -1]);

  it('tells a higher high on less delta, one bar after it', async () => {
    expect(await found(rising)).toEqual([
      {
        kind: 'bearish',
        at: 180_000,
        before: 60_000,
        price: 107,
        priceBefore: 105,
        delta: 4,
        deltaBefore: 10,
        knownAt: 240_000,
      },
    ]);
  });

  it('tells a lower low on more delta', async () => {
    const falling = bars([110, 0], [104, -10], [107, 12], [102, -4], [106, 1]);
    expect(await found(falling)).toMatchObject([
      { kind: 'bullish', at: 180_000, price: 101, priceBefore: 103, delta: -2, deltaBefore: -10 },
    ]);
  });

  it('is silent when delta goes with the price, when swings are too far apart, and in another session', async () => {
    expect(await found(bars([100, 0], [105, 10], [102, -8], [107, 9], [103, -1]))).toEqual([]);
    expect(await found(rising, { maxBars: 1 })).toEqual([]);
    expect(await found(rising, { sessionOf: (start: number) => Math.floor(start / 120_000) })).toEqual([]);
  });

  it('takes for a swing only what beats the bars on both sides', async () => {
    // 105 and 104 lie on the way down from 107, so 106 is a lower high.
    expect(await found(bars([100, 0], [107, 10], [105, -1], [104, -5], [106, -1], [103, 0]))).toEqual([]);
  });

  it('knows nothing of a swing before enough bars have followed', async () => {
    expect(await found(rising.slice(0, 4))).toEqual([]);
    expect(await found(rising, { strength: 2 })).toEqual([]);
  });

  it('refuses a bar that is none', async () => {
    await expect(found(bars([Number.NaN, 1]))).rejects.toMatchObject({ problems: [{ code: 'VOLUME_BAD_INPUT' }] });
  });
});
