import { describe, expect, it } from 'vitest';
import { until } from '../../../helpers/provider-rig.ts';
import { bookOf, depth, idsOf, nextTime, playBinance, rowsOf, SYMBOL, trade } from './binance-rig.ts';

describe.each(['spot', 'usd-m'] as const)('streams of %s', (market) => {
  it('bring every trade with its side, its number and the time of the venue', async () => {
    const { venue, events, link } = await playBinance({ market });
    const at = nextTime();
    venue.send({ kind: 'trade', instrument: SYMBOL, price: 61_800.3, size: 0.006, side: 'sell', tsEvent: at, id: 77 });
    venue.send(trade(61_800.4, 2));
    await until(() => idsOf(events).length === 2);
    expect(rowsOf(events, 'trades')).toEqual([
      { inst: 0, id: 77, event: at * 1000, price: 61_800.3, size: 0.006, side: -1 },
      { inst: 0, id: 78, event: (at + 1) * 1000, price: 61_800.4, size: 2, side: 1 },
    ]);
    expect(link.said.bad).toEqual([]);
  });

  it('bring the best prices, and NaN for a side that is empty', async () => {
    const { venue, events } = await playBinance({ market, streams: ['quotes'] });
    const quote = { kind: 'quote', instrument: SYMBOL, bid: 10.5, bidSize: 3, askSize: 0 } as const;
    venue.send({ ...quote, ask: 10.6, askSize: 4, tsEvent: nextTime() });
    venue.send({ ...quote, ask: undefined, tsEvent: nextTime() });
    await until(() => rowsOf(events, 'quotes').length === 2);
    const [first, second] = rowsOf(events, 'quotes');
    expect(first).toMatchObject({ bid: 10.5, bidSize: 3, ask: 10.6, askSize: 4 });
    expect(second).toMatchObject({ bid: 10.5, bidSize: 3, ask: Number.NaN, askSize: 0 });
  });

  it('begin a book with a snapshot and go on with its changes', async () => {
    const { venue, events, gaps } = await playBinance({ market, streams: ['depth'] });
    // The snapshot was asked for when the stream opened, of a book that was empty.
    await until(() => rowsOf(events, 'depth').length === 1);
    expect(rowsOf(events, 'depth')[0]).toMatchObject({ flags: 3, size: 0 });
    venue.send(
      depth(
        [
          [10, 1],
          [9, 2],
        ],
        [[11, 3]],
      ),
    );
    venue.send(depth([[10, 0]], [[11, 4]]));
    await until(() => rowsOf(events, 'depth').length === 6);
    expect(rowsOf(events, 'depth').map(({ flags }) => flags)).toEqual([3, 0, 0, 1, 0, 1]);
    const { bids, asks } = bookOf(rowsOf(events, 'depth'));
    expect([...bids]).toEqual([[9, 2]]);
    expect([...asks]).toEqual([[11, 4]]);
    expect(gaps).toEqual([]);
  });

  it('bring closed bars', async () => {
    const { venue, events } = await playBinance({ market, streams: ['bars'], options: { bars: '1m' } });
    const start = Date.UTC(2026, 6, 1, 12);
    const bar = {
      kind: 'bar',
      instrument: SYMBOL,
      timeframe: '1m',
      start,
      open: 5,
      high: 9,
      low: 4,
      close: 6,
    } as const;
    venue.send({ ...bar, volume: 12.5, trades: 7 });
    venue.send({ ...bar, volume: 12.5, trades: 7 });
    venue.send({ ...bar, start: start + 60_000, volume: 1, trades: 1 });
    await until(() => rowsOf(events, 'bars').length === 2);
    expect(rowsOf(events, 'bars')[0]).toEqual({
      inst: 0,
      id: 0,
      event: (start + 60_000) * 1000,
      span: 60_000_000,
      open: 5,
      high: 9,
      low: 4,
      close: 6,
      volume: 12.5,
      trades: 7,
    });
  });

  it('follow the demand', async () => {
    const { venue, events, demand } = await playBinance({ market, symbols: [SYMBOL, 'ETHUSDT'] });
    expect(venue.demand()).toHaveLength(2);
    demand.next([{ stream: 'trades', instrument: 'ETHUSDT' }]);
    await until(() => venue.demand().length === 1);
    expect(venue.send(trade(1))).toBe(false);
    expect(venue.send(trade(2, 1, 'buy', 'ETHUSDT'))).toBe(true);
    await until(() => rowsOf(events, 'trades').length === 1);
    demand.next([
      { stream: 'trades', instrument: SYMBOL },
      { stream: 'quotes', instrument: SYMBOL },
    ]);
    // On the futures the two go over connections of their own, each in its time.
    await until(() => venue.demand().filter(({ instrument }) => instrument === SYMBOL).length === 2);
    venue.send(trade(3));
    await until(() => rowsOf(events, 'trades').length === 2);
    expect(rowsOf(events, 'trades').map(({ inst, price }) => [inst, price])).toEqual([
      [1, 2],
      [0, 3],
    ]);
  });
});

