import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Candle, MarketState } from './market-state.ts';

const STEPS: Readonly<Record<string, number>> = { '1m': 60_000, '1h': 3_600_000 };
const PAGE = 500;

export interface RestRules {
  readonly markets: ReadonlyMap<string, MarketState>;
  readonly isRateLimited: () => boolean;
  readonly isWrongToken: () => boolean;
  readonly now: () => number;
}

/** The venue's requests: markets, trades, book and bars. */
export class RestDesk {
  private readonly rules: RestRules;

  constructor(rules: RestRules) {
    this.rules = rules;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { status, body } = this.find(url);
    // Kept open, a connection would look like one that is used.
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
  }

  private find({ pathname, searchParams }: URL): { readonly status: number; readonly body: unknown } {
    const { markets, isRateLimited, isWrongToken } = this.rules;
    if (isWrongToken()) return { status: 401, body: { kind: 'auth', error: 'Invalid API-key' } };
    if (isRateLimited()) return { status: 429, body: { kind: 'limit', error: 'Too many requests' } };
    if (pathname === '/markets') return { status: 200, body: marketsOf([...markets.keys()]) };
    const symbol = searchParams.get('symbol') ?? '';
    const market = markets.get(symbol);
    if (market === undefined) return { status: 400, body: { kind: 'symbol', error: `no ${symbol}` } };
    const since = Number(searchParams.get('since') ?? 0);
    const limit = Number(searchParams.get('limit') ?? PAGE);
    if (pathname === '/trades') {
      const trades = market.trades.filter(({ timestamp }) => timestamp >= since);
      return { status: 200, body: since === 0 ? trades.slice(-limit) : trades.slice(0, limit) };
    }
    if (pathname === '/book') return { status: 200, body: market.book(symbol) };
    if (pathname === '/ohlcv') {
      return { status: 200, body: this.bars(market, searchParams.get('timeframe') ?? '', since).slice(0, limit) };
    }
    return { status: 404, body: { error: pathname } };
  }

  /** Bars that were played; for a longer timeframe without any, an older past that follows from the time. */
  private bars(market: MarketState, timeframe: string, since: number): readonly Candle[] {
    const played = market.bars.get(timeframe);
    const step = STEPS[timeframe];
    if (played !== undefined || step === undefined) return (played ?? []).filter(([start]) => start >= since);
    const first = Math.ceil(since / step);
    const count = Math.max(0, Math.min(PAGE, Math.floor(this.rules.now() / step) - first + 1));
    return Array.from({ length: count }, (_, i) => {
      const base = 100 + ((first + i) % 10);
      return [(first + i) * step, base, base + 2, base - 1, base + 1, 10];
    });
  }
}

const marketsOf = (symbols: readonly string[]): object =>
  Object.fromEntries(
    symbols.map((symbol) => [
      symbol,
      {
        symbol,
        base: symbol.split('/')[0],
        quote: symbol.split('/')[1],
        precision: { price: 0.01, amount: 0.001 },
        contract: false,
      },
    ]),
  );
