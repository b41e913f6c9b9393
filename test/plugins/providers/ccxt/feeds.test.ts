import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ChunkWriter, type ProviderEvent } from '#core';
import { BarFeed } from '../../../../plugins/providers/ccxt/bar-feed.ts';
import { BookFeed } from '../../../../plugins/providers/ccxt/book-feed.ts';
import type { Exchange } from '../../../../plugins/providers/ccxt/exchange.ts';
import { explain, isKind } from '../../../../plugins/providers/ccxt/explain.ts';
import { instrumentsOf } from '../../../../plugins/providers/ccxt/markets.ts';
import { ccxtOptions } from '../../../../plugins/providers/ccxt/options.ts';
import type { Tools } from '../../../../plugins/providers/ccxt/tools.ts';
import { TradeFeed } from '../../../../plugins/providers/ccxt/trade-feed.ts';
import { testLink } from '../../../helpers/provider-rig.ts';
import { often } from '../../../helpers/slow.ts';
import { type Row, rowsOf } from './rows-of.ts';

const SYMBOL = 'BTC/USDT';
const NOW = 1_767_225_600_000;

function setUp(options: object = {}, exchange: Partial<Exchange> = {}) {
  const link = testLink();
  const rows: Row[] = [];
  const take = (event: ProviderEvent): void => {
    for (const kind of ['trades', 'quotes', 'depth', 'bars'] as const) rows.push(...rowsOf([event], kind, [SYMBOL]));
  };
  const silent = (): undefined => undefined;
  const tools: Tools = {
    exchange: { has: {}, ...exchange } as Exchange,
    options: ccxtOptions.parse({ exchange: 'x', ...options }),
    writer: new ChunkWriter(take),
    link,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    wall: new VirtualTimeScheduler(),
    now: () => NOW,
  };
  return { tools, link, rows };
}

/** A trade as ccxt documents it. */
const trade = (id: string | undefined, at: number, price = 100) => ({
  id,
  timestamp: NOW + at,
  datetime: new Date(NOW + at).toISOString(),
  symbol: SYMBOL,
  side: 'sell',
  price,
  amount: 0.5,
});

