import { afterEach, describe, expect, it } from 'vitest';
import type { LoopbackVenue, MillraceError, StreamDemand, StreamName } from '#core';
import ccxt from '../../../../plugins/providers/ccxt/index.ts';
import venueOf from '../../../../plugins/providers/ccxt/loopback/index.ts';
import { startProvider, until } from '../../../helpers/provider-rig.ts';
import { rowsOf } from './rows-of.ts';

const BTC = 'BTC/USDT';
const ETH = 'ETH/USDT';
const SYMBOLS = [BTC, ETH];
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const wanting = (streams: readonly StreamName[], symbols: readonly string[] = SYMBOLS): StreamDemand[] =>
  symbols.flatMap((instrument) => streams.map((stream) => ({ stream, instrument })));

async function start(demand: readonly StreamDemand[], options: object = {}, symbols: readonly string[] = SYMBOLS) {
  const venue = venueOf({ instruments: SYMBOLS });
  await venue.start();
  closers.push(() => venue.stop());
  const rig = await startProvider(
    ccxt,
    { ...venue.options(), bars: '1s', ...options },
    { requested: symbols.map((symbol) => ({ symbol })), demand },
  );
  closers.push(rig.stop);
  rig.connect();
  return { ...rig, venue, rows: (kind: Parameters<typeof rowsOf>[1]) => rowsOf(rig.events, kind, symbols) };
}

const trade = (id: number, price: number, { symbol = BTC, tsEvent = Date.now(), size = 1 } = {}) =>
  ({ kind: 'trade', instrument: symbol, price, size, side: 'buy', tsEvent, id }) as const;
const channels = (venue: LoopbackVenue): string[] => venue.demand().map((each) => `${each.stream} ${each.instrument}`);

async function failure(work: Promise<unknown>): Promise<MillraceError> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as MillraceError,
  );
}

