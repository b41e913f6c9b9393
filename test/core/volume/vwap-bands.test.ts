import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../core/calendar/calendar-of.ts';
import { anchoredVwap, sessionVwap, VwapBands } from '../../../core/volume/vwap-bands.ts';
import { trade, trades$ } from './kit.ts';

describe('VwapBands', () => {
  it('weighs prices with their size: 10 × 1 and 20 × 3 make 17.5, with a deviation of √18.75', () => {
    const bands = new VwapBands({ bands: [2] });
    expect(bands.value).toBeUndefined();
    bands.add(0, 10, 1);
    bands.add(0, 20, 3);
    bands.add(0, 99, 0);
    // (7.5² + 3 × 2.5²) ÷ 4 = 18.75
    const deviation = Math.sqrt(18.75);
    expect(bands.value?.vwap).toBeCloseTo(17.5, 12);
    expect(bands.value?.deviation).toBeCloseTo(deviation, 12);
    expect(bands.value?.bands[0]?.lower).toBeCloseTo(17.5 - 2 * deviation, 12);
    expect(bands.value?.volume).toBe(4);
  });

  it('equals a computation in two passes, however far from zero prices are', () => {
    const print = fc.record({
      price: fc.integer({ min: -4_000, max: 4_000 }).map((ticks) => 60_000 + ticks / 4),
      size: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(print, { minLength: 1, maxLength: 200 }), (prints) => {
        const bands = new VwapBands();
        for (const { price, size } of prints) bands.add(0, price, size);
        const volume = prints.reduce((sum, { size }) => sum + size, 0);
        if (volume === 0) return bands.value === undefined;
        const mean = prints.reduce((sum, { price, size }) => sum + price * size, 0) / volume;
        const variance = prints.reduce((sum, { price, size }) => sum + size * (price - mean) ** 2, 0) / volume;
        return Math.abs(bands.vwap - mean) < 1e-7 && Math.abs(bands.deviation - Math.sqrt(variance)) < 1e-6;
      }),
    );
  });

  it('refuses a band at no distance', () => {
    expect(() => new VwapBands({ bands: [1, 0] })).toThrow(expect.objectContaining({ code: 'VOLUME_BAD_OPTION' }));
  });
});

describe('sessionVwap', () => {
  const two = [
    trade('2024-03-07T15:00:00Z', 100, 1),
    trade('2024-03-07T21:30:00Z', 104, 1),
    trade('2024-03-07T23:10:00Z', 110, 2),
    trade('2024-03-08T15:00:00Z', 113, 1),
  ];
  const valuesOf = async (options = {}) =>
    (await lastValueFrom(trades$(...two).pipe(sessionVwap(calendarOf('cme-equity'), options), toArray()))).map(
      (value) => value?.vwap,
    );

  it('begins anew with the trading date, which is the evening before', async () => {
    expect(await valuesOf()).toEqual([100, 102, 110, 111]);
  });

  it('counts regular hours alone when asked so', async () => {
    expect(await valuesOf({ session: 'RTH' })).toEqual([100, 100, 100, 113]);
  });
});

describe('anchoredVwap', () => {
  it('counts from its moment on', async () => {
    const values = await lastValueFrom(
      trades$(
        trade('2024-03-07T15:00:00Z', 100),
        trade('2024-03-07T15:00:01Z', 110),
        trade('2024-03-07T15:00:02Z', 120),
      ).pipe(anchoredVwap(Date.parse('2024-03-07T15:00:01Z')), toArray()),
    );
    expect(values.map((value) => value?.vwap)).toEqual([undefined, 110, 115]);
  });
});
