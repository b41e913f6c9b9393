import { Subject } from 'rxjs';
import type { AccessToken, TokenKeeper, TokenSource } from '../plugin/net.ts';
import { wallMicros, wallTimers } from '../runtime/wall.ts';
import { NetError } from './net-error.ts';

const TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** Between two renewals of working tokens. */
const SHORTEST_LIFE_MS = 1000;
/** setTimeout takes no more than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Keeps one access token alive. Renewal begins in time, waits a bounded time for its answer, and is tried again with a
 * growing pause for as long as it fails; the old token stays in use until it has run out. Those who ask at the same time
 * share one login.
 */
export class KeptToken implements TokenKeeper {
  readonly renewed$ = new Subject<string>();
  private readonly source: TokenSource;
  private readonly onProblem: (error: unknown) => void;
  private token: AccessToken | undefined;
  /** The one before was perhaps refused, and is no token any more; the next one is news all the same. */
  private lastValue: string | undefined;
  /** Epoch milliseconds. */
  private renewAt = 0;
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
    return this.fetch(() => this.bounded(this.source.login));
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
    this.underway ??= ask()
      .then((token) => this.keep(token))
      .finally(() => {
        this.underway = undefined;
      });
    return this.underway;
  }

  private keep(token: AccessToken): string {
    if (Number.isNaN(token.expiresAt)) throw withoutEnd();
    const renewed = this.lastValue !== undefined && this.lastValue !== token.value;
    const left = token.expiresAt - wallMs();
    this.token = token;
    this.lastValue = token.value;
    this.retries = 0;
    // A token that lives shorter than that, or whose end our clock has passed, must not be renewed without pause.
    this.wakeAt(wallMs() + Math.max(left - this.source.renewBeforeMs, left / 2, SHORTEST_LIFE_MS));
    if (renewed) this.renewed$.next(token.value);
    return token.value;
  }

  private wakeAt(renewAt: number): void {
    this.renewAt = renewAt;
    wallTimers.clearTimeout(this.timer);
    if (this.closed) return;
    const ms = Math.min(Math.max(renewAt - wallMs(), 0), LONGEST_TIMER_MS);
    this.timer = wallTimers.setTimeout(() => void this.renew(), ms);
    this.timer.unref();
  }

  private async renew(): Promise<void> {
    const old = this.token;
    if (old === undefined || this.closed) return;
    // A timer cannot run for more than 24 days; a token can. And a timer may be early by a part of a millisecond.
    if (wallMs() < this.renewAt - 1) return this.wakeAt(this.renewAt);
    try {
      await this.fetch(() => this.renewal(old.value));
    } catch (error) {
      this.onProblem(error);
      this.wakeAt(wallMs() + Math.min(FIRST_RETRY_MS * 2 ** this.retries, LONGEST_RETRY_MS));
      this.retries++;
    }
  }

  /** A venue that will not renew may still let us in anew. */
  private async renewal(old: string): Promise<AccessToken> {
    const { renew, login } = this.source;
    if (renew === undefined) return this.bounded(login);
    try {
      return await this.bounded(() => renew(old));
    } catch (error) {
      this.onProblem(error);
      return this.bounded(login);
    }
  }

  private async bounded(ask: () => Promise<AccessToken>): Promise<AccessToken> {
    const limitMs = this.source.timeoutMs ?? TIMEOUT_MS;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = wallTimers.setTimeout(() => reject(tooSlow(limitMs)), limitMs);
    });
    try {
      return await Promise.race([ask(), late]);
    } finally {
      wallTimers.clearTimeout(timer);
    }
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

const withoutEnd = (): NetError =>
  new NetError({
    code: 'NET_BAD_ANSWER',
    where: { path: 'access token' },
    was: 'a token whose end is not a number',
    expected: 'its end in epoch milliseconds',
    fix: 'mend login or renew of the provider; a token without an end ends at Infinity',
  });
