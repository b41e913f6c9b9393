import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { AggressorRule, withAggressor } from '../../../core/analytics/aggressor.ts';
import { CumulativeDelta } from '../../../core/analytics/cumulative-delta.ts';
import { DataSampler } from '../../../core/analytics/data-snapshot.ts';
import { SpreadMeter } from '../../../core/analytics/spread-analysis.ts';
import { SupportFinder } from '../../../core/analytics/support-resistance.ts';
import { TimeWindow } from '../../../core/analytics/time-window.ts';
import { TradeFlowMeter } from '../../../core/analytics/trade-flow.ts';
import { VolumeProfiler } from '../../../core/analytics/volume-profile.ts';
import type { Trade } from '../../../core/domain/market.ts';
import { anyTrades, trade, tradesOf } from './kit.ts';

const volumeOf = (trades: readonly Trade[], side?: string): number =>
  trades.filter((one) => side === undefined || one.side === side).reduce((sum, { size }) => sum + size, 0);

describe('a time window', () => {
  it('holds the rows of the last while, as a plain filter does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), (waits) => {
        const left: number[] = [];
        const window = new TimeWindow({ spanMs: 100, capacity: 20, onLeave: (_ts, a) => void left.push(a) });
        let ts = 0;
        const all: [number, number][] = [];
        waits.forEach((wait, i) => {
          ts += wait;
          all.push([ts, i]);
          window.push(ts, i);
          const rows: number[] = [];
          window.forEach((_ts, a) => void rows.push(a));
          const within = all.filter(([at]) => at >= ts - 100).map(([, a]) => a);
          expect(rows).toEqual(within.slice(-20));
          expect([...left, ...rows]).toEqual(all.map(([, a]) => a));
        });
      }),
    );
  });

  it('tells how many rows left before their time', () => {
    const window = new TimeWindow({ spanMs: 100, capacity: 2 });
    for (let i = 0; i < 5; i++) window.push(0, i);
    expect([window.size, window.cut, window.oldest]).toEqual([2, 3, 3]);
  });
});

describe('the cumulative delta', () => {
  it('is buying minus selling, by window and by session', () => {
    const delta = new CumulativeDelta({ windowMs: 1000, sessionOf: (ts) => Math.floor(ts / 5000) });
    delta.add(trade(100, 5, 'buy', 0));
    delta.add(trade(100, 2, 'sell', 900));
    delta.add(trade(100, 3, 'unknown', 1500));
    const { window, session } = delta.value();
    expect(window).toEqual({ buy: 0, sell: 2, unknown: 3, delta: -2, total: 5, trades: 2, perTrade: -1 });
    expect(session).toMatchObject({ buy: 5, sell: 2, delta: 3, trades: 3 });
    delta.add(trade(100, 1, 'sell', 5000));
    expect(delta.value().session).toMatchObject({ sell: 1, delta: -1, trades: 1 });
    expect(delta.value(99_000).window).toMatchObject({ total: 0, delta: 0, trades: 0 });
  });

  it('has no crumbs: 0.1 + 0.2 bought and 0.3 sold is nothing', () => {
    const delta = new CumulativeDelta();
    delta.add(trade(1, 0.1));
    delta.add(trade(1, 0.2));
    delta.add(trade(1, 0.3, 'sell'));
    expect(delta.value().session.delta).toBe(0);
  });

  it('equals a plain sum over the last while', () => {
    fc.assert(
      fc.property(anyTrades, (rows) => {
        const delta = new CumulativeDelta({ windowMs: 1000 });
        const trades = tradesOf(rows);
        for (const one of trades) delta.add(one);
        const recent = trades.filter(({ tsEvent }) => tsEvent >= trades.at(-1)!.tsEvent - 1000);
        const { window, session } = delta.value();
        expect(window.delta).toBe(volumeOf(recent, 'buy') - volumeOf(recent, 'sell'));
        expect([window.total, session.total]).toEqual([volumeOf(recent), volumeOf(trades)]);
      }),
    );
  });
});

