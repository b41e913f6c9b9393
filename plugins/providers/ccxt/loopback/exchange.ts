import { SocketClient } from './client.ts';
import { ChecksumError, errorOf, NetworkError, UnsubscribeError } from './errors.ts';

const TRADES_LIMIT = 1000;

type Row = [price: number, size: number];
interface Book {
  symbol: string;
  bids: Row[];
  asks: Row[];
  nonce: number;
  timestamp: number | undefined;
}
interface Message {
  readonly channel?: string;
  readonly symbol?: string;
  readonly timeframe?: string;
  readonly data?: unknown;
  readonly error?: string;
  readonly kind?: string;
}
interface BookMessage {
  readonly snapshot?: boolean;
  readonly bids: Row[];
  readonly asks: Row[];
  readonly nonce: number;
  readonly timestamp: number;
}

/**
 * An exchange in the shape of ccxt's, for the venue on this machine. It keeps ccxt's habits that have to be lived with: new
 * trades since the last call only, out of a ring; one book object for ever; no redialling; no word for a closed bar.
 */
class LoopbackExchange {
  readonly id = 'loopback';
  readonly has: Readonly<Record<string, unknown>> = Object.fromEntries(
    ['watch', 'unWatch', 'fetch'].flatMap((verb) =>
      ['Trades', 'OrderBook', 'OHLCV'].map((what) => [verb + what, true]),
    ),
  );
  readonly timeframes: Readonly<Record<string, string>> = { '1s': '1s', '1m': '1m', '1h': '1h' };
  readonly precisionMode = 4;
  urls: { api: Record<string, string> } = { api: { rest: 'http://loopback.invalid', ws: 'ws://loopback.invalid' } };
  streaming: Record<string, unknown> = {};
  markets: Record<string, unknown> = {};
  clients: Record<string, SocketClient> = {};
  private readonly apiKey: string;
  private readonly news = new Map<string, unknown[]>();
  /** Changed bars since the last call, each as it is now. */
  private readonly rows = new Map<string, Map<number, unknown>>();
  private readonly books = new Map<string, Book>();
  private readonly subscribed = new Set<string>();

  constructor(settings: { readonly apiKey?: string } = {}) {
    this.apiKey = settings.apiKey ?? '';
  }

  async loadMarkets(): Promise<unknown> {
    this.markets = (await this.get('markets', {})) as Record<string, unknown>;
    return this.markets;
  }

  async watchTrades(symbol: string): Promise<unknown> {
    await this.watch('trades', symbol);
    return this.news.get(symbol)?.splice(0) ?? [];
  }

  async watchOrderBook(symbol: string): Promise<unknown> {
    return this.watch('book', symbol);
  }

  async watchOHLCV(symbol: string, timeframe: string): Promise<unknown> {
    await this.watch('ohlcv', symbol, timeframe);
    const rows = this.rows.get(symbol) ?? new Map<number, unknown>();
    this.rows.delete(symbol);
    return [...rows.values()];
  }

  fetchTrades(symbol: string, since?: number, limit?: number): Promise<unknown> {
    return this.get('trades', { symbol, since, limit });
  }

  fetchOrderBook(symbol: string): Promise<unknown> {
    return this.get('book', { symbol });
  }

  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown> {
    return this.get('ohlcv', { symbol, timeframe, since, limit });
  }

  unWatchTrades = (symbol: string): Promise<unknown> => this.unWatch('trades', symbol);
  unWatchOrderBook = (symbol: string): Promise<unknown> => this.unWatch('book', symbol);
  unWatchOHLCV = (symbol: string, timeframe: string): Promise<unknown> => this.unWatch('ohlcv', symbol, timeframe);

  async close(): Promise<void> {
    const clients = Object.values(this.clients);
    this.forget();
    for (const client of clients) client.close();
  }

  private watch(channel: string, symbol: string, timeframe?: string): Promise<unknown> {
    const client = this.client();
    const name = [channel, symbol, timeframe].join(' ');
    const future = client.future(name);
    if (!this.subscribed.has(name)) {
      this.subscribed.add(name);
      client.send({ op: 'subscribe', channel, symbol, timeframe, apiKey: this.apiKey });
    }
    return future;
  }

