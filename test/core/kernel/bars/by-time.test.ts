import { describe, expect, it } from 'vitest';
import { Bar, type BarSpec } from '#core';
import { at as instant, makeKernel, readyBars, T0, type TradeRow, trades } from '../../../helpers/kernel-kit.ts';
import { listen, type Told, told, UNIT } from './bars-kit.ts';

describe('{ time } bars', () => {
  it('are the bars of the timeframe, at the same moments, with their flow', () => {
    const { heard, run, kernel, market } = listen({ time: '1s' }, UNIT, 250);
    const plain: Bar[] = [];
    market.bars('ES', '1s').subscribe((bar) => plain.push(bar));
    run(
      { ms: 100, price: 10, size: 2, side: 'buy' },
      { ms: 900, price: 13, size: 1, side: 'sell' },
      { ms: 1_100, event: 999, price: 12, size: 1 },
      { ms: 1_200, price: 14, size: 5, side: 'sell' },
      // Its bar has closed.
      { ms: 1_300, event: 500, price: 1, size: 100, side: 'buy' },
    );
    kernel.advanceTo(instant(10_000));
    // (20 + 13 + 12) ÷ 4 = 11.25
    expect(heard).toMatchObject([
      {
        name: '1s',
        start: 0,
        end: 1_000,
        open: 10,
        close: 12,
        volume: 4,
        vwap: 11.25,
        buy: 2,
        sell: 1,
        delta: 1,
        when: 1_200,
      },
      { start: 1_000, end: 2_000, volume: 5, vwap: 14, buy: 0, sell: 5, delta: -5 },
    ]);
    expect(plain).toHaveLength(2);
    expect(plain.map(({ volume, close, delta }) => [volume, close, delta])).toEqual([
      [4, 12, undefined],
      [5, 14, undefined],
    ]);
    expect(kernel.bars.late).toBe(1);
  });

  it('do not know the flow of bars that come ready made', () => {
    const { heard, kernel } = listen({ time: '1s' });
    kernel.process(readyBars([{ end: 1_000, span: 1_000, open: 1, high: 2, low: 1, close: 2, volume: 7 }]), 0, 1);
    expect(heard).toMatchObject([{ volume: 7, vwap: undefined, buy: undefined, delta: undefined }]);
  });

  it('do not claim the flow of a bar that was open before they were asked for', () => {
    const { kernel, market, inside } = makeKernel({ instruments: [UNIT] });
    inside(() => void market.bars('ES', '1s').subscribe());
    kernel.process(trades([{ ms: 100, side: 'buy' }]), 0, 1);
    const heard: Told[] = [];
    inside(() => void market.bars('ES', { time: '1s' }).subscribe((bar) => heard.push(told(bar))));
    kernel.process(
      trades([
        { ms: 200, side: 'buy' },
        { ms: 1_200, side: 'buy' },
      ]),
      0,
      2,
    );
    kernel.advanceTo(instant(5_000));
    expect(heard.map(({ volume, delta }) => [volume, delta])).toEqual([
      [2, undefined],
      [1, 1],
    ]);
  });

  it('under construction show the flow so far', () => {
    const { kernel, market, inside } = makeKernel({ instruments: [UNIT] });
    const heard: (number | undefined)[] = [];
    inside(() => void market.forming('ES', { time: '1s' }).subscribe(({ delta }) => heard.push(delta)));
    kernel.process(
      trades([
        { ms: 1, side: 'buy', size: 3 },
        { ms: 2, side: 'sell' },
        { ms: 1_001, side: 'sell' },
      ]),
      0,
      3,
    );
    expect(heard).toEqual([3, 2, -1]);
  });
});

describe('time bars of quotes', () => {
  it('close by the first quote past their end, or by the clock after the grace', () => {
    const { heard, quote, kernel } = listen({ time: '1s', from: 'mid' }, UNIT, 250);
    quote(
      { ms: 100, bid: 10, ask: 12 },
      { ms: 500, bid: 10, ask: 14 },
      { ms: 600, bid: 10 },
      { ms: 1_100, bid: 9, ask: 10 },
    );
    expect(heard).toMatchObject([
      {
        name: '1s mid',
        start: 0,
        end: 1_000,
        open: 11,
        high: 12,
        low: 11,
        close: 12,
        volume: 0,
        trades: 2,
        when: 1_100,
      },
    ]);
    kernel.advanceTo(instant(9_000));
    expect(heard[1]).toMatchObject({ start: 1_000, end: 2_000, open: 9.5, trades: 1, when: 2_250 });
    expect(heard).toHaveLength(2);
  });

  it('follow the bid or the ask alone', () => {
    const rows = [
      { ms: 1, bid: 10, ask: 12 },
      { ms: 2, ask: 13 },
      { ms: 3, bid: 11 },
    ];
    for (const [from, close, count] of [
      ['bid', 11, 2],
      ['ask', 13, 2],
      ['mid', 11, 1],
    ] as const) {
      const { heard, quote, kernel } = listen({ time: '1s', from });
      quote(...rows);
      kernel.advanceTo(instant(1_000));
      expect(heard, from).toMatchObject([{ close, trades: count }]);
    }
  });

  it('ask the provider for quotes and for nothing else', () => {
    const { kernel } = listen({ time: '1s', from: 'bid' });
    expect(kernel.demand.current().map(({ stream }) => stream)).toEqual(['quotes']);
  });
});