describe('times of spot', () => {
  it('have microseconds where they are asked for, in the streams and in what is fetched', async () => {
    const { venue, events } = await playBinance({ options: { timeUnit: 'us' } });
    const at = nextTime();
    const print = { kind: 'trade', instrument: SYMBOL, price: 1, size: 1, side: 'buy' } as const;
    venue.send({ ...print, tsEvent: at + 0.123 });
    await until(() => idsOf(events).length === 1);
    venue.misbehave('sequence-gap');
    venue.send({ ...print, tsEvent: at + 0.456 });
    venue.send({ ...print, tsEvent: at + 0.789 });
    await until(() => idsOf(events).length === 3);
    expect(rowsOf(events, 'trades').map(({ event }) => Number(event) - at * 1000)).toEqual([123, 456, 789]);
  });
});

describe('bars', () => {
  it('that closed while the connection was away are fetched', async () => {
    const { venue, events, reconnect } = await playBinance({ streams: ['bars'] });
    const now = Math.floor(Date.now() / 1000) * 1000;
    const bar = { kind: 'bar', instrument: SYMBOL, timeframe: '1s', open: 5, high: 9, low: 4, close: 6 } as const;
    venue.send({ ...bar, start: now - 5000, volume: 1 });
    await until(() => rowsOf(events, 'bars').length === 1);
    venue.misbehave('silent');
    venue.send({ ...bar, start: now - 4000, volume: 2 });
    venue.send({ ...bar, start: now - 3000, volume: 3 });
    venue.behave();
    await reconnect();
    await until(() => rowsOf(events, 'bars').length === 3);
    expect(rowsOf(events, 'bars').map(({ volume }) => volume)).toEqual([1, 2, 3]);
  });
});

describe('limits of the venue', () => {
  it('are kept while 500 streams are subscribed', { timeout: 15_000 }, async () => {
    const symbols = Array.from({ length: 250 }, (_, i) => `C${i}USDT`);
    const { venue, link } = await playBinance({ symbols, streams: ['trades', 'quotes'] });
    expect(venue.demand()).toHaveLength(500);
    expect(venue.offences).toBe(0);
    expect(link.said.bad).toEqual([]);
  });

  it('are kept while the demand changes often', async () => {
    const { venue, demand, errors } = await playBinance();
    for (let i = 0; i < 200; i++) {
      demand.next(i % 2 === 0 ? [] : [{ stream: 'trades', instrument: SYMBOL }]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => venue.demand().length === 1);
    expect(venue.offences).toBe(0);
    expect(errors).toEqual([]);
  });

  it('of weight are waited for', { timeout: 10_000 }, async () => {
    const { venue, provider } = await playBinance();
    venue.misbehave('rate-limit');
    setTimeout(() => venue.behave(), 500);
    const bars = await provider.history?.({ instrument: SYMBOL, timeframe: '1m', count: 5, until: Date.now() });
    expect(bars).toEqual([]);
  });
});

describe('instruments', () => {
  it('have the tick size, step and currency of the venue, unless the configuration says otherwise', async () => {
    const { provider } = await playBinance({ symbols: ['BTCUSDT'] });
    expect(provider.instruments).toEqual([
      { symbol: 'BTCUSDT', tickSize: 0.01, lotSize: 0.00001, currency: 'USDT', description: 'BTC/USDT spot' },
    ]);
  });
});
