import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sdkImbalance, sdkImpact } from '../../../core/analytics/compat/sdk-book.ts';
import { sdkIceberg, sdkSpoof } from '../../../core/analytics/compat/sdk-history.ts';
import { sdkSpread, sdkSupportResistance, sdkVolumeProfile } from '../../../core/analytics/compat/sdk-prices.ts';
import { liquidityLevels } from '../../../core/analytics/liquidity-levels.ts';
import { depthInRange } from '../../../core/analytics/market-impact.ts';
import { orderClusters } from '../../../core/analytics/order-clusters.ts';
import type { Level } from '../../../core/domain/market.ts';
import { anyBook, anyTrades, bookOf, tradesOf } from './kit.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sizesOf = (levels: readonly Level[]): number[] => levels.map(([, size]) => size);
const tenfold = (levels: readonly Level[]): Level[] => levels.map(([price, size]) => [price, 10 * size]);
/** The other side of 100. */
const mirrored = (levels: readonly Level[]): Level[] => levels.map(([price, size]) => [200 - price, size]);

const anyHistory = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 300 }), wait: fc.integer({ min: 0, max: 40_000 }) }), {
    minLength: 2,
    maxLength: 40,
  })
  .map((rows) => {
    let ts = 0;
    return rows.map(({ size, wait }): readonly [number, number] => {
      ts += wait;
      return [size, ts];
    });
  });
const stepsOf = (history: readonly (readonly [number, number])[]): number[] =>
  history.slice(1).map(([size], i) => size - (history[i]?.[0] ?? 0));

describe('book figures as project-x-py has them', () => {
  it('an imbalance counts the best levels, changes its sign with the sides, and scores 0 to 10', () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 1, max: 12 }), ({ bids, asks }, levels) => {
        const value = sdkImbalance(bookOf(bids, asks), levels);
        const other = sdkImbalance(bookOf(mirrored(asks), mirrored(bids)), levels);
        expect(value.bidLiquidity).toBe(sum(sizesOf(bids.slice(0, levels))));
        expect(value.totalLiquidity).toBe(value.bidLiquidity + sum(sizesOf(asks.slice(0, levels))));
        expect(other).toEqual({
          ...value,
          bidLiquidity: value.askLiquidity,
          askLiquidity: value.bidLiquidity,
          depthImbalance: 0 - value.depthImbalance,
        });
        const { depthImbalance, depthScore, tightness, liquidity, resilience } = value;
        expect(Math.abs(depthImbalance)).toBeLessThanOrEqual(1);
        for (const score of [depthScore, tightness, liquidity, resilience]) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  it('an impact costs one and a half times half of the spread, and leaves what rests within the range', () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 0, max: 40 }), ({ bids, asks }, ticks) => {
        const book = bookOf(tenfold(bids), tenfold(asks));
        const [near, far] = [sdkImpact(book, ticks / 4), sdkImpact(book, (ticks + 1) / 4)];
        const within = depthInRange(book, ticks / 4);
        expect(near?.remainingLiquidity).toBe(within.bidTotal + within.askTotal);
        expect(near?.levelsConsumed).toBe(Math.min(within.bidLevels, within.askLevels));
        expect(near?.totalCost).toBe((3 * ((asks[0]?.[0] ?? 0) - (bids[0]?.[0] ?? 0))) / 4);
        expect(far?.confidence).toBeGreaterThanOrEqual(near?.confidence ?? Infinity);
        expect(far?.confidence).toBeLessThanOrEqual(100);
        const { remainingLiquidity: _more, levelsConsumed: _wider, confidence: _surer, ...same } = far ?? {};
        expect(near).toMatchObject(same);
      }),
    );
  });

  it('clusters hold each level once, within the tolerance of their first, whatever the sizes', () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 0, max: 6 }), ({ bids, asks }, gapTicks) => {
        const options = { tickSize: 0.25, gapTicks, minLevels: 1, compat: true };
        const found = orderClusters(bookOf(bids, asks), options);
        expect(sum(found.map(({ size }) => size))).toBe(sum(sizesOf([...bids, ...asks])));
        expect(sum(found.map(({ levels }) => levels))).toBe(bids.length + asks.length);
        for (const { low, high } of found) expect(high - low).toBeLessThanOrEqual(gapTicks / 4);
        const even = (levels: readonly Level[]): Level[] => levels.map(([price]) => [price, 1]);
        const places = (clusters: typeof found) =>
          clusters.map(({ side, price, low }) => `${side} ${price} ${low}`).toSorted();
        expect(places(orderClusters(bookOf(even(bids), even(asks)), options))).toEqual(places(found));
      }),
    );
  });

  it('liquidity is every level of a hundred or more among the best twenty', () => {
    fc.assert(
      fc.property(anyBook, ({ bids, asks }) => {
        const { bids: large, askTotal } = liquidityLevels(bookOf(bids, asks), { compat: true });
        expect(large).toEqual(bids.filter(([, size]) => size >= 100));
        expect(askTotal).toBe(sum(sizesOf(asks).filter((size) => size >= 100)));
      }),
    );
  });
});

