import { createReadStream, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DbnDecoder } from '../../../../core/dbn/decoder.ts';
import { feedOrder } from '../../../../core/dbn/feed-orders.ts';
import { unpackDbn } from '../../../../core/dbn/unpack.ts';
import { makeInstrument } from '../../../../core/domain/instrument.ts';
import { DepthUpdate, type Level } from '../../../../core/domain/market.ts';
import { bookChecksum } from '../../../../core/kernel/book/book-checksum.ts';
import { DepthBook } from '../../../../core/kernel/book/depth-book.ts';
import { L3Book } from '../../../../core/kernel/book/l3-book.ts';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';

const linesOf = (path: string): string[] =>
  gunzipSync(readFileSync(sharedData(path)))
    .toString('utf8')
    .trimEnd()
    .split('\n');

/** 18:00 in New York, when matching begins. */
const OPEN = Date.UTC(2023, 11, 25, 23);
const [TRADE, BID, ASK, LAST] = [0x54, 0x42, 0x41, 128];

describeWithData('an hour of ES, order by order', () => {
  it('leaves the book, the volume and every best quote that were worked out from it elsewhere', async () => {
    const book = new L3Book(makeInstrument({ symbol: 'ESH4', tickSize: 0.25 }, 0));
    const volume = { all: 0, buy: 0, sell: 0 };
    const quotes: string[] = [];
    const crossed = { before: 0, open: 0 };
    let events = 0;
    const decoder = new DbnDecoder({
      record: (data, at) => {
        const isEnd = feedOrder(book, data, at);
        if (data.getUint8(at + 38) === TRADE) {
          const size = data.getUint32(at + 32, true);
          volume.all += size;
          if (data.getUint8(at + 39) === BID) volume.buy += size;
          if (data.getUint8(at + 39) === ASK) volume.sell += size;
        }
        expect((data.getUint8(at + 36) & LAST) !== 0).toBe(isEnd);
        if (!isEnd) return;
        events++;
        if (book.crossed) crossed[book.tsEvent < OPEN ? 'before' : 'open']++;
        const { bid = '', ask = '' } = book;
        const best = `${bid},${book.bidSize},${book.bestOrders('bid')},${ask},${book.askSize},${book.bestOrders('ask')}`;
        if (best !== quotes.at(-1)) quotes.push(best);
      },
    });
    const file = sharedData('nautilus/es/esh4-glbx-mdp3-20231225.mbo.dbn.zst');
    for await (const part of unpackDbn(createReadStream(file), file)) decoder.push(part);

    // Issue 4, "What must hold", 2.
    expect([book.bid, book.bidSize, book.ask, book.askSize]).toEqual([4810, 22, 4810.25, 28]);
    expect([book.orders, book.count('bid'), book.count('ask')]).toEqual([11_217, 922, 565]);
    expect([book.unknown, book.refused, crossed.open]).toEqual([0, 0, 0]);
    // Before the session opens orders cross without being matched, also in the list that was derived elsewhere.
    expect(crossed.before).toBeGreaterThan(0);
    expect(volume).toEqual({ all: 9892, buy: 5322, sell: 4526 });
    expect(events).toBeGreaterThan(25_000);
    // The list derived elsewhere, all columns of the quotes: price, size and number of orders of both sides.
    const expected = linesOf('nautilus/es/esh4_20231225_bbo_trades.csv.gz')
      .map((line) => line.split(','))
      .filter(([, , type]) => type === 'Q')
      .map((line) =>
        line
          .slice(6)
          .map((value) => (value === '' ? '' : String(Number(value))))
          .join(','),
      );
    expect(expected).toHaveLength(25_440);
    expect(quotes).toEqual(expected);
    // Both ways of asking for levels agree on a book with levels far beyond the ring.
    const [prices, sizes] = [new Float64Array(922), new Float64Array(922)];
    expect(book.top('bid', prices, sizes)).toBe(922);
    expect(book.levels('bid', 2000)).toEqual([...prices].map((price, i) => [price, sizes[i]]));
  });
});

