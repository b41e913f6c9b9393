import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccessToken, TokenSource } from '#core';
import { KeptToken } from '../../../core/net/token-keeper.ts';

vi.mock('../../../core/runtime/wall.ts', () => import('../../helpers/fake-wall.ts'));

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

type Step = Error | 'silence' | number;

/** A venue whose tokens are named `login 1`, `renew 2` …; each step is a lifetime, a refusal, or no answer at all. */
function keeper(steps: readonly Step[], settings: Partial<TokenSource> & { readonly renewable?: boolean } = {}) {
  const asked: string[] = [];
  const answer = async (what: string): Promise<AccessToken> => {
    const step = steps[Math.min(asked.length, steps.length - 1)] as Step;
    asked.push(`${what} at ${Date.now()}`);
    const value = `${what} ${asked.length}`;
    if (step === 'silence') return new Promise(() => undefined);
    if (step instanceof Error) throw step;
    return { value, expiresAt: Date.now() + step };
  };
  const { renewable = true, ...source } = settings;
  const problems: string[] = [];
  const kept = new KeptToken(
    {
      login: () => answer('login'),
      ...(renewable ? { renew: () => answer('renew') } : {}),
      renewBeforeMs: HOUR,
      ...source,
    },
    (error) => problems.push((error as Error).message.split('\n')[1]?.trim() ?? (error as Error).message),
  );
  const renewed: string[] = [];
  let completed = false;
  kept.renewed$.subscribe({ next: (value) => renewed.push(value), complete: () => (completed = true) });
  return { kept, asked, problems, renewed, completed: () => completed };
}
const later = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const refusal = new Error('refused');