describe('trades of ccxt', () => {
  it('come once each, by number', () => {
    const { tools, rows } = setUp();
    const feed = new TradeFeed(SYMBOL, 0, tools);
    feed.take([trade('1', 0), trade('2', 1)]);
    feed.take([trade('2', 1), trade('3', 2)]);
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(rows[0]).toEqual({ kind: 'trades', instrument: SYMBOL, ms: NOW, id: 1, values: [100, 0.5, -1] });
  });

  it('come once each by content where the exchange numbers nothing', () => {
    const { tools, rows } = setUp();
    const feed = new TradeFeed(SYMBOL, 0, tools);
    feed.take([trade(undefined, 0)]);
    feed.take([trade(undefined, 0), trade(undefined, 0, 101)]);
    expect(rows.map(({ values }) => values[0])).toEqual([100, 101]);
  });

  it('keep their text numbers out of what is a number', () => {
    const { tools, rows } = setUp();
    new TradeFeed(SYMBOL, 0, tools).take([trade('7f3c-uuid', 0), trade('123456789012345678', 1)]);
    expect(
      rows.map(({ id }) => id),
      'a text, and a number past 2^53',
    ).toEqual([0, 0]);
  });

  it('leave out what an exchange greets with', () => {
    const { tools, rows } = setUp();
    new TradeFeed(SYMBOL, 0, tools).take([trade('1', -60_000), trade('2', -500)]);
    expect(rows.map(({ id }) => id)).toEqual([2]);
  });

  it('that were asked for tell of a gap when the page does not reach back', () => {
    const { tools, link } = setUp();
    const feed = new TradeFeed(SYMBOL, 0, tools);
    feed.takePage([trade('1', 0), trade('2', 1)]);
    feed.takePage([trade('2', 1), trade('3', 2)]);
    expect(link.said.gaps).toEqual([]);
    feed.takePage([trade('9', 50)]);
    expect(link.said.gaps).toMatchObject([
      { from: NOW + 2, until: NOW + 50, filled: 'none', reason: 'asked too seldom' },
    ]);
  });

  it('wait for those that were missed, and no longer than they may', async () => {
    const stuck: Partial<Exchange> = { has: { fetchTrades: true }, fetchTrades: () => new Promise(() => undefined) };
    const { tools, link, rows } = setUp({}, stuck);
    const feed = new TradeFeed(SYMBOL, 0, tools);
    await feed.resume();
    feed.take([trade('1', 0)]);
    feed.pause();
    const resumed = feed.resume();
    feed.take([trade('3', 2)]);
    expect(rows.map(({ id }) => id)).toEqual([1]);
    (tools.wall as VirtualTimeScheduler).flush();
    await resumed;
    expect(rows.map(({ id }) => id)).toEqual([1, 3]);
    expect(link.said.gaps).toMatchObject([{ from: NOW, until: NOW + 2, filled: 'none', reason: 'reconnect' }]);
  });

  it('are fetched again with the first one of the socket, in case one fell between', async () => {
    const all = [trade('1', 0), trade('2', 1), trade('3', 2), trade('4', 3)];
    let known = 2;
    const exchange: Partial<Exchange> = { has: { fetchTrades: true }, fetchTrades: async () => all.slice(0, known) };
    const { tools, link, rows } = setUp({}, exchange);
    const feed = new TradeFeed(SYMBOL, 0, tools);
    await feed.resume();
    feed.take([trade('1', 0)]);
    feed.pause();
    await feed.resume();
    expect([rows.map(({ id }) => id), link.said.gaps], 'what the exchange knew by then').toEqual([[1, 2], []]);
    known = 4;
    feed.take([trade('4', 3)]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(link.said.gaps).toMatchObject([{ from: NOW, until: NOW + 3, filled: 'all', reason: 'reconnect' }]);
  });

  it('survive 100,000 answers of any shape', () => {
    const { tools, rows } = setUp();
    const feed = new TradeFeed(SYMBOL, 0, tools);
    const field = fc.oneof(fc.constant(undefined), fc.double(), fc.string({ maxLength: 6 }), fc.constant(null));
    const shaped = fc.record({ id: field, timestamp: field, price: field, amount: field, side: field });
    fc.assert(
      fc.property(fc.oneof(fc.array(shaped, { maxLength: 3 }), fc.anything({ maxDepth: 2 })), (answer) => {
        feed.take(answer);
        for (const { values } of rows.splice(0)) {
          if (!(Number.isFinite(values[0]) && values[1]! > 0)) throw new Error('a trade without price or size');
        }
      }),
      { numRuns: often(100_000) },
    );
  });
});

describe('books of ccxt', () => {
  it('are copied: the object goes on changing', () => {
    const { tools, rows } = setUp();
    const feed = new BookFeed(SYMBOL, 0, tools);
    feed.wantsDepth = true;
    const book = { bids: [[99, 5]], asks: [[101, 4]], timestamp: NOW, nonce: 7 };
    feed.take(book);
    book.bids[0] = [99, 6];
    feed.take(book);
    expect(rows.map(({ values }) => values)).toEqual([
      [1, 99, 5, 2],
      [-1, 101, 4, 1],
      [1, 99, 6, 1],
    ]);
  });

  it('crossed are left out', () => {
    const { tools, rows, link } = setUp();
    const feed = new BookFeed(SYMBOL, 0, tools);
    feed.wantsDepth = true;
    feed.take({ bids: [[102, 5]], asks: [[101, 4]], timestamp: NOW });
    expect([rows, link.said.bad]).toEqual([[], ['crossed book']]);
  });

  it('that are told as differences are the books that were shown', () => {
    const side = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9 })), {
      selector: ([offset]) => offset,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(side, side), { minLength: 1, maxLength: 6 }), (states) => {
        const { tools, rows } = setUp({ levels: 8 });
        const feed = new BookFeed(SYMBOL, 0, tools);
        feed.wantsDepth = true;
        const told = new Map<string, number>();
        for (const [bids, asks] of states) {
          const shown = {
            bids: bids.map(([offset, size]) => [100 - offset, size]).sort((a, b) => b[0]! - a[0]!),
            asks: asks.map(([offset, size]) => [100 + offset, size]).sort((a, b) => a[0]! - b[0]!),
          };
          feed.take({ ...shown, timestamp: NOW });
          for (const { values } of rows.splice(0)) {
            const [sideOf, price, size, flags] = values as [number, number, number, number];
            if ((flags & 2) !== 0) told.clear();
            if (size === 0) told.delete(`${sideOf} ${price}`);
            else told.set(`${sideOf} ${price}`, size);
          }
          const best = [
            ...shown.bids.slice(0, 8).map((row) => [1, ...row]),
            ...shown.asks.slice(0, 8).map((row) => [-1, ...row]),
          ];
          expect(Object.fromEntries(told)).toEqual(Object.fromEntries(best.map(([s, p, q]) => [`${s} ${p}`, q])));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of any shape do no harm', () => {
    const { tools } = setUp();
    const feed = new BookFeed(SYMBOL, 0, tools);
    feed.wantsDepth = true;
    feed.wantsQuotes = true;
    const side = fc.oneof(fc.array(fc.array(fc.oneof(fc.double(), fc.string()), { maxLength: 3 })), fc.anything());
    fc.assert(
      fc.property(fc.record({ bids: side, asks: side, timestamp: fc.anything(), nonce: fc.anything() }), (book) =>
        feed.take(book),
      ),
      { numRuns: 20_000 },
    );
  });
});

