import type { IncomingMessage, ServerResponse } from 'node:http';
import { asyncScheduler } from 'rxjs';

const STEPS: Readonly<Record<string, number>> = { 1: 60, 5: 300, 15: 900, 30: 1800, 60: 3600, D: 86_400 };
const NO_ACCESS = { error: "You don't have access to this resource." };
export const LIMIT_REACHED = 'API limit reached. Please try again later. Remaining Limit: 0';

/** A key's plan: how many symbols it streams, and whether it has candles. */
export interface Plan {
  readonly symbols: number;
  readonly callsPerMinute: number;
  readonly premium: boolean;
}

/** Keys that the venue knows. The free plan takes one symbol more than it advertises. */
export const PLANS: Readonly<Record<string, Plan>> = {
  'loopback-key-93ad1': { symbols: Number.POSITIVE_INFINITY, callsPerMinute: 300, premium: true },
  'loopback-free': { symbols: 51, callsPerMinute: 60, premium: false },
};

export interface RestState {
  readonly symbols: ReadonlySet<string>;
  /** Last trade of each symbol. */
  readonly last: ReadonlyMap<string, { readonly p: number; readonly t: number }>;
  readonly isRateLimited: () => boolean;
  readonly isWrongToken: () => boolean;
}

/** The REST side of the venue. */
export class RestDesk {
  private readonly state: RestState;
  private minute = 0;
  private calls = 0;

  constructor(state: RestState) {
    this.state = state;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { status, body } = this.find(
      url,
      String(request.headers['x-finnhub-token'] ?? url.searchParams.get('token')),
    );
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
  }

  private find(url: URL, key: string): { readonly status: number; readonly body: unknown } {
    const plan = PLANS[key];
    if (plan === undefined || this.state.isWrongToken()) return { status: 401, body: { error: 'Invalid API key' } };
    if (this.state.isRateLimited() || this.overQuota(plan)) return { status: 429, body: { error: LIMIT_REACHED } };
    const path = url.pathname.replace(/^\/api\/v1/, '');
    const symbol = url.searchParams.get('symbol') ?? '';
    if (path === '/quote') return { status: 200, body: this.quote(symbol) };
    if (path.endsWith('/candle')) {
      return plan.premium
        ? { status: 200, body: this.candles(symbol, url.searchParams) }
        : { status: 403, body: NO_ACCESS };
    }
    if (path.endsWith('/symbol')) return { status: 200, body: this.list(path, url.searchParams.get('exchange') ?? '') };
    return { status: 404, body: { error: 'not found' } };
  }

  private overQuota({ callsPerMinute }: Plan): boolean {
    const minute = Math.floor(asyncScheduler.now() / 60_000);
    if (minute !== this.minute) this.calls = 0;
    this.minute = minute;
    return ++this.calls > callsPerMinute;
  }

  private quote(symbol: string): unknown {
    const last = this.state.last.get(symbol);
    if (last === undefined) return { c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 };
    return { c: last.p, d: 0, dp: 0, h: last.p, l: last.p, o: last.p, pc: last.p, t: Math.floor(last.t / 1000) };
  }

  /** A bar's values follow from its time, so that every request tells the same past. */
  private candles(symbol: string, query: URLSearchParams): unknown {
    const step = STEPS[query.get('resolution') ?? ''];
    if (step === undefined || !this.state.symbols.has(symbol)) return { s: 'no_data' };
    const t: number[] = [];
    for (let at = Math.ceil(Number(query.get('from')) / step) * step; at <= Number(query.get('to')); at += step)
      t.push(at);
    if (t.length === 0) return { s: 'no_data' };
    const base = t.map((at) => 100 + ((at / step) % 10));
    return {
      s: 'ok',
      t,
      o: base,
      h: base.map((p) => p + 2),
      l: base.map((p) => p - 1),
      c: base.map((p) => p + 1),
      v: t.map(() => 10),
    };
  }

  private list(path: string, exchange: string): unknown {
    const isStock = path.startsWith('/stock');
    const symbols = [...this.state.symbols].filter((symbol) =>
      isStock ? !symbol.includes(':') : symbol.startsWith(`${exchange}:`),
    );
    return symbols.map((symbol) => ({ description: symbol, displaySymbol: symbol, symbol }));
  }
}
