import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Chunk } from '#core';
import { barsOf, printsOf } from '../../../../plugins/providers/binance/answers.ts';
import { symbolsOf } from '../../../../plugins/providers/binance/exchange-info.ts';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';
import { readZipEntry } from '../../../helpers/zip.ts';
import { keepingDecoder, makeDecoder } from './decoder.ts';

const linesOf = (path: string): string[] =>
  gunzipSync(readFileSync(sharedData(path)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

interface Frame {
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describeWithData('hours of Binance as hftbacktest recorded them', () => {
  // Messages as the data's own description counts them; one depth message per market is older than its snapshot.
  it.each([
    ['spot_btcusdt_20240808', 'BTCUSDT', { trades: 9757, quotes: 28_040, books: 3448 }],
    ['usdm_btcusdt_20240808', 'BTCUSDT', { trades: 21_313, quotes: 66_089, books: 6545 }],
    ['cm_btcusd_perp_20240808', 'BTCUSD_PERP', { trades: 2286, quotes: 19_136, books: 26_822 }],
  ])('%s: every trade and quote arrives, and each book has the best prices that were quoted', (name, symbol, want) => {
    const quotes: { id: number; best: string }[] = [];
    const books: { id: number; best: string }[] = [];
    const book = { bids: new Map<number, number>(), asks: new Map<number, number>() };
    let trades = 0;
    const { read, snapshot, link, settle } = makeDecoder([symbol], (chunk) => {
      if (chunk.kind === 'trades') trades += chunk.n;
      else if (chunk.kind === 'quotes') {
        for (let i = 0; i < chunk.n; i++) {
          const best = `${chunk.bid[i]} ${chunk.bidSize[i]} ${chunk.ask[i]} ${chunk.askSize[i]}`;
          quotes.push({ id: chunk.id[i] ?? 0, best });
        }
      } else if (chunk.kind === 'depth') intoBook(chunk, book, books);
    });
    for (const line of linesOf(`hftbacktest/${name}.gz`)) {
      const json = line.slice(line.indexOf(' ') + 1);
      if (json.startsWith('{"stream"')) read(json);
      else expect(snapshot(symbol, JSON.parse(json))).toBe(true);
    }
    settle();
    expect(link.said.bad).toEqual([]);
    expect(link.said.gaps).toEqual([]);
    expect({ trades, quotes: quotes.length }).toEqual({ trades: want.trades, quotes: want.quotes });

    let at = 0;
    let equal = 0;
    for (const { id, best } of books) {
      while ((quotes[at + 1]?.id ?? Infinity) <= id) at++;
      if (quotes[at]?.best === best) equal++;
    }
    expect(equal).toBeGreaterThanOrEqual(want.books - 1);
    expect(books.length - equal).toBeLessThan(4);
  });
});

function intoBook(
  chunk: Extract<Chunk, { kind: 'depth' }>,
  book: { bids: Map<number, number>; asks: Map<number, number> },
  books: { id: number; best: string }[],
): void {
  for (let i = 0; i < chunk.n; i++) {
    const flags = chunk.flags[i] ?? 0;
    if ((flags & 2) !== 0) {
      book.bids.clear();
      book.asks.clear();
    }
    const side = chunk.side[i] === 1 ? book.bids : book.asks;
    if (chunk.size[i] === 0) side.delete(chunk.price[i] ?? 0);
    else side.set(chunk.price[i] ?? 0, chunk.size[i] ?? 0);
    if ((flags & 1) === 0) continue;
    let bid = -Infinity;
    let ask = Infinity;
    for (const price of book.bids.keys()) if (price > bid) bid = price;
    for (const price of book.asks.keys()) if (price < ask) ask = price;
    books.push({ id: chunk.id[i] ?? 0, best: `${bid} ${book.bids.get(bid)} ${ask} ${book.asks.get(ask)}` });
  }
}

describeWithData('frames that cryptofeed recorded', () => {
  it.each([
    ['BINANCE', { aggTrade: 2, bookTicker: 84, depth: 177 }],
    ['BINANCE_FUTURES', { aggTrade: 91, bookTicker: 613, depth: 764 }],
  ])('%s become the trades, quotes and books that they are', (name, counts) => {
    const frames = linesOf(`cryptofeed/${name}.ws.1.0.gz`)
      .filter((line) => /^\d+\.\d+: /.test(line))
      .map((line) => ({ at: Number.parseFloat(line), json: line.slice(line.indexOf(' ') + 1) }));
    const answers = linesOf(`cryptofeed/${name}.http.0.0.gz`).flatMap((line) => {
      const parts = /symbol=(\w+).* -> (\d+\.\d+): (.*)$/.exec(line);
      return parts === null ? [] : [{ symbol: parts[1] ?? '', at: Number(parts[2]), json: parts[3] ?? '' }];
    });
    const symbols = answers.map(({ symbol }) => symbol);
    const { read, snapshot, rows, link, settle } = keepingDecoder(symbols);
    const waiting = [...answers];
    for (const { at, json } of frames) {
      while ((waiting[0]?.at ?? Infinity) <= at) {
        const answer = waiting.shift();
        snapshot(answer?.symbol ?? '', JSON.parse(answer?.json ?? ''));
      }
      read(json);
    }
    settle();

    const parsed = frames.map(({ json }) => JSON.parse(json) as Frame);
    const of = (channel: string): Frame[] => parsed.filter(({ stream }) => stream.includes(channel));
    expect({
      aggTrade: of('@aggTrade').length,
      bookTicker: of('@bookTicker').length,
      depth: of('@depth').length,
    }).toEqual(counts);
    expect(link.said.bad).toEqual([]);
    expect(
      rows('trades').map(({ inst, id, price, size, side, event }) => [inst, id, price, size, side, event]),
    ).toEqual(
      of('@aggTrade').map(({ data: { s, a, p, q, m, T } }) => [
        symbols.indexOf(String(s)),
        a,
        Number(p),
        Number(q),
        m === true ? -1 : 1,
        Number(T) * 1000,
      ]),
    );
    expect(rows('quotes').map(({ inst, id, bid, askSize }) => [inst, id, bid, askSize])).toEqual(
      of('@bookTicker').map(({ data: { s, u, b, A } }) => [symbols.indexOf(String(s)), u, Number(b), Number(A)]),
    );
    // Whatever a book took, it took whole and unchanged.
    const taken = new Map(rows('depth').map(({ id, event }) => [id, event]));
    const levels = of('@depth').filter(({ data: { u, T, E } }) => taken.get(Number(u)) === Number(T ?? E) * 1000);
    expect(levels.length).toBeGreaterThan(counts.depth / 4);
  });

  it('name tick sizes and steps', () => {
    const [answer = ''] = linesOf('cryptofeed/BINANCE_FUTURES.0.gz');
    const symbols = symbolsOf(JSON.parse(answer.slice(answer.indexOf('{'))));
    const sushi = symbols.find(({ symbol }) => symbol === 'SUSHIUSDT');
    expect(sushi).toMatchObject({ base: 'SUSHI', quote: 'USDT', tickSize: 0.001, stepSize: 1 });
  });
});

interface Pair {
  readonly exchange: string;
  readonly message: Frame & { readonly generated?: boolean };
  readonly expected: readonly Readonly<Record<string, unknown>>[];
}

describeWithData('pairs of raw and normalised messages of tardis', () => {
  it('agree with what we make of the raw ones', () => {
    const file = gunzipSync(readFileSync(sharedData('tardis-normalised-pairs.json.gz'))).toString('utf8');
    const pairs = (JSON.parse(file) as { pairs: readonly Pair[] }).pairs.filter(
      ({ exchange }) => exchange === 'binance-delivery',
    );
    expect(pairs).toHaveLength(12);
    for (const { message, expected } of pairs) {
      const symbols = ['BTCUSD_200925', 'ETCUSDT', 'BNBUSD_PERP'];
      const { read, rows, snapshot, settle } = keepingDecoder(symbols);
      const symbol = String(message.data?.s ?? message.data?.symbol);
      if (message.stream?.endsWith('@depthSnapshot')) snapshot(symbol, message.data);
      else {
        // A change needs a book to belong to: the one that ends where the message says that it goes on.
        const at = message.data?.U;
        if (message.data?.e === 'depthUpdate') snapshot(symbol, { lastUpdateId: at, bids: [], asks: [] });
        read(JSON.stringify(message));
      }
      settle();
      const made = {
        trade: rows('trades').map(({ price, size, side, id, event }) => ({
          price,
          amount: size,
          side: side === 1 ? 'buy' : 'sell',
          id: String(id),
          timestamp: iso(event),
        })),
        book_change: rows('depth')
          .filter(({ price }) => price !== 0)
          .map(({ side, price, size }) => ({ side, price, amount: size })),
        book_ticker: rows('quotes').map(({ bid, bidSize, ask, askSize }) => ({
          bidPrice: bid,
          bidAmount: bidSize,
          askPrice: ask,
          askAmount: askSize,
        })),
      };
      const wanted = { trade: [] as unknown[], book_change: [] as unknown[], book_ticker: [] as unknown[] };
      for (const one of expected) {
        const { type, price, amount, side, id, timestamp, bids, asks, bidPrice, bidAmount, askPrice, askAmount } = one;
        if (type === 'trade') wanted.trade.push({ price, amount, side, id, timestamp });
        else if (type === 'book_ticker') wanted.book_ticker.push({ bidPrice, bidAmount, askPrice, askAmount });
        else if (type === 'book_change') {
          for (const level of bids as object[]) wanted.book_change.push({ side: 1, ...level });
          for (const level of asks as object[]) wanted.book_change.push({ side: -1, ...level });
        }
      }
      expect(made, JSON.stringify(message)).toEqual(wanted);
    }
  });
});

const iso = (us: unknown): string => new Date(Number(us) / 1000).toISOString();

describeWithData('fixtures of nautilus', () => {
  const entry = (path: string): string => readZipEntry(sharedData('nautilus/adapter-fixtures/binance.zip'), path);

  it('map: best quotes of futures', () => {
    const { read, rows } = keepingDecoder(['BNBUSDT']);
    read(entry('futures/market_data_json/book_ticker_stream.json'));
    expect(rows('quotes')).toEqual([
      {
        inst: 0,
        id: 400_900_217,
        event: 1_568_014_460_891_000,
        bid: 25.3519,
        bidSize: 31.21,
        ask: 25.3652,
        askSize: 40.66,
      },
    ]);
  });

  it('map: a closed bar', () => {
    const { read, rows } = keepingDecoder(['BTCUSDT']);
    read(entry('futures/market_data_json/kline_stream_closed.json'));
    expect(rows('bars')).toMatchObject([
      { event: 1_638_747_720_000_000, open: 0.001, high: 0.0025, low: 0.001, close: 0.002, volume: 1000, trades: 100 },
    ]);
  });

  it('map: answers of the REST interface', () => {
    expect(printsOf(JSON.parse(entry('spot/http_json/trades_response.json')))).toEqual([
      { id: 28_457, price: 4.000001, size: 12, side: -1, event: 1_499_865_549_590_000 },
    ]);
    expect(barsOf(JSON.parse(entry('spot/http_json/klines_response.json')))).toEqual([
      {
        t: 1_499_040_000_000,
        o: '0.01634790',
        h: '0.80000000',
        l: '0.01575800',
        c: '0.01577100',
        v: '148976.11427815',
        n: 308,
      },
    ]);
  });
});
