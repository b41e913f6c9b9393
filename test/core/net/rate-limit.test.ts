import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNet } from '../../../core/net/create-net.ts';
import { TokenBucket } from '../../../core/net/rate-limit.ts';
import { testLink } from '../../helpers/provider-rig.ts';

vi.mock('../../../core/runtime/wall.ts', () => import('../../helpers/fake-wall.ts'));

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Takes tokens, and keeps the time at which each request was served. */
function taking(bucket: TokenBucket, ...requests: readonly number[]): { name: number; at: number }[] {
  const served: { name: number; at: number }[] = [];
  requests.forEach((tokens, name) => void bucket.take(tokens).then(() => served.push({ name, at: Date.now() })));
  return served;
}
const times = (served: readonly { readonly at: number }[]): readonly number[] => served.map(({ at }) => at);

describe('a token bucket', () => {
  it('is full at first, and gives each token back one period after it was spent', async () => {
    const bucket = new TokenBucket({ tokens: 3, perMs: 1000 });
    const served = taking(bucket, 1, 1, 1, 1);
    await vi.advanceTimersByTimeAsync(999);
    expect(times(served)).toEqual([0, 0, 0]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times(served)).toEqual([0, 0, 0, 1000]);
  });

  it('never lets more through in any stretch of the period, whatever is asked when', async () => {
    const asks = fc.array(fc.record({ wait: fc.nat(700), tokens: fc.integer({ min: 1, max: 6 }) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(asks, fc.integer({ min: 1, max: 5 }), async (list, capacity) => {
        const bucket = new TokenBucket({ tokens: capacity, perMs: 1000 });
        const spent: { at: number; tokens: number }[] = [];
        const order: number[] = [];
        for (const [name, { wait, tokens }] of list.entries()) {
          await vi.advanceTimersByTimeAsync(wait);
          void bucket.take(tokens).then(() => {
            order.push(name);
            spent.push({ at: Date.now(), tokens: Math.min(tokens, capacity) });
          });
        }
        await vi.advanceTimersByTimeAsync(100_000);
        expect(order).toEqual(list.map((_, name) => name));
        for (const { at } of spent) {
          const inPeriod = spent.filter((each) => each.at >= at && each.at < at + 1000);
          expect(inPeriod.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(capacity);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('serves in order: a small request does not overtake a large one', async () => {
    const bucket = new TokenBucket({ tokens: 4, perMs: 1000 });
    const served = taking(bucket, 3, 4, 1);
    expect(bucket.tryTake(1)).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(served).toEqual([
      { name: 0, at: 0 },
      { name: 1, at: 1000 },
      { name: 2, at: 2000 },
    ]);
  });

  it('serves a request for more than it holds when it is full', async () => {
    const bucket = new TokenBucket({ tokens: 2, perMs: 1000 });
    expect(bucket.tryTake(5)).toBe(true);
    const served = taking(bucket, 5);
    await vi.advanceTimersByTimeAsync(5000);
    expect(times(served)).toEqual([1000]);
  });

  it('has a token back after the whole period, and not a moment earlier', async () => {
    const bucket = new TokenBucket({ tokens: 1, perMs: 1000 });
    expect(bucket.tryTake()).toBe(true);
    await vi.advanceTimersByTimeAsync(999);
    expect(bucket.tryTake()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(bucket.tryTake()).toBe(true);
  });

  it('spends nothing when there is not enough', () => {
    const bucket = new TokenBucket({ tokens: 2, perMs: 1000 });
    expect([bucket.tryTake(1), bucket.tryTake(2), bucket.tryTake(1), bucket.tryTake(1)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('waits as long as the venue says, those who wait already included', async () => {
    const bucket = new TokenBucket({ tokens: 1, perMs: 1000 });
    const served = taking(bucket, 1, 1, 1);
    bucket.pause(5000);
    bucket.pause(100);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(times(served)).toEqual([0, 5000, 6000]);
    bucket.pause(300);
    expect(bucket.tryTake()).toBe(false);
  });

  it('waits for months without waking all the time', async () => {
    const bucket = new TokenBucket({ tokens: 1, perMs: 1000 });
    bucket.pause(60 * 86_400_000);
    const served = taking(bucket, 1);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await vi.advanceTimersByTimeAsync(61 * 86_400_000);
    expect(times(served)).toEqual([60 * 86_400_000]);
    expect(timers.mock.calls.length).toBeLessThan(5);
  });
});

describe('net.limit', () => {
  it('gives one bucket to all providers of a run that name it alike', () => {
    const limits = new Map();
    const parts = { link: testLink(), limits, onProblem: () => undefined };
    const one = createNet(parts).limit('account 1', { tokens: 1, perMs: 1000 });
    const same = createNet(parts).limit('account 1', { tokens: 1, perMs: 1000 });
    const other = createNet(parts).limit('account 2', { tokens: 1, perMs: 1000 });
    expect([one.tryTake(), same.tryTake(), other.tryTake()]).toEqual([true, false, true]);
  });
});
