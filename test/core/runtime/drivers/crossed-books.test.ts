import { ignoreElements, merge, Subject, tap } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { defineStrategy, type Level, type ProviderEvent, type ReportedGap } from '#core';
import { makeConfig } from '../run-kit.ts';
import { inputsOn, startLive, to, useFakeDay } from './live-kit.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

const day = useFakeDay();

async function bookRun() {
  const gaps: ReportedGap[] = [];
  const watcher = defineStrategy({
    type: 'watcher',
    summary: 'Listens.',
    options: z.strictObject({}),
    create: ({ market }) =>
      merge(market.depth('ES'), market.gaps().pipe(tap((gap) => gaps.push(gap)))).pipe(ignoreElements()),
  });
  const feed$ = new Subject<ProviderEvent>();
  const live = await startLive(
    makeConfig({
      strategies: [{ key: 'watcher', plugin: watcher }],
      instruments: [{ symbol: 'ES', tickSize: 0.25 }],
    }),
    day.folder,
    [{ name: 'feed', provider: { instruments: [{ symbol: 'ES', tickSize: 0.25 }], events: () => feed$ } }],
  );
  const say = (bids: readonly Level[], asks: readonly Level[], snapshot = false): void =>
    feed$.next({ kind: 'depth', instrument: 'ES', bids, asks, snapshot, tsEvent: Date.now() });
  return { live, gaps, say };
}

describe('a book that is crossed', () => {
  it('is told as a gap of the depth after a second, once, and again when it crosses anew', async () => {
    const { live, gaps, say } = await bookRun();
    await to(100);
    say([[100, 1]], [[100.25, 1]], true);
    await to(1000);
    say([[100.5, 1]], []);
    await to(1900);
    expect(gaps).toEqual([]);
    await to(6000);
    expect(gaps).toMatchObject([
      { provider: 'feed', instrument: 'ES', stream: 'depth', filled: 'none', reason: 'crossed book' },
    ]);
    say([[100, 1]], [[100.25, 1]], true);
    await to(7000);
    say([[100.25, 2]], []);
    await to(9000);
    expect(gaps).toHaveLength(2);
    const { tape } = await live.stop();
    expect((await inputsOn(tape)).filter(({ kind }) => kind === 'gap')).toHaveLength(2);
  });

  it('for a moment only is nothing to tell', async () => {
    const { live, gaps, say } = await bookRun();
    await to(100);
    say([[100, 1]], [[99.75, 1]], true);
    await to(900);
    say(
      [[100, 0]],
      [
        [99.75, 0],
        [100.25, 1],
      ],
    );
    await to(5000);
    expect(gaps).toEqual([]);
    await live.stop();
  });
});