describe('session bars', () => {
  // 2024-01-02, a Tuesday: regular hours 9:30 to 16:00 in New York are 14:30 to 21:00 UTC; T0 is midnight UTC.
  const instrument = { ...UNIT, calendar: 'us-equities' };
  const hour = 3_600_000;
  const day: readonly TradeRow[] = [
    { ms: 10 * hour, price: 1 },
    { ms: 14.5 * hour - 1, price: 2 },
    { ms: 14.5 * hour, price: 3, size: 4, side: 'buy' },
    { ms: 21 * hour - 1, price: 5 },
    { ms: 21 * hour, price: 6 },
    { ms: 24 * hour, price: 7 },
  ];

  it('hold the regular hours of each day, and close with them by the clock', () => {
    const { heard, run, kernel } = listen({ session: 'RTH' }, instrument, 250);
    run(...day);
    kernel.advanceTo(instant(24 * hour));
    expect(heard).toMatchObject([
      {
        name: 'session RTH',
        start: 14.5 * hour,
        end: 21 * hour,
        open: 3,
        close: 5,
        volume: 5,
        delta: 4,
        when: 21 * hour + 250,
      },
    ]);
  });

  it('hold all other hours, or the whole trading day', () => {
    // Extended hours are 4:00 to 9:30 and 16:00 to 20:00 in New York: 9:00 to 1:00 UTC.
    const run = (session: 'ETH' | 'day') => {
      const made = listen({ session }, instrument);
      made.run(...day);
      made.kernel.advanceTo(instant(26 * hour));
      return made.heard;
    };
    expect(run('ETH')).toMatchObject([{ start: 9 * hour, end: 25 * hour, open: 1, close: 7, trades: 4 }]);
    expect(run('day')).toMatchObject([{ start: 9 * hour, end: 25 * hour, open: 1, close: 7, trades: 6 }]);
  });

  it('wait for trades that are known to come late, and count those that come later still', () => {
    const { heard, run, kernel } = listen({ session: 'RTH' }, instrument, 250);
    // Two seconds behind: the clock waits for as long.
    run({ ms: 15 * hour }, { ms: 20 * hour, event: 20 * hour - 2_000 });
    kernel.advanceTo(instant(22 * hour));
    expect(heard).toMatchObject([{ trades: 2, when: 21 * hour + 2_000 }]);
    run({ ms: 22 * hour, event: 21 * hour - 1 }, { ms: 39 * hour });
    kernel.advanceTo(instant(48 * hour));
    expect(heard.map(({ start, trades: count }) => [start, count])).toEqual([
      [14.5 * hour, 2],
      [38.5 * hour, 1],
    ]);
    expect(kernel.bars.late).toBe(1);
  });

  it('leave no alarm behind', () => {
    const { kernel, market, inside } = makeKernel({ instruments: [instrument] });
    const subscription = market.bars('ES', { session: 'RTH' }).subscribe();
    kernel.process(trades([{ ms: 15 * hour }]), 0, 1);
    expect(kernel.timers.size).toBe(1);
    inside(() => subscription.unsubscribe());
    expect(kernel.timers.size).toBe(0);
  });

  it('need a calendar, and say so when they are asked for', () => {
    const { market } = makeKernel({ instruments: [UNIT] });
    expect(() => market.bars('ES', { session: 'RTH' })).toThrow(expect.objectContaining({ code: 'CALENDAR_NONE' }));
  });
});

describe('warm-up', () => {
  function warmed(spec: BarSpec, count: number) {
    const { kernel, market, inside } = makeKernel({ instruments: [UNIT] });
    const asked: { readonly key: string; readonly timeframe: string; readonly count: number }[] = [];
    market.history.onRequest = (key, request) => asked.push({ ...request, key });
    kernel.advanceTo(instant(600_000));
    const heard: (Told & { readonly dropped: boolean })[] = [];
    inside(() => {
      market
        .bars('ES', spec, { warmup: count })
        .subscribe((bar) => heard.push({ ...told(bar), dropped: kernel.historical }));
    });
    return { kernel, market, inside, asked, heard };
  }
  const history = (length: number): Bar[] =>
    Array.from({ length }, (_, i) => {
      const end = T0 / 1000 + 600_000 - (length - 1 - i) * 60_000;
      return new Bar('ES', '1m', end - 60_000, end, i, i + 4, i, i, 10, 5);
    });

  it('reaches bars that are made of time bars, as history and without flow', () => {
    const { market, inside, asked, heard, kernel } = warmed({ heikinAshi: '1m' }, 2);
    inside(() => market.history.answer({ key: asked[0]?.key ?? '', bars: history(2) }));
    // Bars 0 4 0 0 and 1 5 1 1: closes 1 and 2, opens 0 and (0 + 1) ÷ 2.
    expect(heard).toMatchObject([
      { name: 'heikinAshi 1m', open: 0, close: 1, historical: true, dropped: true, vwap: undefined, delta: undefined },
      { open: 0.5, close: 2, historical: true },
    ]);
    kernel.process(trades([{ ms: 600_001, price: 7, side: 'buy' }]), 0, 1);
    kernel.advanceTo(instant(660_000));
    // (0.5 + 2) ÷ 2
    expect(heard[2]).toMatchObject({ open: 1.25, close: 7, historical: false, dropped: false, delta: 1 });
  });

  it('of a group asks for all bars that it is made of', () => {
    expect(warmed({ bars: 3, of: '1m' }, 4).asked).toMatchObject([{ timeframe: '1m', count: 12 }]);
  });

  it('is refused where bars are made of single trades', () => {
    const { market } = makeKernel({ instruments: [UNIT] });
    for (const spec of ['10t', { volume: 5 }, { heikinAshi: '10t' }, { time: '1m', from: 'mid' }] as const) {
      expect(() => market.bars('ES', spec, { warmup: 1 })).toThrow(
        expect.objectContaining({ code: 'BARS_WITHOUT_HISTORY' }),
      );
    }
  });
});
