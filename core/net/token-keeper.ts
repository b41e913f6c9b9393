import { Subject } from 'rxjs';
import type { AccessToken, TokenKeeper, TokenSource } from '../plugin/net.ts';
import { wallMicros, wallTimers } from '../runtime/wall.ts';
import { NetError } from './net-error.ts';

const TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** setTimeout takes no more than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Keeps one access token alive. Renewal begins in time, waits a bounded time for its answer, and is tried again with a
 * growing pause while the old token, which stays in use, has not run out. Those who ask at the same time share one login.
 */
export class KeptToken implements TokenKeeper {
  readonly renewed$ = new Subject<string>();
  private readonly source: TokenSource;
  private readonly onProblem: (error: unknown) => void;
  private token: AccessToken | undefined;
  private underway: Promise<string> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retries = 0;
  private closed = false;

  /** @param onProblem told of each renewal that failed; the token of then goes on being used */
  constructor(source: TokenSource, onProblem: (error: unknown) => void) {
    this.source = source;
    this.onProblem = onProblem;
  }

  get(): Promise<string> {
    if (this.token !== undefined && this.token.expiresAt > wallMs()) return Promise.resolve(this.token.value);
    return this.fetch(() => this.source.login());
  }

  invalidate(value: string): void {
    if (this.token?.value === value) this.token = undefined;
  }

  close(): void {
    this.closed = true;
    wallTimers.clearTimeout(this.timer);
    this.renewed$.complete();
  }

  private fetch(ask: () => Promise<AccessToken>): Promise<string> {
    this.underway ??= this.bounded(ask)
      .then((token) => this.keep(token))
      .finally(() => {
        this.underway = undefined;
      });
    return this.underway;
  }

  private keep(token: AccessToken): string {
    const renewed = this.token !== undefined && this.token.value !== token.value;
    this.token = token;
    this.retries = 0;
    this.renewIn(token.expiresAt - wallMs() - this.source.renewBeforeMs);
    if (renewed) this.renewed$.next(token.value);
    return token.value;
  }

  private renewIn(ms: number): void {
    wallTimers.clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = wallTimers.setTimeout(() => void this.renew(), Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    this.timer.unref();
  }

  private async renew(): Promise<void> {
    const old = this.token;
    if (old === undefined || this.closed) return;
    // A timer cannot run for more than 24 days; a token can.
    if (old.expiresAt - wallMs() > this.source.renewBeforeMs + 1000) {
      this.renewIn(old.expiresAt - wallMs() - this.source.renewBeforeMs);
      return;
    }
    try {
      await this.fetch(() => this.renewal(old.value));
    } catch (error) {
      this.onProblem(error);
      this.renewIn(Math.min(FIRST_RETRY_MS * 2 ** this.retries, LONGEST_RETRY_MS));
      this.retries++;
    }
  }

  /** A venue that will not renew may still let us in anew. */
  private async renewal(old: string): Promise<AccessToken> {
    const { renew, login } = this.source;
    if (renew === undefined) return login();
    try {
      return await renew(old);
    } catch (error) {
      this.onProblem(error);
      return login();
    }
  }

  private bounded(ask: () => Promise<AccessToken>): Promise<AccessToken> {
    const limitMs = this.source.timeoutMs ?? TIMEOUT_MS;
    return new Promise((resolve, reject) => {
      const timer = wallTimers.setTimeout(() => reject(tooSlow(limitMs)), limitMs);
      ask()
        .then(resolve, reject)
        .finally(() => wallTimers.clearTimeout(timer));
    });
  }
}

const wallMs = (): number => wallMicros() / 1000;

const tooSlow = (limitMs: number): NetError =>
  new NetError({
    code: 'NET_TIMEOUT',
    where: { path: 'access token' },
    was: `no answer within ${limitMs} ms`,
    expected: 'a token',
    fix: 'nothing to do if the next attempt works; otherwise check the venue’s status page',
  });
