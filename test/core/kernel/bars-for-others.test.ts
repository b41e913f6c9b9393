import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Timeframe } from '#core';
import { at, makeKernel, sinceStart, trades } from '../../helpers/kernel-kit.ts';
import { plain } from './naive-bars.ts';

/** Trades whose venue time runs before or behind their receipt, out of order and at times far behind. */
const disorderly = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 4_000 }),
      lag: fc.oneof(fc.integer({ min: -400, max: 700 }), fc.integer({ min: 0, max: 90_000 })),
      price: fc.integer({ min: 90, max: 110 }),
      size: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 150 },
  )
  .map((steps) => {
    let ms = 100_000;
    return steps.map(({ gap, lag, price, size }) => {
      ms += gap;
      return { ms, event: ms - lag, price, size: size / 1000 };
    });
  });

/** Closed 1 m bars with the time and the cause of their emission, while others want other timeframes. */
function minutes(rows: Parameters<typeof trades>[0], others: readonly Timeframe[]) {
  const { kernel, market, clock, inside } = makeKernel({ grace: 250 });
  const heard: unknown[] = [];
  inside(() => {
    for (const timeframe of others) market.bars('ES', timeframe).subscribe();
    market
      .bars('ES', '1m')
      .subscribe((bar) => heard.push({ ...plain(bar), when: sinceStart(clock.now()), cause: kernel.cause }));
  });
  kernel.process(trades(rows), 0, rows.length);
  kernel.advanceTo(at(3_600_000));
  return heard;
}

describe('the bars of one timeframe', () => {
  it('are the same, at the same moments and for the same causes, whoever else wants which others', () => {
    const others: readonly (readonly Timeframe[])[] = [
      ['1s'],
      ['100ms', '45s'],
      ['5m', '1h'],
      ['5s', '15s', '1m', '1d'],
    ];
    fc.assert(
      fc.property(disorderly, (rows) => {
        const alone = minutes(rows, []);
        for (const wanted of others) expect(minutes(rows, wanted)).toEqual(alone);
      }),
      { numRuns: 300 },
    );
  });

  it('open and close with the first and the last trade by venue time', () => {
    // Received in another order than they were made in: 101 was first, 104 last.
    const rows = [
      { ms: 5_000, event: 4_000, price: 102 },
      { ms: 5_100, event: 1_000, price: 101 },
      { ms: 5_200, event: 4_900, price: 104 },
      { ms: 5_300, event: 4_200, price: 103 },
    ];
    for (const others of [[], ['1s']] as const) {
      expect(minutes(rows, others)).toMatchObject([{ open: 101, high: 104, low: 101, close: 104, trades: 4 }]);
    }
  });
});

describe('a timeframe that is written in another way', () => {
  it('is the same timeframe, and its bars carry the shortest name', () => {
    const { kernel, market, inside } = makeKernel();
    const names: string[] = [];
    inside(() => {
      for (const timeframe of ['3600s', '60s', '1000ms'] as const) {
        market.bars('ES', timeframe).subscribe((bar) => names.push(bar.timeframe));
      }
    });
    kernel.process(trades([{ ms: 100 }]), 0, 1);
    kernel.advanceTo(at(3_600_000));
    expect(names).toEqual(['1s', '1m', '1h']);
  });
});
