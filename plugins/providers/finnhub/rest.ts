import { type Log, MillraceError, type Net, NetError, type Random, type RateLimit } from '#core';
import type { FinnhubOptions } from './options.ts';

const MINUTE_MS = 60_000;
/** On every plan. */
const CALLS_PER_SECOND = 30;
const LONGEST_JITTER_MS = 2000;

export interface RestParts {
  readonly net: Net;
  readonly log: Log;
  readonly random: Random;
  readonly options: FinnhubOptions;
}

/**
 * The venue's REST interface within its limits. The key travels in a header, so that it is in no address.
 *
 * Errors   PROVIDER_AUTH for a key that is refused; those of `Net.json` otherwise
 */
export class Rest {
  private readonly parts: RestParts;
  private readonly perMinute: RateLimit;
  private readonly perSecond: RateLimit;
  private readonly denied = new Set<string>();

  constructor(parts: RestParts) {
    const { net, options } = parts;
    this.parts = parts;
    const name = `finnhub ${options.restUrl} calls`;
    this.perMinute = net.limit(`${name} per minute`, { tokens: options.callsPerMinute, perMs: MINUTE_MS });
    this.perSecond = net.limit(`${name} per second`, { tokens: CALLS_PER_SECOND, perMs: 1000 });
  }

  /** The answer, or `undefined` when the plan does not include the path: that is logged once, and not asked again. */
  async get(path: string, query: Readonly<Record<string, string | number>>): Promise<unknown> {
    if (this.denied.has(path)) return undefined;
    const { net, options } = this.parts;
    const url = new URL(`${options.restUrl.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    await this.perSecond.take();
    try {
      return await net.json({
        url: url.href,
        headers: { 'X-Finnhub-Token': options.apiKey },
        limit: this.perMinute,
      });
    } catch (error) {
      return this.explain(path, error);
    }
  }

  private explain(path: string, error: unknown): undefined {
    const { net, log, random, options } = this.parts;
    if (!(error instanceof NetError)) throw error;
    if (error.status === 401) throw wrongKey(options.restUrl, error);
    if (error.status === 429 && error.retryAfterMs === undefined) {
      // The quota is counted by the clock's minute; not everybody should be back in its first instant.
      this.perMinute.pause(MINUTE_MS - (net.now() % MINUTE_MS) + random.below(LONGEST_JITTER_MS));
    }
    if (error.status !== 403) throw error;
    this.denied.add(path);
    log.warn(`the plan of this key does not include ${path}: a paid plan of finnhub.io does`, { status: 403 });
    return undefined;
  }
}

export const wrongKey = (address: string, cause: unknown): MillraceError =>
  new MillraceError(
    {
      code: 'PROVIDER_AUTH',
      where: { path: address },
      was: 'the venue refused the API key',
      expected: 'a key that is valid',
      fix: 'copy the key from finnhub.io/dashboard; keys of the old sandbox do not work',
    },
    { cause },
  );