describe('a kept token', () => {
  it('logs in when it is first asked for, once for all who ask', async () => {
    const { kept, asked } = keeper([DAY]);
    await later(1000);
    expect(asked).toEqual([]);
    const tokens = await Promise.all([kept.get(), kept.get(), kept.get()]);
    expect([tokens, asked]).toEqual([['login 1', 'login 1', 'login 1'], ['login at 1000']]);
    kept.close();
  });

  it('tells all who wait when the login is refused, and tries anew for the next', async () => {
    const { kept, asked } = keeper([refusal, DAY]);
    const both = await Promise.allSettled([kept.get(), kept.get()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(kept.get()).resolves.toBe('login 2');
    expect(asked).toHaveLength(2);
    kept.close();
  });

  it('is renewed the said time before its end, and tells of it', async () => {
    const { kept, asked, renewed } = keeper([DAY]);
    await kept.get();
    await later(23 * HOUR - 1);
    expect(asked).toHaveLength(1);
    await later(1);
    expect([asked[1], renewed]).toEqual([`renew at ${23 * HOUR}`, ['renew 2']]);
    await expect(kept.get()).resolves.toBe('renew 2');
    await later(23 * HOUR);
    expect(asked[2]).toBe(`renew at ${46 * HOUR}`);
    kept.close();
  });

  it('logs in anew in time where the venue does not renew', async () => {
    const { kept, asked } = keeper([DAY], { renewable: false });
    await kept.get();
    await later(23 * HOUR);
    expect(asked[1]).toBe(`login at ${23 * HOUR}`);
    kept.close();
  });

  it('gives the old token while the new one is on its way', async () => {
    const { kept } = keeper([DAY, 'silence']);
    await kept.get();
    await later(23 * HOUR + 5000);
    await expect(kept.get()).resolves.toBe('login 1');
    kept.close();
  });

  it('logs in when the renewal is refused or not answered in time', async () => {
    const { kept, asked, problems } = keeper([DAY, 'silence', DAY, refusal, DAY]);
    await kept.get();
    await later(23 * HOUR + 10_000);
    expect(asked.slice(1)).toEqual([`renew at ${23 * HOUR}`, `login at ${23 * HOUR + 10_000}`]);
    expect(problems).toEqual(['was       no answer within 10000 ms']);
    await later(23 * HOUR);
    expect(asked.slice(3)).toEqual([`renew at ${46 * HOUR + 10_000}`, `login at ${46 * HOUR + 10_000}`]);
    await expect(kept.get()).resolves.toBe('login 5');
    kept.close();
  });

  it('tries a failed renewal again after 1, 2, 4 … seconds, at most a minute, with the old token in use', async () => {
    const { kept, asked } = keeper([DAY, refusal], { renewable: false });
    await kept.get();
    await later(23 * HOUR + 200_000);
    const begun = 23 * HOUR;
    const after = [0, 1, 3, 7, 15, 31, 63, 123, 183].map((s) => `login at ${begun + s * 1000}`);
    expect(asked.slice(1)).toEqual(after);
    await expect(kept.get()).resolves.toBe('login 1');
    kept.close();
  });

  it('starts with small pauses again after a renewal that worked', async () => {
    const { kept, asked } = keeper([DAY, refusal, refusal, DAY, refusal, DAY], { renewable: false });
    await kept.get();
    await later(23 * HOUR + 3000);
    await later(23 * HOUR + 1000);
    const second = 23 * HOUR + 3000 + 23 * HOUR;
    expect(asked.slice(4)).toEqual([`login at ${second}`, `login at ${second + 1000}`]);
    kept.close();
  });

  it('does not give a token that has run out', async () => {
    const { kept } = keeper([DAY, ...Array.from({ length: 70 }, () => refusal)], { renewable: false });
    await kept.get();
    await later(DAY - 1);
    await expect(kept.get()).resolves.toBe('login 1');
    await later(1);
    await expect(kept.get()).rejects.toBe(refusal);
    kept.close();
  });

  it('waits for a login no longer than the limit', async () => {
    const { kept } = keeper(['silence', DAY], { timeoutMs: 2000 });
    const waiting = expect(kept.get()).rejects.toMatchObject({ code: 'NET_TIMEOUT' });
    await later(2000);
    await waiting;
    await expect(kept.get()).resolves.toBe('login 2');
    kept.close();
  });

  it('fetches another when the venue refused the one in use, and tells of it', async () => {
    const { kept, renewed } = keeper([DAY]);
    const first = await kept.get();
    kept.invalidate('some other token');
    await expect(kept.get()).resolves.toBe(first);
    kept.invalidate(first);
    await expect(kept.get()).resolves.toBe('login 2');
    expect(renewed).toEqual(['login 2']);
    kept.invalidate(first);
    await expect(kept.get()).resolves.toBe('login 2');
    kept.close();
  });

  it('is renewed in time though it lives longer than a timer can wait', async () => {
    const { kept, asked } = keeper([60 * DAY]);
    await kept.get();
    await later(60 * DAY - HOUR - 1);
    expect(asked).toHaveLength(1);
    await later(1);
    expect(asked[1]).toBe(`renew at ${60 * DAY - HOUR}`);
    kept.close();
  });

  it('is renewed after half its life when it lives shorter than the said time', async () => {
    const { kept, asked } = keeper([HOUR / 2]);
    await kept.get();
    await later(HOUR);
    // 15, 30, 45 and 60 minutes after the first.
    expect(asked).toHaveLength(5);
    kept.close();
  });

  it('does not ask without pause when our clock is ahead of the token’s end', async () => {
    const { kept, asked } = keeper([-HOUR]);
    await kept.get();
    await later(10_000);
    expect(asked).toHaveLength(11);
    kept.close();
  });

  it('refuses a token whose end is no number', async () => {
    const { kept } = keeper([Number.NaN]);
    await expect(kept.get()).rejects.toMatchObject({ code: 'NET_BAD_ANSWER' });
    kept.close();
  });

  it('stays quiet once it is closed, whatever was on its way', async () => {
    const { kept, asked, renewed, completed } = keeper([DAY]);
    await kept.get();
    kept.close();
    await later(10 * DAY);
    expect([asked.length, renewed, completed(), vi.getTimerCount()]).toEqual([1, [], true, 0]);
  });

  it('sets no timer for a token that comes after it was closed', async () => {
    const { kept } = keeper([DAY]);
    const coming = kept.get();
    kept.close();
    await expect(coming).resolves.toBe('login 1');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not hold the process', async () => {
    const { kept } = keeper([DAY]);
    const unref = vi.fn();
    vi.spyOn(globalThis, 'setTimeout').mockReturnValue({ unref } as never);
    await kept.get();
    expect(unref).toHaveBeenCalled();
    vi.restoreAllMocks();
    kept.close();
  });
});
