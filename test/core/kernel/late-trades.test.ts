import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar, Timeframe } from '#core';
import { at, makeKernel, sinceStart, type TradeRow, trades } from '../../helpers/kernel-kit.ts';

const HOUR_MS = 3_600_000;

/** Runs the trades, row by row as a live feed does, and gives the bars by timeframe, with what was late. */
function run(rows: readonly TradeRow[], timeframes: readonly Timeframe[], grace = 250) {
  const { kernel, market, inside } = makeKernel({ grace });
  const bars = new Map<Timeframe, Bar[]>(timeframes.map((timeframe) => [timeframe, []]));
  inside(() => {
    for (const [timeframe, list] of bars) market.bars('ES', timeframe).subscribe((bar) => list.push(bar));
  });
  const chunk = trades(rows);
  for (let i = 0; i < rows.length; i++) kernel.process(chunk, i, i + 1);
  kernel.advanceTo(at((rows.at(-1)?.ms ?? 0) + 48 * HOUR_MS));
  const of = (timeframe: Timeframe): Bar[] => bars.get(timeframe) ?? [];
  const volume = (timeframe: Timeframe): number => of(timeframe).reduce((sum, bar) => sum + bar.volume, 0);
  return { of, volume, late: kernel.bars.late };
}

/** A trade every 20 ms for two minutes, whose receipt runs `lag` milliseconds behind the venue's clock. */
const skewed = (lag: (i: number) => number): TradeRow[] => {
  let ms = 0;
  return Array.from({ length: 6_000 }, (_, i) => {
    const event = 20_000 + i * 20;
    ms = Math.max(ms, event + lag(i));
    return { ms, event, price: 100 + (i % 7), size: 1 };
  });
};

describe('a venue clock that is not ours', () => {
  it('loses no trade when it runs 1.27 s ahead', () => {
    const { of, late } = run(
      skewed(() => -1_270),
      ['100ms', '1s', '1m'],
    );
    expect(late).toBe(0);
    // 20 ms apart: five in each 100 ms, fifty in each second.
    expect(new Set(of('100ms').map(({ trades: n }) => n))).toEqual(new Set([5]));
    expect(new Set(of('1s').map(({ trades: n }) => n))).toEqual(new Set([50]));
    expect(of('1m').map(({ trades: n }) => n)).toEqual([2_000, 3_000, 1_000]);
  });

  it('loses no trade in the steady state when it is 10 s behind with jitter, after the first few', () => {
    // Up to 90 ms of jitter, as a slow walk back and forth.
    const jitter = (i: number): number => Math.abs((i % 180) - 90);
    const { of, volume, late } = run(
      skewed((i) => 10_000 + jitter(i)),
      ['1s', '1m'],
    );
    expect(late).toBeLessThan(10);
    const steady = of('1s').slice(3, -1);
    expect(steady).toHaveLength(120 - 4);
    expect(new Set(steady.map(({ trades: n }) => n))).toEqual(new Set([50]));
    expect(volume('1m')).toBe(6_000);
  });

  it('does not waver when the lag is less than one step of the wait', () => {
    const rows = skewed(() => 40);
    expect(run(rows, ['1s'], 0).late).toBeLessThan(3);
  });

  it.each([-500, 0, 5])('closes bars by the clock again soon after a lag of 5 s has become %i ms', (lag) => {
    const rows = skewed((i) => (i < 2_000 ? 5_000 : lag));
    const { kernel, market, clock, inside } = makeKernel({ grace: 250 });
    const closed: [number, number][] = [];
    inside(() => {
      market.bars('ES', '1s').subscribe(({ end }) => closed.push([sinceStart(end), sinceStart(clock.now())]));
    });
    const chunk = trades(rows);
    for (let i = 0; i < rows.length; i++) kernel.process(chunk, i, i + 1);
    kernel.advanceTo(at(HOUR_MS));
    const [end, when] = closed.at(-1) ?? [0, 0];
    // The first message asked for 4.75 s on top of the grace; the next minute leaves a quarter of it.
    expect(when - end).toBeLessThan(1_500);
    expect(when - end).toBeGreaterThanOrEqual(250);
  });
});

