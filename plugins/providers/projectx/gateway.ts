import { MillraceError, type Net, NetError, type Random, type RateLimit, type TokenKeeper } from '#core';
import { base, login, masked, renew } from './access.ts';
import type { ProjectxOptions } from './options.ts';
import { isRow, numberOf, type Row, textOf } from './values.ts';

/**
 * The gateway takes 200 requests in 60 s, and 50 of history in 30 s. A bucket may spend what it holds and what it gains in
 * that time: 40 + 120 and 10 + 30 stay at four fifths, and leave room for orders.
 */
const REQUESTS = { tokens: 40, perMs: 20_000 };
const HISTORY = { tokens: 10, perMs: 10_000 };
const TRIES = 4;
/** Pauses after 429, as multiples of the first: 5, 15 and 30 seconds. */
const GROWTH = [1, 3, 6];

/** The REST side of the gateway, for reading: requests are tried again when that can help. Orders must not be. */
export class Gateway {
  readonly token: TokenKeeper;
  private readonly net: Net;
  private readonly options: ProjectxOptions;
  private readonly random: Random;
  private readonly requests: RateLimit;
  private readonly histories: RateLimit;

  constructor(net: Net, options: ProjectxOptions, random: Random) {
    this.net = net;
    this.options = options;
    this.random = random;
    const account = `projectx ${base(options.restUrl)} ${options.userName}`;
    this.requests = net.limit(account, REQUESTS);
    this.histories = net.limit(`${account} history`, HISTORY);
    const parts = { net, options, limit: this.requests };
    const renewBeforeMs = options.renewBefore / 1000;
    let lifeMs = Number.POSITIVE_INFINITY;
    const noted = <T extends { readonly expiresAt: number }>(token: T): T => {
      lifeMs = token.expiresAt - net.now();
      return token;
    };
    this.token = net.token({
      login: async () => noted(await login(parts)),
      renew: async (old) => noted(await renew(old, parts)),
      // A gateway with short tokens: never before half of their life is over.
      get renewBeforeMs() {
        return Math.min(renewBeforeMs, lifeMs / 2);
      },
    });
  }

  /** Asks for something. Errors: NET_… , PROVIDER_AUTH when a token that is new is refused as well. */
  async ask(path: string, body: Row): Promise<Row> {
    const limit = path.startsWith('History/') ? this.histories : this.requests;
    let refusals = 0;
    for (let attempt = 0; ; attempt++) {
      const token = await this.token.get();
      try {
        const answer = await masked([token], () =>
          this.net.json({
            url: `${base(this.options.restUrl)}/api/${path}`,
            body,
            headers: { authorization: `Bearer ${token}` },
            limit,
          }),
        );
        return successful(path, answer);
      } catch (error) {
        if (!(error instanceof NetError) || attempt + 1 === TRIES) throw error;
        if (error.status === 401 && refusals++ === 0) this.token.invalidate(token);
        else if (error.status === 401) throw refusedToken(this.options.restUrl);
        else if (!this.paused(error, limit, attempt)) throw error;
      }
    }
  }

  close(): void {
    this.token.close();
  }

  /** Whether it makes sense to ask again; the bucket then holds everybody back for a while. */
  private paused({ status, retryAfterMs }: NetError, limit: RateLimit, attempt: number): boolean {
    if (status === undefined || (status !== 429 && status < 500)) return false;
    const growth = GROWTH[attempt] ?? 1;
    // Jitter: programs that ran into the limit together should not come back together.
    const pauseMs = (this.options.retryPause / 1000) * growth * (1 + this.random.next() / 5);
    if (retryAfterMs === undefined) limit.pause(status === 429 ? pauseMs : pauseMs / 5);
    return true;
  }
}

/** Failures of the business come with status 200. */
function successful(path: string, answer: unknown): Row {
  if (isRow(answer) && answer['success'] === true) return answer;
  const code = isRow(answer) ? numberOf(answer['errorCode']) : undefined;
  const said = isRow(answer) ? textOf(answer['errorMessage']) : undefined;
  throw new MillraceError({
    code: isRow(answer) && answer['success'] === false ? 'NET_REFUSED' : 'NET_BAD_ANSWER',
    where: { path },
    was: `the gateway refused with code ${code ?? 'none'}${said === undefined ? '' : `: ${said}`}`,
    expected: 'success: true',
    fix: 'see what the gateway says; the codes of each request are in its documentation',
  });
}

export const refusedToken = (url: string): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_AUTH',
    where: { path: url },
    was: 'the gateway refused a token that it had just given',
    expected: 'a token that works',
    fix: 'log in on the platform and see whether the account is in order; another program may have signed this one out',
  });
