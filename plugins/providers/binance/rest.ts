import type { Log, Net, RateLimit } from '#core';
import type { BinanceOptions } from './options.ts';
import type { Venue } from './venues.ts';

/** Slow down. Its other one, 418, says that the address is banned: the caller is told at once, and later calls wait. */
const TOO_MANY = 429;
/** After so many of them in a row the caller is told. Each is followed by the pause that the venue asks for. */
const ATTEMPTS = 4;
const PAUSE_MS = 1000;

/** Trades in one answer. */
export const PRINTS_PER_PAGE = 1000;
export const BARS_PER_PAGE = 1000;

/** The venue's REST calls, each paid for with its weight. Answers are not checked here. */
export class Rest {
  private readonly net: Net;
  private readonly log: Log;
  private readonly venue: Venue;
  private readonly base: string;
  private readonly limit: RateLimit;
  private readonly headers: Readonly<Record<string, string>>;

  constructor({ net, log }: { readonly net: Net; readonly log: Log }, venue: Venue, options: BinanceOptions) {
    const url = options.restUrl ?? venue.rest;
    this.net = net;
    this.log = log;
    this.venue = venue;
    this.base = url.replace(/\/+$/, '') + venue.api;
    this.limit = net.limit(`${url} weight`, {
      tokens: options.weight ?? venue.weightPerMinute,
      perMs: 60_000,
    });
    this.headers = options.market === 'spot' && options.timeUnit === 'us' ? { 'X-MBX-TIME-UNIT': 'MICROSECOND' } : {};
  }

  /** @param symbols only these; all of them when left out. Spot alone takes a list, and refuses all if it does not know one */
  exchangeInfo(symbols?: readonly string[]): Promise<unknown> {
    return this.get('exchangeInfo', { symbols: symbols && JSON.stringify(symbols) }, this.venue.weights.exchangeInfo);
  }

  depth(symbol: string, limit: number): Promise<unknown> {
    return this.get('depth', { symbol, limit }, this.venue.weights.depth(limit));
  }

  /** Bars that open from `startTime` on, or the last ones up to `endTime`; both epoch milliseconds, inclusive. */
  klines(query: {
    readonly symbol: string;
    readonly interval: string;
    readonly limit: number;
    readonly startTime?: number;
    readonly endTime?: number;
  }): Promise<unknown> {
    return this.get('klines', query, this.venue.weights.klines);
  }

  /** Trades from that number on; `undefined` where the venue gives none without a key. */
  prints(kind: 'trade' | 'aggTrade', symbol: string, fromId: number): Promise<unknown> | undefined {
    const call = this.venue.prints[kind];
    if (call === undefined) return undefined;
    return this.get(call, { symbol, fromId, limit: PRINTS_PER_PAGE }, this.venue.weights.prints[kind]);
  }

  private async get(
    call: string,
    query: Readonly<Record<string, string | number | undefined>>,
    weight: number,
  ): Promise<unknown> {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
    const url = `${this.base}/${call}?${search.toString()}`;
    for (let attempt = 1; ; attempt++) {
      // The request itself takes the last one.
      if (weight > 1) await this.limit.take(weight - 1);
      try {
        return await this.net.json({ url, headers: this.headers, limit: this.limit });
      } catch (error) {
        if (statusOf(error) !== TOO_MANY || attempt === ATTEMPTS) throw error;
        // Whoever goes on asking is banned for days, so wait even where the venue does not say how long.
        const waitMs = retryAfterMs(error) ?? PAUSE_MS * attempt;
        this.log.warn(`the venue limits requests: the next one in ${waitMs / 1000} s`);
        this.limit.pause(waitMs);
      }
    }
  }
}

/** HTTP status of a refusal. */
export function statusOf(error: unknown): number | undefined {
  const { status } = (error ?? {}) as { readonly status?: unknown };
  return typeof status === 'number' ? status : undefined;
}

function retryAfterMs(error: unknown): number | undefined {
  const { retryAfterMs: wait } = (error ?? {}) as { readonly retryAfterMs?: unknown };
  return typeof wait === 'number' ? wait : undefined;
}