  private async unWatch(channel: string, symbol: string, timeframe?: string): Promise<unknown> {
    const name = [channel, symbol, timeframe].join(' ');
    if (!this.subscribed.delete(name)) return true;
    const client = this.client();
    client.send({ op: 'unsubscribe', channel, symbol, timeframe });
    client.reject(name, new UnsubscribeError(`${name} unsubscribed`));
    return true;
  }

  private client(): SocketClient {
    const url = this.urls.api['ws'] ?? '';
    const known = this.clients[url];
    if (known !== undefined) return known;
    const made: SocketClient = new SocketClient(url, Number(this.streaming['keepAlive'] ?? 30_000), {
      onMessage: (text) => this.take(made, text),
      onEnd: () => this.forget(),
    });
    this.clients[url] = made;
    return made;
  }

  private forget(): void {
    this.clients = {};
    this.subscribed.clear();
  }

  private take(client: SocketClient, text: string): void {
    const message = parsed(text);
    const { channel = '', symbol = '', timeframe, data } = message;
    const name = [channel, symbol, timeframe].join(' ');
    if (message.error !== undefined) {
      this.subscribed.delete(name);
      client.reject(name, errorOf(message.kind, message.error));
    } else if (channel === 'trades') {
      const news = this.news.get(symbol) ?? [];
      this.news.set(symbol, news);
      news.push(...(data as unknown[]));
      // What falls out of the ring is lost without a word.
      news.splice(0, Math.max(0, news.length - TRADES_LIMIT));
      client.resolve(name, news);
    } else if (channel === 'ohlcv') {
      const rows = this.rows.get(symbol) ?? new Map<number, unknown>();
      this.rows.set(symbol, rows.set((data as readonly number[])[0] ?? 0, data));
      client.resolve(name, rows);
    } else if (channel === 'book') this.takeBook(client, name, symbol, data as BookMessage);
  }

  private takeBook(client: SocketClient, name: string, symbol: string, data: BookMessage): void {
    const book = this.books.get(symbol) ?? { symbol, bids: [], asks: [], nonce: 0, timestamp: undefined };
    this.books.set(symbol, book);
    if (data.snapshot === true) {
      book.bids = [...data.bids];
      book.asks = [...data.asks];
    } else if (data.nonce !== book.nonce + 1) {
      this.subscribed.delete(name);
      return client.reject(name, new ChecksumError(`nonce ${data.nonce} after ${book.nonce}`));
    } else {
      for (const row of data.bids) lay(book.bids, row, (a, b) => a > b);
      for (const row of data.asks) lay(book.asks, row, (a, b) => a < b);
    }
    book.nonce = data.nonce;
    book.timestamp = data.timestamp;
    client.resolve(name, book);
  }

  private async get(path: string, query: Readonly<Record<string, string | number | undefined>>): Promise<unknown> {
    const url = new URL(`${this.urls.api['rest']}/${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const answer = await fetch(url, { headers: { key: this.apiKey } }).catch((error: unknown) => {
      throw new NetworkError(`GET ${url.href} ${String(error)}`);
    });
    const body = (await answer.json()) as Message;
    if (!answer.ok) throw errorOf(body.kind, body.error ?? '');
    return body;
  }
}

/** Sets, inserts or removes a level in a side that is kept in order. */
function lay(side: Row[], [price, size]: Row, isBetter: (a: number, b: number) => boolean): void {
  const at = side.findIndex(([each]) => each === price || isBetter(price, each));
  const isThere = side[at]?.[0] === price;
  if (size === 0) {
    if (isThere) side.splice(at, 1);
  } else if (at < 0) side.push([price, size]);
  else side.splice(at, isThere ? 1 : 0, [price, size]);
}

/** ccxt hands what is no JSON on as it is, and its exchanges find nothing in it. */
function parsed(text: string): Message {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return {};
  }
}

/** What the package's main module looks like, as far as it is used. */
export default { exchanges: ['loopback'], pro: { loopback: LoopbackExchange } };