describeWithData('OKX books', () => {
  it('have the checksums that the venue sends: 290 of 290', () => {
    interface Message {
      readonly arg?: { readonly channel: string; readonly instId: string };
      readonly action?: string;
      readonly data?: readonly { bids: string[][]; asks: string[][]; checksum: number; ts: string }[];
    }
    const ticks: Readonly<Record<string, number>> = { 'BTC-USD-220527': 0.1, 'UNI-USD-SWAP': 0.001, 'BTC-USDT': 0.1 };
    const books = new Map<string, DepthBook>();
    let [checked, right] = [0, 0];
    const levels = (rows: string[][]): Level[] => rows.map(([price, size]) => [Number(price), Number(size)]);
    for (const line of linesOf('cryptofeed/OKX.ws.1.0.gz')) {
      const json = /^[\d.]+: (\{.*)$/.exec(line)?.[1];
      const { arg, action, data } = JSON.parse(json ?? '{}') as Message;
      if (arg?.channel !== 'books' || data === undefined) continue;
      const book =
        books.get(arg.instId) ?? new DepthBook(makeInstrument({ symbol: arg.instId, tickSize: ticks[arg.instId] }, 0));
      books.set(arg.instId, book);
      for (const { bids, asks, checksum, ts } of data) {
        book.applyUpdate(
          new DepthUpdate(arg.instId, levels(bids), levels(asks), action === 'snapshot', Number(ts), Number(ts)),
        );
        checked++;
        if (bookChecksum(book) === checksum) right++;
      }
    }
    expect([...books.keys()].sort()).toEqual(Object.keys(ticks).sort());
    expect([right, checked]).toEqual([290, 290]);
  });
});

describeWithData('Binance books', () => {
  interface Message {
    readonly stream?: string;
    readonly data?: Readonly<Record<string, unknown>> & { u: number; pu?: number; U: number };
    readonly lastUpdateId?: number;
    readonly bids?: string[][];
    readonly asks?: string[][];
  }
  const levels = (rows: unknown): Level[] => (rows as string[][]).map(([price, size]) => [Number(price), Number(size)]);

  // The data's own page counts how many depth updates come after the snapshot.
  it.each([
    ['spot_btcusdt_20240808', 0.01, 3448],
    ['usdm_btcusdt_20240808', 0.1, 6545],
    ['cm_btcusd_perp_20240808', 0.1, 26_822],
  ])('%s: the best prices and sizes are those quoted, at every update', (name, tickSize, want) => {
    const messages = linesOf(`hftbacktest/${name}.gz`).map(
      (line) => JSON.parse(line.slice(line.indexOf(' ') + 1)) as Message,
    );
    const quotes = messages.filter(({ stream }) => stream?.endsWith('@bookTicker')).map(({ data }) => data!);
    const snapshot = messages.find(({ lastUpdateId }) => lastUpdateId !== undefined)!;
    const book = new DepthBook(makeInstrument({ symbol: name, tickSize }, 0));
    book.applyUpdate(new DepthUpdate(name, levels(snapshot.bids), levels(snapshot.asks), true, 0, 0));
    let [quote, compared, equal] = [0, 0, 0];
    for (const [i, { stream, data }] of messages.entries()) {
      if (!stream?.includes('@depth') || data === undefined || data.u < snapshot.lastUpdateId!) continue;
      book.applyUpdate(new DepthUpdate(name, levels(data.b), levels(data.a), false, 0, 0));
      while ((quotes[quote + 1]?.u ?? Infinity) <= data.u) quote++;
      const shown = quotes[quote]!;
      // One that was sent after the snapshot and came before it counts for the book only.
      if (i < messages.indexOf(snapshot) || shown.u > data.u) continue;
      compared++;
      const quoted = [shown.b, shown.B, shown.a, shown.A].map(Number);
      if (String([book.bid, book.bidSize, book.ask, book.askSize]) === String(quoted)) equal++;
      expect(book.crossed).toBe(false);
    }
    expect([equal, compared]).toEqual([want, want]);
  });
});
