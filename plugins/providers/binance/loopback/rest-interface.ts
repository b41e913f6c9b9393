import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Timeframe, timeframeMicros } from '#core';
import { type KeptTrade, pairs, plain, stamp } from './frames.ts';
import type { VenueBook } from './venue-book.ts';

const PER_MINUTE = { spot: 6000, futures: 2400 };

interface Call {
  readonly futures: boolean;
  readonly micros: boolean;
  readonly query: URLSearchParams;
  readonly book: VenueBook | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The venue's REST calls: `exchangeInfo`, `depth`, `klines`, and trades by number, each with its weight. */
export class RestInterface {
  /** Answers 429 to everything. */
  refusing = false;
  private readonly books: ReadonlyMap<string, VenueBook>;
  private readonly now: () => number;
  private readonly strict: boolean;
  private used = 0;
  private minute = 0;

  /** @param strict keeps to the real limit of weight, which a test of a hundred reconnects would soon reach */
  constructor(books: ReadonlyMap<string, VenueBook>, now: () => number, strict: boolean) {
    this.books = books;
    this.now = now;
    this.strict = strict;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { status, body, headers = {} } = this.answerTo(request);
    response.writeHead(status, {
      'content-type': 'application/json',
      'X-MBX-USED-WEIGHT-1M': String(this.used),
      // Otherwise a client's spare connections would count as its connections.
      connection: 'close',
      ...headers,
    });
    response.end(JSON.stringify(body));
  }

  private answerTo({ url = '/', headers }: IncomingMessage): Answer {
    const { pathname, searchParams: query } = new URL(url, 'http://loopback');
    const [, api, version, name = ''] = pathname.split('/');
    const futures = api === 'fapi' && version === 'v1';
    if (!futures && !(api === 'api' && version === 'v3'))
      return { status: 404, body: { code: -1, msg: 'no such path' } };
    const symbol = query.get('symbol');
    const book = symbol === null ? undefined : this.books.get(symbol);
    if (symbol !== null && book === undefined) return badSymbol();
    const micros = headers['x-mbx-time-unit'] === 'MICROSECOND';
    const call = { futures, micros, query, book };
    if (!this.spend(weightOf(name, call), futures)) return tooMany();
    return this.calls[name]?.(call) ?? { status: 404, body: { code: -1, msg: `no call ${name}` } };
  }

  private spend(weight: number, futures: boolean): boolean {
    const minute = Math.floor(this.now() / 60_000);
    if (minute !== this.minute) this.used = 0;
    this.minute = minute;
    this.used += weight;
    return !this.refusing && (!this.strict || this.used <= (futures ? PER_MINUTE.futures : PER_MINUTE.spot));
  }

  private readonly calls: Readonly<Record<string, (call: Call) => Answer>> = {
    exchangeInfo: (call) => this.exchangeInfo(call),
    depth: ({ book, query, futures, micros }) => {
      if (book === undefined) return badSymbol();
      const { bids, asks } = book.snapshot(numberOf(query, 'limit', 100));
      const at = stamp(this.now(), { micros });
      const times = futures ? { E: at, T: at } : {};
      return ok({ lastUpdateId: book.lastUpdate, ...times, bids: pairs(bids), asks: pairs(asks) });
    },
    klines: (call) => ok(klines(call)),
    historicalTrades: (call) =>
      ok(
        tradesFrom(call).map(({ id, price, size, buyerIsMaker: isBuyerMaker, time }) => {
          const quoteQty = plain(price * size);
          const at = stamp(time, call);
          return { id, price: plain(price), qty: plain(size), quoteQty, time: at, isBuyerMaker, isBestMatch: true };
        }),
      ),
    aggTrades: (call) =>
      ok(
        tradesFrom(call).map(({ id: a, price, size, buyerIsMaker: m, time }) => {
          return { a, p: plain(price), q: plain(size), f: a, l: a, T: stamp(time, call), m, M: true };
        }),
      ),
  };

  private exchangeInfo({ query, futures }: Call): Answer {
    const asked = query.get('symbols');
    const symbols = asked === null ? [...this.books.keys()] : (JSON.parse(asked) as string[]);
    if (symbols.some((symbol) => !this.books.has(symbol))) return badSymbol();
    const filters = [
      { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000', tickSize: '0.01' },
      { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000', stepSize: '0.00001' },
    ];
    return ok({
      timezone: 'UTC',
      serverTime: Math.floor(this.now()),
      ...(futures ? { futuresType: 'U_MARGINED' } : {}),
      symbols: symbols.map((symbol) => {
        const [base, quote] = /^(.+?)(USDT|USDC|USD|BTC|EUR)$/.exec(symbol)?.slice(1) ?? [symbol, 'USDT'];
        return { symbol, status: 'TRADING', baseAsset: base, quoteAsset: quote, filters };
      }),
    });
  }
}

function weightOf(name: string, { futures, query }: Call): number {
  const limit = numberOf(query, 'limit', 100);
  if (name === 'depth' && futures) return limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20;
  if (name === 'depth') return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
  const spot: Record<string, number> = { exchangeInfo: 20, klines: 2, historicalTrades: 25, aggTrades: 4 };
  const usdM: Record<string, number> = { exchangeInfo: 1, klines: 5, historicalTrades: 20, aggTrades: 20 };
  return (futures ? usdM : spot)[name] ?? 1;
}

function tradesFrom({ book, query }: Call): readonly KeptTrade[] {
  const from = numberOf(query, 'fromId', 0);
  const limit = Math.min(1000, numberOf(query, 'limit', 500));
  return book?.trades.filter(({ id }) => id >= from).slice(0, limit) ?? [];
}

function klines({ book, query, micros }: Call): readonly unknown[] {
  const interval = (query.get('interval') ?? '1m') as Timeframe;
  const spanMs = (timeframeMicros(interval) ?? 60_000_000) / 1000;
  const from = numberOf(query, 'startTime', -Infinity);
  const until = numberOf(query, 'endTime', Infinity);
  const limit = numberOf(query, 'limit', 500);
  const within = (book?.barsOf(interval) ?? []).filter(({ start }) => start >= from && start <= until);
  const chosen = query.has('startTime') ? within.slice(0, limit) : within.slice(-limit);
  return chosen.map(({ start, open, high, low, close, volume, trades = 0 }) => {
    const prices = [open, high, low, close, volume].map(plain);
    return [stamp(start, { micros }), ...prices, stamp(start + spanMs, { micros }) - 1, '0', trades, '0', '0', '0'];
  });
}

function numberOf(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  return text === null ? fallback : Number(text);
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const badSymbol = (): Answer => ({ status: 400, body: { code: -1121, msg: 'Invalid symbol.' } });
const tooMany = (): Answer => ({
  status: 429,
  body: { code: -1003, msg: 'Too much request weight used.' },
  headers: { 'Retry-After': '1' },
});