describe('a trade that comes after its finest bar has closed', () => {
  it('is taken into the coarser bars that are still open, and counted', () => {
    const { of, late } = run(
      [
        { ms: 1_000, price: 100 },
        { ms: 2_000, price: 101 },
        { ms: 2_500, event: 1_500, price: 90, size: 5 },
        { ms: 3_000, price: 102 },
      ],
      ['1s', '1m'],
    );
    expect(late).toBe(1);
    expect(of('1s').map(({ volume }) => volume)).toEqual([1, 1, 1]);
    // The late one widens the range and adds volume; the last price stays that of the last trade by venue time.
    expect(of('1m')).toMatchObject([{ open: 100, high: 102, low: 90, close: 102, volume: 8, trades: 4 }]);
  });

  it('leaves the open bar of the finest timeframe as it is', () => {
    const { of } = run([{ ms: 1_000 }, { ms: 2_000, price: 101 }, { ms: 2_100, event: 1_500, price: 90 }], ['1s']);
    expect(of('1s')[1]).toMatchObject({ open: 101, high: 101, low: 101, close: 101, volume: 1, trades: 1 });
  });

  it('is all the same the last price that is known', () => {
    const { kernel, market, inside } = makeKernel();
    inside(() => void market.bars('ES', '1s').subscribe());
    kernel.process(trades([{ ms: 1_000 }, { ms: 2_500, event: 1_500, price: 90 }]), 0, 2);
    expect(kernel.last(0)).toBe(90);
  });

  it('opens a coarser bar that has no trade yet, when its interval is still to come', () => {
    // Nothing has rolled up into the minute when the late one comes: its only bar of 1 s is still open.
    const { of, late } = run(
      [
        { ms: 12_300, price: 100 },
        { ms: 12_400, event: 10_500, price: 95, size: 4 },
      ],
      ['1s', '1m'],
    );
    expect(late).toBe(1);
    expect(of('1s')).toHaveLength(1);
    expect(of('1m')).toMatchObject([{ open: 95, high: 100, low: 95, close: 100, volume: 5, trades: 2 }]);
  });

  it('is not taken into the bar of another interval', () => {
    const { of } = run(
      [
        { ms: 61_000, price: 100 },
        { ms: 61_500, event: 59_900, price: 50, size: 9 },
      ],
      ['1s', '1m'],
    );
    expect(of('1m')).toMatchObject([{ low: 100, volume: 1 }]);
  });

  it('never breaks a bar: low ≤ open, close ≤ high, one bar per interval, volume never above the trades', () => {
    const rows = fc
      .array(
        fc.record({
          gap: fc.integer({ min: 0, max: 3_000 }),
          late: fc.oneof(
            { weight: 3, arbitrary: fc.constant(0) },
            { weight: 1, arbitrary: fc.integer({ min: -2_000, max: 20_000 }) },
          ),
          price: fc.integer({ min: 380, max: 420 }),
          size: fc.integer({ min: 0, max: 5 }),
        }),
        { minLength: 1, maxLength: 80 },
      )
      .map((list) => {
        let ms = 30_000;
        return list.map(({ gap, late, ...row }) => {
          ms += gap;
          return { ...row, ms, event: ms - late };
        });
      });
    const timeframes: Timeframe[] = ['1s', '5s', '15s', '1m', '1d'];
    fc.assert(
      fc.property(rows, (list) => {
        const { of, volume } = run(list, timeframes);
        const total = list.reduce((sum, { size }) => sum + size, 0);
        for (const timeframe of timeframes) {
          const bars = of(timeframe);
          for (const { open, high, low, close, volume: size } of bars) {
            expect(Math.min(open, close), timeframe).toBeGreaterThanOrEqual(low);
            expect(Math.max(open, close), timeframe).toBeLessThanOrEqual(high);
            expect(size).toBeGreaterThanOrEqual(0);
          }
          const starts = bars.map(({ start }) => start);
          expect(starts, timeframe).toEqual([...new Set(starts)].sort((a, b) => a - b));
          expect(volume(timeframe)).toBeLessThanOrEqual(total);
        }
        // The day is open all the time, so it holds every trade, however late.
        expect(volume('1d')).toBe(total);
      }),
      { numRuns: 300 },
    );
  });
});
