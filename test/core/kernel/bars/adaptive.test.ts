import { describe, expect, it } from 'vitest';
import type { BarSpec } from '#core';
import { at, type Given, make } from './bars-kit.ts';

const buy = (size = 1) => [100, size, 'buy'] as const;
const sell = (size = 1) => [100, size, 'sell'] as const;
const lengths = (spec: BarSpec, rows: readonly Given[]): readonly number[] =>
  make(spec, at(...rows)).bars.map(({ trades }) => trades);

describe('imbalance bars', () => {
  // A span of 3 weighs what is new by a half.
  const spans = { spanBars: 3, spanTicks: 3, ticksRange: [1, 100] } as const;

  it('close when the signed trades reach what is expected, which moves with each bar', () => {
    const spec = { imbalance: 'tick', expectTicks: 4, expectImbalance: 0.5, ...spans } as const;
    // Expected 4 × 0.5 = 2: two buyers.
    const first = [buy(), buy()];
    // E[T] = 4 + (2 - 4)/2 = 3, E[b] = 0.5 → 0.75 → 0.875: expected 2.625. Sums 1 0 1 2 3.
    const second = [buy(), sell(), buy(), buy(), buy()];
    // E[T] = 4, E[b] = 0.875 → 0.9375 → -0.03125 → 0.484375 → 0.7421875 → 0.87109375: expected 3.484, the fourth seller.
    const third = [sell(), sell(), sell(), sell()];
    expect(lengths(spec, [...first, ...second, ...third, sell()])).toEqual([2, 5, 4]);
  });

  it('learn what to expect from a first bar of the expected length', () => {
    // E[b·v] = 3, then 3 + 2/3 × (-1 - 3) = 1/3 at a span of 2; expected 2 × 1/3, which one contract exceeds.
    const spec = { imbalance: 'volume', expectTicks: 2 } as const;
    expect(lengths(spec, [buy(3), sell(), buy(), sell(9)])).toEqual([2, 1, 1]);
  });

  it('weigh trades by their value, price × size × point value', () => {
    // Expected 1 × 999 and 1 × 1001; the trade is worth 100 × 10.
    const spec = { imbalance: 'dollar', expectTicks: 1, ticksRange: [1, 9] } as const;
    expect(lengths({ ...spec, expectImbalance: 999 }, [buy(10)])).toEqual([1]);
    expect(lengths({ ...spec, expectImbalance: 1001 }, [buy(10)])).toEqual([]);
  });

  it('go by the last change of price where the venue names no side, and by nothing before the first', () => {
    const spec = { imbalance: 'tick', expectTicks: 2, expectImbalance: 1, ...spans } as const;
    // Signs 0 0 + + (no change, as before): the fourth makes 2.
    expect(lengths(spec, [10, 10, 11, 11, 11])).toEqual([4]);
    // Signs 0 - + - -: the sums are 0 -1 0 -1 -2.
    expect(lengths(spec, [10, 9, 10, 9, 9])).toEqual([5]);
    // A side that the venue names counts, whatever the price does.
    expect(
      lengths(spec, [
        [10, 1, 'buy'],
        [9, 1, 'buy'],
      ]),
    ).toEqual([2]);
  });

  it('are never shorter nor longer than the range of trades, a tenth to ten times the expected by default', () => {
    const spec = { imbalance: 'tick', expectTicks: 20, expectImbalance: 0 } as const;
    // Nothing is expected, so each trade would be a bar.
    expect(
      lengths(
        spec,
        Array.from({ length: 6 }, () => buy()),
      )[0],
    ).toBe(2);
    const balanced = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? buy() : sell()));
    expect(lengths({ ...spec, expectImbalance: 1 }, balanced)).toEqual([200]);
    expect(lengths({ ...spec, expectImbalance: 1, ticksRange: [3, 70] }, balanced).slice(0, 1)).toEqual([70]);
  });
});

describe('run bars', () => {
  it('close when the stronger side reaches what is expected of it, which moves with each bar', () => {
    const spec = { run: 'tick', expectTicks: 4, expectBuyShare: 0.75, spanBars: 3, ticksRange: [1, 100] } as const;
    // Expected 4 × 0.75 = 3: the third seller, though buyers came between.
    const first = [buy(), sell(), buy(), sell(), sell()];
    // E[T] = 4.5, P[b=1] = (0.75 + 0.4)/2 = 0.575: expected 2.5875.
    expect(lengths(spec, [...first, buy(), buy(), buy(), buy()])).toEqual([5, 3]);
  });

  it('weigh the sides by the size of their trades', () => {
    const expected = { expectTicks: 2, expectBuyShare: 0.5, expectBuySize: 4, expectSellSize: 2 };
    // Expected 2 × max(0.5 × 4, 0.5 × 2) = 4: sellers 3 + 1. A span of 1 goes by the last bar alone.
    // Then E[T] = 3, P = 1/3, sizes 3 and 2: 3 × max(1, 4/3) = 4.
    const spec = { run: 'volume', ...expected, spanBars: 1, ticksRange: [1, 100] } as const;
    expect(lengths(spec, [sell(3), buy(3), sell(), buy(3), buy(1), sell(3)])).toEqual([3, 2]);
  });

  it('learn what to expect from a first bar, a side that it lacked counting for nothing', () => {
    // Five buyers of size 2: P = 1, expected 5 × 2 = 10.
    const spec = { run: 'volume', expectTicks: 5, spanBars: 1, ticksRange: [1, 100] } as const;
    const buyers = Array.from({ length: 5 }, () => buy(2));
    expect(lengths(spec, [...buyers, sell(4), sell(4), sell(2)])).toEqual([5, 3]);
  });
});