describe('the trade flow', () => {
  it('says who traded how much', () => {
    const meter = new TradeFlowMeter();
    meter.add(trade(100, 1, 'buy', 1000));
    meter.add(trade(104, 3, 'sell', 3000));
    meter.add(trade(90, 0, 'buy', 3000));
    // VWAP by hand: (100 + 312) ÷ 4 = 103; a print of size 0 counts not.
    expect(meter.value).toEqual({
      aggressiveBuy: 1,
      aggressiveSell: 3,
      passiveBuy: 3,
      passiveSell: 1,
      unknown: 0,
      delta: -2,
      vwap: 103,
      high: 104,
      low: 100,
      trades: 2,
      averageSize: 2,
      largestSize: 3,
      smallestSize: 1,
      tradesPerSecond: 1,
      from: 1000,
      to: 3000,
    });
  });

  it('has a VWAP within the range, and starts afresh with the session', () => {
    fc.assert(
      fc.property(anyTrades, (rows) => {
        const trades = tradesOf(rows);
        const meter = new TradeFlowMeter({ sessionOf: (ts) => Math.floor(ts / 10_000) });
        for (const one of trades) meter.add(one);
        const last = trades.filter((one) => Math.floor(one.tsEvent / 1e4) === Math.floor(trades.at(-1)!.tsEvent / 1e4));
        const { vwap = 0, high = 0, low = 0, trades: count } = meter.value;
        expect(count).toBe(last.length);
        expect(vwap).toBeGreaterThanOrEqual(low - 1e-9);
        expect(vwap).toBeLessThanOrEqual(high + 1e-9);
        expect([low, high]).toEqual([Math.min(...last.map((t) => t.price)), Math.max(...last.map((t) => t.price))]);
      }),
    );
  });
});

describe('the volume profile', () => {
  it('has its point of control and its value area where they are by hand', () => {
    const profiler = new VolumeProfiler({ tickSize: 0.25 });
    // Volumes 5, 20, 30, 25, 10, 10 of 100: from 30 the area takes 25 above, then 20 below: 75 ≥ 70.
    [5, 20, 30, 25, 10, 10].forEach((size, i) => {
      profiler.add(trade(100 + i / 4, size));
    });
    expect(profiler.value()).toMatchObject({ volume: 100, poc: 100.5, vah: 100.75, val: 100.25 });
  });

  it('takes the lower of two equal neighbours, and of equal peaks the one nearer to the mean', () => {
    const profiler = new VolumeProfiler({ tickSize: 1, valueArea: 0.6 });
    for (const [i, size] of [10, 30, 10].entries()) profiler.add(trade(100 + i, size));
    expect(profiler.value()).toMatchObject({ poc: 101, vah: 101, val: 101 });
    const wider = new VolumeProfiler({ tickSize: 1, valueArea: 0.61 });
    for (const [i, size] of [10, 30, 10].entries()) wider.add(trade(100 + i, size));
    expect(wider.value()).toMatchObject({ poc: 101, vah: 101, val: 100 });
    const peaks = new VolumeProfiler({ tickSize: 1 });
    // Mean 102.1: the peak at 103 is nearer than that at 100.
    for (const [i, size] of [9, 1, 1, 9, 1].entries()) peaks.add(trade(100 + i, size));
    expect(peaks.value().poc).toBe(103);
  });

  it('keeps all volume, holds its share in a contiguous area around its peak, and has the highest price', () => {
    fc.assert(
      fc.property(anyTrades, (rows) => {
        const trades = tradesOf(rows);
        const profiler = new VolumeProfiler({ tickSize: 0.25 });
        for (const one of trades) profiler.add(one);
        const { bins, volume, poc = 0, vah = 0, val = 0 } = profiler.value();
        expect(volume).toBe(volumeOf(trades));
        expect(bins.at(-1)?.price).toBe(Math.max(...trades.map(({ price }) => price)));
        const area = bins.filter(({ price }) => price >= val && price <= vah);
        expect(area.reduce((sum, bin) => sum + bin.volume, 0)).toBeGreaterThanOrEqual(0.7 * volume - 1e-6);
        expect(val <= poc && poc <= vah).toBe(true);
        expect(Math.max(...bins.map((bin) => bin.volume))).toBe(bins.find(({ price }) => price === poc)?.volume);
      }),
    );
  });

  it('slides with its window', () => {
    fc.assert(
      fc.property(anyTrades, (rows) => {
        const trades = tradesOf(rows);
        const profiler = new VolumeProfiler({ tickSize: 0.25, windowMs: 1000 });
        for (const one of trades) profiler.add(one);
        const fresh = new VolumeProfiler({ tickSize: 0.25 });
        for (const one of trades) if (one.tsEvent >= trades.at(-1)!.tsEvent - 1000) fresh.add(one);
        expect(profiler.value()).toEqual(fresh.value());
      }),
    );
  });

  it('makes its bins wider rather than its memory larger', () => {
    const profiler = new VolumeProfiler({ tickSize: 1, maxBins: 10 });
    for (let i = 0; i < 100; i++) profiler.add(trade(i, 1));
    const { bins, ticksPerBin, volume } = profiler.value();
    expect([ticksPerBin, volume]).toEqual([16, 100]);
    expect(bins.map(({ volume: size }) => size)).toEqual([16, 16, 16, 16, 16, 16, 4]);
  });
});

