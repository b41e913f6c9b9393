import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { makeInstrument } from '../../../core/domain/instrument.ts';
import { Footprint, type FootprintBar, footprint } from '../../../core/volume/footprint.ts';
import { addTrade } from '../../../core/volume/trade-sink.ts';
import { trade, trades$ } from './kit.ts';

const es = makeInstrument({ symbol: 'ES', tickSize: 0.25 }, 0);
const MINUTE = 60_000_000;

describe('footprint', () => {
  const minute = [
    trade('2024-03-07T15:00:01Z', 100.25, 2, 'sell'),
    trade('2024-03-07T15:00:02Z', 100.5, 6, 'buy'),
    trade('2024-03-07T15:00:03Z', 100.5, 1, 'sell'),
    trade('2024-03-07T15:00:04Z', 100.75, 0),
    trade('2024-03-07T15:00:05Z', 100.25, 4, 'unknown'),
    trade('2024-03-07T15:01:00Z', 100, 9, 'sell'),
  ];

  it('tells what was sold and bought at each price of a bar, and closes the last with the stream', async () => {
    const [first, second, ...others] = await lastValueFrom(
      trades$(...minute).pipe(footprint(es, { span: MINUTE }), toArray()),
    );
    expect(first).toEqual({
      start: Date.parse('2024-03-07T15:00:00Z'),
      end: Date.parse('2024-03-07T15:01:00Z'),
      open: 100.25,
      high: 100.75,
      low: 100.25,
      close: 100.25,
      volume: 13,
      buy: 6,
      sell: 3,
      delta: 3,
      maxDelta: 4,
      minDelta: -2,
      trades: 4,
      poc: 100.5,
      ticksPerRow: 1,
      rows: [
        // 2 sold here against 6 bought a row above: no imbalance. Nobody sold a row below 100.25.
        { price: 100.25, sell: 2, buy: 0, unknown: 4, imbalance: undefined },
        // 6 bought here are 3 times the 2 that were sold a row below; 1 sold is more than nobody a row above.
        { price: 100.5, sell: 1, buy: 6, unknown: 0, imbalance: 'both' },
      ],
    } satisfies FootprintBar);
    expect(second).toMatchObject({ open: 100, volume: 9, delta: -9, minDelta: -9, maxDelta: 0 });
    expect(others).toEqual([]);
  });

  it('asks for volume and for a ratio before it calls an imbalance', async () => {
    const imbalances = async (options: object) => {
      const bars = trades$(...minute.slice(0, 5)).pipe(footprint(es, { span: MINUTE, ...options }), toArray());
      return (await lastValueFrom(bars))[0]?.rows.map(({ imbalance }) => imbalance);
    };
    expect(await imbalances({ minVolume: 2 })).toEqual([undefined, 'buy']);
    expect(await imbalances({ ratio: 3.5 })).toEqual([undefined, 'sell']);
  });

  it('counts a trade of a bar that has gone and leaves it out', () => {
    const bars: FootprintBar[] = [];
    const print = new Footprint(es, { span: MINUTE }, (bar) => bars.push(bar));
    for (const each of [...minute, trade('2024-03-07T15:00:59Z', 100, 50)]) addTrade(print, each);
    print.end();
    expect(print.late).toBe(1);
    expect(bars.map(({ volume }) => volume)).toEqual([13, 9]);
  });

  it('loses no volume, whatever is traded, and keeps to its rows', () => {
    const print = fc.record({
      ms: fc.integer({ min: 0, max: 600_000 }),
      ticks: fc.integer({ min: -500, max: 500 }),
      size: fc.integer({ min: 0, max: 20 }),
      side: fc.constantFrom('buy', 'sell', 'unknown'),
    });
    fc.assert(
      fc.property(fc.array(print, { minLength: 1, maxLength: 200 }), (prints) => {
        const sorted = prints.toSorted((a, b) => a.ms - b.ms);
        const bars: FootprintBar[] = [];
        const it = new Footprint(es, { span: MINUTE, maxRows: 8 }, (bar) => bars.push(bar));
        const start = Date.parse('2024-03-07T15:00:00Z');
        for (const { ms, ticks, size, side } of sorted) {
          addTrade(it, trade(new Date(start + ms).toISOString(), ticks / 4, size, side));
        }
        it.end();
        for (const bar of bars) {
          const sum = (name: 'buy' | 'sell' | 'unknown') => bar.rows.reduce((all, row) => all + row[name], 0);
          expect(sum('buy') + sum('sell') + sum('unknown')).toBe(bar.volume);
          expect(bar.delta).toBe(sum('buy') - sum('sell'));
          expect(bar.rows.length).toBeLessThanOrEqual(8);
          expect(bar.minDelta).toBeLessThanOrEqual(Math.min(0, bar.delta));
        }
        expect(bars.reduce((all, { volume }) => all + volume, 0)).toBe(sorted.reduce((all, { size }) => all + size, 0));
      }),
    );
  });
});