describe('ccxt against an exchange in its shape', () => {
  it('says what the exchange says of the instruments', async () => {
    const { provider } = await start([]);
    expect(provider.instruments?.[0]).toEqual({ symbol: BTC, tickSize: 0.01, lotSize: 0.001, currency: 'USDT' });
    expect(provider.streams).toEqual(['trades', 'quotes', 'depth', 'bars']);
  });

  it('delivers every trade of a burst once, with its side and number', async () => {
    const rig = await start(wanting(['trades']));
    await until(() => channels(rig.venue).length === 2);
    const at = Date.now();
    for (let i = 1; i <= 500; i++) rig.venue.send(trade(i, 100 + i, { symbol: i % 2 === 0 ? BTC : ETH, tsEvent: at }));
    await until(() => rig.rows('trades').length === 500);
    const btc = rig.rows('trades').filter(({ instrument }) => instrument === BTC);
    expect(btc[0]).toEqual({ kind: 'trades', instrument: BTC, ms: at, id: 2, values: [102, 1, 1] });
    expect(btc.map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, i) => 2 * i + 2));
  });

  it('begins a book with a snapshot and goes on with differences, and takes quotes from its top', async () => {
    const rig = await start(wanting(['depth', 'quotes'], [BTC]));
    await until(() => channels(rig.venue).length === 1);
    const at = Date.now();
    const stamp = { kind: 'depth', instrument: BTC, tsEvent: at } as const;
    rig.venue.send({
      ...stamp,
      snapshot: true,
      bids: [
        [99, 5],
        [98, 1],
      ],
      asks: [[101, 4]],
    });
    await until(() => rig.rows('depth').length === 3);
    rig.venue.send({
      ...stamp,
      bids: [[99, 0]],
      asks: [
        [101, 2],
        [102, 7],
      ],
    });
    await until(() => rig.rows('depth').length === 6);
    // side, price, size, flags: 2 begins a snapshot, 1 ends a message.
    expect(rig.rows('depth').map(({ values }) => values)).toEqual([
      [1, 99, 5, 2],
      [1, 98, 1, 0],
      [-1, 101, 4, 1],
      [1, 99, 0, 0],
      [-1, 101, 2, 0],
      [-1, 102, 7, 1],
    ]);
    expect(rig.rows('quotes').map(({ values }) => values)).toEqual([
      [99, 5, 101, 4],
      [98, 1, 101, 2],
    ]);
  });

  it('tells of a hole in the book and begins it anew', async () => {
    const rig = await start(wanting(['depth'], [BTC]));
    await until(() => channels(rig.venue).length === 1);
    const stamp = { kind: 'depth', instrument: BTC, tsEvent: Date.now() } as const;
    rig.venue.send({ ...stamp, snapshot: true, bids: [[99, 5]], asks: [[101, 4]] });
    await until(() => rig.rows('depth').length === 2);
    rig.venue.misbehave('sequence-gap');
    rig.venue.send({ ...stamp, bids: [[98, 1]], asks: [] });
    rig.venue.send({ ...stamp, bids: [[97, 1]], asks: [] });
    await until(() => rig.rows('depth').length === 6);
    expect(
      rig
        .rows('depth')
        .slice(2)
        .map(({ values }) => values),
    ).toEqual([
      [1, 99, 5, 2],
      [1, 98, 1, 0],
      [1, 97, 1, 0],
      [-1, 101, 4, 1],
    ]);
    expect(rig.link.said.gaps).toMatchObject([
      { instrument: BTC, stream: 'depth', filled: 'none', reason: 'checksum' },
    ]);
    expect(rig.errors).toEqual([]);
  });

  it('delivers a bar when the next one has begun, with its last values', async () => {
    const rig = await start(wanting(['bars'], [BTC]));
    await until(() => channels(rig.venue).length === 1);
    const second = Math.floor(Date.now() / 1000) * 1000;
    rig.venue.send(trade(1, 100, { tsEvent: second }));
    rig.venue.send(trade(2, 90, { tsEvent: second + 500 }));
    rig.venue.send(trade(3, 95, { tsEvent: second + 900 }));
    rig.venue.send(trade(4, 96, { tsEvent: second + 1000 }));
    await until(() => rig.rows('bars').length === 1);
    expect(rig.rows('bars')[0]).toMatchObject({ ms: second + 1000, values: [1e6, 100, 100, 90, 95, 3] });
  });

  it('fetches a bar that nothing follows, once its end is past', async () => {
    const rig = await start(wanting(['bars'], [BTC]), { grace: '100ms' });
    await until(() => channels(rig.venue).length === 1);
    const start_ = Math.floor(Date.now() / 1000) * 1000;
    rig.venue.send(trade(1, 100, { tsEvent: start_ }));
    const bar = { open: 100, high: 103, low: 99, close: 101, volume: 7 };
    rig.venue.send({ kind: 'bar', instrument: BTC, timeframe: '1s', start: start_, ...bar });
    await until(() => rig.rows('bars').length === 1);
    expect(rig.rows('bars')[0]?.values).toEqual([1e6, 100, 103, 99, 101, 7]);
  });

  it.each(['drop', 'close', 'drop-mid-frame'] as const)(
    'after %s fetches the trades that were missed, in order and each once',
    async (fault) => {
      const rig = await start(wanting(['trades'], [BTC]));
      await until(() => channels(rig.venue).length === 1);
      rig.venue.send(trade(1, 1));
      await until(() => rig.rows('trades').length === 1);
      rig.venue.misbehave(fault);
      rig.venue.send(trade(2, 2));
      await until(() => rig.errors.length === 1);
      expect((rig.errors[0] as MillraceError).code).toBe('NET_LOST');
      for (const id of [3, 4]) rig.venue.send(trade(id, id));
      rig.connect();
      await until(() => channels(rig.venue).length === 1);
      rig.venue.send(trade(5, 5));
      await until(() => rig.rows('trades').length === 5);
      expect(rig.rows('trades').map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
      expect(rig.link.said.gaps).toMatchObject([
        { instrument: BTC, stream: 'trades', filled: 'all', reason: 'reconnect' },
      ]);
    },
  );

  it('follows the demand, and takes a stream up again that it had left', async () => {
    const rig = await start(wanting(['trades'], [BTC]));
    await until(() => channels(rig.venue).join() === `trades ${BTC}`);
    rig.demand.next(wanting(['trades'], [ETH]));
    await until(() => channels(rig.venue).join() === `trades ${ETH}`);
    rig.demand.next(wanting(['trades'], [BTC]));
    await until(() => channels(rig.venue).join() === `trades ${BTC}`);
    rig.venue.send(trade(1, 1));
    await until(() => rig.rows('trades').length === 1);
    expect(rig.errors).toEqual([]);
  });

  it('skips what is no trade, and takes a repeated one once', async () => {
    const rig = await start(wanting(['trades'], [BTC]));
    await until(() => channels(rig.venue).length === 1);
    rig.venue.misbehave('malformed');
    rig.venue.misbehave('unknown-message');
    rig.venue.misbehave('duplicate');
    rig.venue.send(trade(1, 1));
    rig.venue.send(trade(2, 2));
    await until(() => rig.rows('trades').length === 2);
    expect(rig.rows('trades').map(({ id }) => id)).toEqual([1, 2]);
    expect(rig.link.said.bad).toEqual(['trade without price, size or time']);
  });

  it('names a misspelt symbol, a misspelt exchange and a sandbox that is not there', async () => {
    const symbol = await failure(start([], {}, ['BTC/USD']));
    expect([symbol.code, symbol.message.includes('did you mean BTC/USDT?')]).toEqual(['PROVIDER_SYMBOL', true]);
    const exchange = await failure(start([], { exchange: 'loopbak' }));
    expect([exchange.code, exchange.message.includes('did you mean loopback?')]).toEqual([
      'CONFIG_INVALID_OPTION',
      true,
    ]);
    const sandbox = await failure(start([], { sandbox: true }));
    expect([sandbox.code, sandbox.message.includes('no test system')]).toEqual(['CONFIG_INVALID_OPTION', true]);
  });

  it('says which package to install when ccxt is not there', async () => {
    const error = await failure(start([], { module: 'ccxt-that-is-not-there' }));
    expect(error.code).toBe('PROVIDER_PEER_MISSING');
    expect(error.message).toContain('npm install --ignore-scripts ccxt@4.5.84');
  });

  it('ends with PROVIDER_AUTH when the key is refused, and does not show it', async () => {
    const rig = await start(wanting(['trades'], [BTC]), { apiKey: 'planted-secret' });
    await until(() => channels(rig.venue).length === 1);
    rig.venue.misbehave('wrong-token');
    rig.venue.misbehave('drop');
    await until(() => rig.errors.length === 1);
    rig.connect();
    await until(() => rig.errors.length === 2);
    const error = rig.errors[1] as MillraceError;
    expect(error.code).toBe('PROVIDER_AUTH');
    expect(JSON.stringify([error.message, rig.lines])).not.toContain('planted-secret');
  });

  it('leaves nothing open, and no promise that fails unheard', async () => {
    const unheard: unknown[] = [];
    const listen = (reason: unknown): void => void unheard.push(reason);
    process.on('unhandledRejection', listen);
    const rig = await start(wanting(['trades', 'depth', 'quotes', 'bars']));
    await until(() => channels(rig.venue).length === 6);
    await rig.stop();
    await until(() => rig.venue.connections() === 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off('unhandledRejection', listen);
    expect(unheard).toEqual([]);
  });

  it('gives closed bars of the past, put together where the exchange lacks the timeframe', async () => {
    const { provider } = await start([]);
    const untilMs = 1_767_571_200_000;
    const minutes =
      (await provider.history?.({ instrument: BTC, timeframe: '1m', count: 1200, until: untilMs + 1 })) ?? [];
    expect(minutes.length).toBe(1200);
    expect(minutes.every(({ start: at }, i) => at === untilMs - (1200 - i) * 60_000)).toBe(true);
    const [bar] = (await provider.history?.({ instrument: BTC, timeframe: '5m', count: 1, until: untilMs })) ?? [];
    // The loopback venue's minutes: base 100 + (minutes since 1970) mod 10; five of them from a base of 100 + m.
    const m = (untilMs / 60_000 - 5) % 10;
    expect(bar).toMatchObject({ open: 100 + m, close: 105 + m, high: 106 + m, low: 99 + m, volume: 50 });
  });
});