describe('detections as project-x-py scores them', () => {
  const always = { refreshes: 1, size: 0, confidence: 0 };

  it('an iceberg counts the rises, and twice the sizes hide twice as much with the same confidence', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const found = sdkIceberg(history, always);
        expect(found?.replenishments).toBe(stepsOf(history).filter((step) => step > 0).length);
        expect(sdkIceberg(history.toReversed(), always)?.replenishments).toBe(
          stepsOf(history).filter((step) => step < 0).length,
        );
        const double = sdkIceberg(
          history.map(([size, ts]) => [2 * size, ts]),
          always,
        );
        expect(double).toEqual({
          ...found,
          averageSize: 2 * (found?.averageSize ?? 0),
          hiddenSize: 2 * (found?.hiddenSize ?? 0),
        });
        expect(found?.confidence).toBeLessThanOrEqual(1);
        expect(sdkIceberg(history)?.confidence ?? 1).toBeGreaterThanOrEqual(0.7);
      }),
    );
  });

  it('a spoof counts the falls at any hour, and is the surer the further away', () => {
    const told = { frequency: 0, cancelRate: 0, seconds: Infinity, ticks: 0, least: 0 };
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 0, max: 30 }), (history, ticks) => {
        const found = sdkSpoof(history, ticks, told);
        const falls = stepsOf(history).filter((step) => step < 0).length;
        expect((found?.cancelRate ?? 0) * (history.length - 1)).toBeCloseTo(falls, 9);
        expect((found?.frequency ?? 0) * 10).toBeCloseTo(history.length, 9);
        const later = history.map(([size, ts]) => [size, ts + 86_400_000] as const);
        expect(sdkSpoof(later, ticks, told)).toEqual(found);
        const further = sdkSpoof(history, ticks + 1, told);
        expect(further?.confidence).toBeGreaterThanOrEqual(found?.confidence ?? Infinity);
        expect(further?.confidence).toBeLessThanOrEqual(1);
        // With its own thresholds it tells the same, or nothing.
        expect([undefined, found]).toContainEqual(sdkSpoof(history, ticks));
      }),
    );
  });
});

describe('figures over prices as project-x-py has them', () => {
  it('a profile holds all but the trades at the highest price, and 70 % of that in its value area', () => {
    fc.assert(
      fc.property(anyTrades, fc.integer({ min: 2, max: 50 }), (rows, bins) => {
        const trades = tradesOf(rows);
        const prices = trades.map(({ price }) => price);
        const [low, high] = [Math.min(...prices), Math.max(...prices)];
        const profile = sdkVolumeProfile(trades, bins);
        expect(profile === undefined).toBe(low === high);
        if (profile === undefined) return;
        const { centres, volumes, volume, poc, vah, val } = profile;
        expect(volume).toBe(sum(trades.filter(({ price }) => price < high).map(({ size }) => size)));
        expect(sum(volumes)).toBe(volume);
        expect(volumes[centres.indexOf(poc)]).toBe(Math.max(...volumes));
        const area = volumes.filter((_, i) => (centres[i] ?? 0) >= val && (centres[i] ?? 0) <= vah);
        expect(sum(area)).toBeGreaterThanOrEqual(0.7 * volume);
        expect([low, val, poc, vah, high]).toEqual([low, val, poc, vah, high].toSorted((a, b) => a - b));
      }),
    );
  });

  it('support counts how often each price came, ten prices at most', () => {
    const anyPoints = fc.array(fc.integer({ min: 400, max: 425 }), { minLength: 1, maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(anyPoints, fc.integer({ min: 1, max: 5 }), (ticks, least) => {
        // A tolerance of 0.1 is less than a tick: each price is a group of its own.
        const times = new Map<number, number>();
        for (const one of ticks) times.set(one / 4, (times.get(one / 4) ?? 0) + 1);
        const now = (ticks.at(-1) ?? 0) / 4;
        const expected = [...times]
          .filter(([, touches]) => touches >= least)
          .sort(([, a], [, b]) => b - a)
          .slice(0, 10)
          .map(([price, touches]) => {
            return { price, touches, strength: touches / least, kind: price < now ? 'support' : 'resistance' };
          });
        expect(
          sdkSupportResistance(
            ticks.map((one) => one / 4),
            least,
          ),
        ).toEqual(expected);
      }),
    );
  });

  it('a spread deviates alike when all are wider, in any order of the samples but for the last', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }), (ticks) => {
        const spreads = ticks.map((one) => one / 4);
        const value = sdkSpread(spreads);
        const wider = sdkSpread(spreads.map((one) => one + 1));
        const sorted = sdkSpread(spreads.toSorted((a, b) => a - b));
        expect(wider?.mean).toBeCloseTo((value?.mean ?? 0) + 1, 9);
        expect(wider?.deviation).toBeCloseTo(value?.deviation ?? Infinity, 9);
        expect(sorted).toMatchObject({ mean: value?.mean, current: Math.max(...spreads) });
        expect(value?.current).toBe(spreads.at(-1));
        const { liquidity, tightness, resilience } = sdkSpread(spreads.map((one) => one / 100)) ?? {};
        for (const score of [liquidity, tightness, resilience]) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