describe('the aggressor', () => {
  it('is told by the venue first, then the quote, then the nearer half of the spread, then the last change', () => {
    const rule = new AggressorRule();
    rule.quote(100, 101);
    expect(rule.read({ price: 101, side: 'sell' })).toEqual({ side: 'sell', source: 'venue', confidence: 1 });
    expect(rule.read({ price: 101, side: 'unknown' })).toMatchObject({ side: 'buy', source: 'quote' });
    expect(rule.read({ price: 99.5, side: 'unknown' })).toMatchObject({ side: 'sell', source: 'quote' });
    expect(rule.read({ price: 100.75, side: 'unknown' })).toMatchObject({ side: 'buy', source: 'mid' });
    expect(rule.read({ price: 100.5, side: 'unknown' })).toMatchObject({ side: 'sell', source: 'tick' });
    expect(new AggressorRule().read({ price: 1, side: 'unknown' })).toEqual({
      side: 'unknown',
      source: 'none',
      confidence: 0,
    });
  });

  it('is what project-x-py makes of it, when asked', () => {
    const rule = new AggressorRule({ compat: true });
    rule.quote(100, 101);
    const side = (price: number): string => rule.read({ price, side: 'sell' }).side;
    expect([side(101), side(100), side(100.75)]).toEqual(['buy', 'sell', 'unknown']);
  });

  it('never overrules the venue, and is unknown only while nothing is known', () => {
    fc.assert(
      fc.property(anyTrades, (rows) => {
        const trade$ = new Subject<Trade>();
        const quote$ = new Subject<{ bid: number; ask: number }>();
        const seen: Trade[] = [];
        trade$.pipe(withAggressor(quote$)).subscribe((one) => seen.push(one));
        quote$.next({ bid: 100, ask: 100.25 });
        const trades = tradesOf(rows);
        for (const one of trades) trade$.next(one);
        seen.forEach((one, i) => {
          if (trades[i]!.side !== 'unknown') expect(one).toBe(trades[i]);
          expect(one.side).not.toBe('unknown');
        });
      }),
    );
  });
});