describe('bars of ccxt', () => {
  it('close when a later one begins, with what was said last', () => {
    const { tools, rows } = setUp({ bars: '1m' });
    const feed = new BarFeed(SYMBOL, 0, tools);
    feed.take([[NOW, 10, 12, 9, 11, 3]]);
    feed.take([[NOW, 10, 13, 9, 12, 4]]);
    expect(rows).toEqual([]);
    feed.take([
      [NOW, 10, 13, 8, 12, 5],
      [NOW + 60_000, 12, 12, 12, 12, 1],
    ]);
    expect(rows).toEqual([
      { kind: 'bars', instrument: SYMBOL, ms: NOW + 60_000, id: 0, values: [6e7, 10, 13, 8, 12, 5] },
    ]);
  });

  it('of the past are no news', () => {
    const { tools, rows } = setUp({ bars: '1m' });
    const feed = new BarFeed(SYMBOL, 0, tools);
    void feed.begin();
    feed.take([-3, -2, -1, 0].map((minute) => [NOW + minute * 60_000, 1, 1, 1, 1, 1]));
    feed.take([[NOW + 60_000, 1, 1, 1, 1, 1]]);
    expect(rows.map(({ ms }) => ms)).toEqual([NOW + 60_000]);
  });
});

describe('what an exchange says of itself', () => {
  const market = {
    precision: { price: 0.1, amount: 0.001 },
    contract: true,
    linear: true,
    contractSize: 0.01,
    settle: 'USDT',
  };

  it('gives steps, the value of a point and the currency', () => {
    const exchange = { precisionMode: 4, markets: { 'BTC/USDT:USDT': market } } as unknown as Exchange;
    expect(instrumentsOf([{ symbol: 'BTC/USDT:USDT', lotSize: 1 }], exchange, 'x')).toEqual([
      { symbol: 'BTC/USDT:USDT', tickSize: 0.1, lotSize: 1, pointValue: 0.01, currency: 'USDT' },
    ]);
  });

  it('gives steps from decimal places, and none from significant digits', () => {
    const spot = { precision: { price: 2, amount: 5 }, quote: 'EUR' };
    const at = (precisionMode: number) =>
      instrumentsOf(
        [{ symbol: 'A/EUR' }],
        { precisionMode, markets: { 'A/EUR': spot } } as unknown as Exchange,
        'x',
      )[0];
    expect(at(2)).toMatchObject({ tickSize: 0.01, lotSize: 0.00001, currency: 'EUR' });
    expect(at(3)?.tickSize).toBeUndefined();
  });
});

describe('failures of ccxt', () => {
  class NetworkError extends Error {}
  class RequestTimeout extends NetworkError {}

  it('are known by their class or one above it', () => {
    expect([isKind(new RequestTimeout('x'), 'NetworkError'), isKind(new Error('x'), 'NetworkError')]).toEqual([
      true,
      false,
    ]);
  });

  it('become ours without keys in them', () => {
    const error = explain(new RequestTimeout('GET https://x/?key=planted'), 'kraken', ['planted']);
    expect([error.code, error.message.includes('planted')]).toEqual(['NET_TIMEOUT', false]);
  });
});