describe('the spread over time', () => {
  it('weighs each spread by the time that it stood', () => {
    const meter = new SpreadMeter({ tickSize: 0.25 });
    meter.quote(100, 100.25, 0);
    meter.quote(100, 100.75, 900);
    meter.quote(100, 100.25, 1000);
    // One tick for 900 ms, three for 100: mean 1.2, variance 0.9 × 0.04 + 0.1 × 3.24 = 0.36.
    const value = meter.value();
    expect(value).toMatchObject({ current: 1, median: 1, min: 1, max: 3, spanMs: 1000, trend: 'widening' });
    expect(value.mean).toBeCloseTo(1.2, 12);
    expect(value.deviation).toBeCloseTo(0.6, 12);
    expect(value.distribution).toEqual([
      [1, 0.9],
      [3, 0.1],
    ]);
  });

  it('leaves out the time in which there is none', () => {
    const meter = new SpreadMeter({ tickSize: 0.25 });
    meter.quote(100, 100.25, 0);
    meter.quote(100, undefined, 100);
    meter.quote(100, 99, 500);
    meter.quote(100, 100.5, 1000);
    expect(meter.value(1100)).toMatchObject({ mean: 1.5, spanMs: 200 });
  });

  it('stays between the narrowest and the widest, with shares that add up', () => {
    const quote = fc.record({ ticks: fc.integer({ min: -1, max: 9 }), wait: fc.integer({ min: 0, max: 99 }) });
    fc.assert(
      fc.property(fc.array(quote, { minLength: 2, maxLength: 60 }), (quotes) => {
        const meter = new SpreadMeter({ tickSize: 0.25, windowMs: 500 });
        let ts = 0;
        for (const { ticks, wait } of quotes) {
          ts += wait;
          meter.quote(100, 100 + ticks / 4, ts);
        }
        const { mean, min = 0, max = 0, distribution, spanMs } = meter.value();
        expect(spanMs).toBeLessThanOrEqual(500);
        if (mean === undefined) return;
        expect(mean).toBeGreaterThanOrEqual(min - 1e-9);
        expect(mean).toBeLessThanOrEqual(max + 1e-9);
        expect(min).toBeGreaterThan(0);
        expect(distribution.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('support and resistance', () => {
  const path = (...turns: number[]): SupportFinder => {
    const finder = new SupportFinder({ tickSize: 1, reversalTicks: 5, toleranceTicks: 1 });
    let [price, ts] = [turns[0]!, 0];
    for (const turn of turns) {
      while (price !== turn) {
        price += Math.sign(turn - price);
        ts += 1000;
        finder.add(trade(price, 2, 'buy', ts));
      }
    }
    return finder;
  };

  it('are where price turned back more than once, however often it traded there', () => {
    const zones = path(105, 110, 100, 111, 101, 108).value();
    expect(zones.map(({ price, kind, touches }) => [price, kind, touches])).toEqual([
      [100.5, 'support', 2],
      [110.5, 'resistance', 2],
    ]);
    expect(zones[0]).toMatchObject({ lows: 2, highs: 0, breaks: 0 });
  });

  it('lose strength when price goes through them', () => {
    const held = path(110, 100, 110, 100, 110, 105)
      .value()
      .find(({ price }) => price === 100);
    const broken = path(110, 100, 110, 100, 110, 90, 96)
      .value()
      .find(({ price }) => price === 100);
    expect([held?.breaks, broken?.breaks, broken?.kind]).toEqual([0, 1, 'resistance']);
    expect(broken!.strength).toBeLessThan(held!.strength);
  });

  it('are none when price goes one way or stands, however many prints there are', () => {
    expect(path(100, 300).value()).toEqual([]);
    const finder = new SupportFinder({ tickSize: 1, reversalTicks: 5 });
    for (let i = 0; i < 500; i++) finder.add(trade(100 + (i % 2), 1, 'buy', i));
    expect(finder.value()).toEqual([]);
  });

  it('lie within the prices seen, and are never more than allowed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 60 }), (turns) => {
        const finder = new SupportFinder({ tickSize: 1, reversalTicks: 3, minTouches: 1, maxZones: 4 });
        for (const [i, price] of turns.entries()) finder.add(trade(price, 1, 'buy', i));
        const zones = finder.value();
        expect(zones.length).toBeLessThanOrEqual(4);
        for (const { price, touches, lows, highs } of zones) {
          expect(price).toBeGreaterThanOrEqual(Math.min(...turns));
          expect(price).toBeLessThanOrEqual(Math.max(...turns));
          expect(touches).toBe(lows + highs);
        }
      }),
    );
  });
});

describe('a data snapshot', () => {
  it('counts rows, columns, span and memory, and keeps a few samples', () => {
    const sampler = new DataSampler<object>(1);
    sampler.add({ tsEvent: 1000, price: 1, side: 'buy' });
    sampler.add({ tsEvent: 3000, price: undefined, side: 'sell' });
    expect(sampler.value).toEqual({
      rows: 2,
      columns: [
        { name: 'tsEvent', types: ['number'] },
        { name: 'price', types: ['number', 'undefined'] },
        { name: 'side', types: ['string'] },
      ],
      from: 1000,
      to: 3000,
      spanMs: 2000,
      // 8 + 8 + 2 × 3, and 8 + 2 × 4.
      bytes: 38,
      first: [{ tsEvent: 1000, price: 1, side: 'buy' }],
      last: [{ tsEvent: 3000, price: undefined, side: 'sell' }],
    });
  });

  it('keeps no more samples than asked for, the first and the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 60 }), (samples, rows) => {
        const sampler = new DataSampler<{ i: number }>(samples);
        const all = [...Array(rows).keys()].map((i) => ({ i }));
        for (const row of all) sampler.add(row);
        const { first, last, rows: count } = sampler.value;
        expect([first, last, count]).toEqual([all.slice(0, samples), all.slice(-samples), rows]);
      }),
    );
  });
});
