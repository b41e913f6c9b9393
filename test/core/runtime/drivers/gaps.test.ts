import { ignoreElements, map, merge, Subject, type Subscription, tap } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  Bar,
  type BrokerReport,
  type ConnectionStatistics,
  defineService,
  defineStrategy,
  type HistoryRequest,
  marketOrder,
  type ProviderEvent,
  type ReportedGap,
} from '#core';
import { makeConfig, replay } from '../run-kit.ts';
import { inputsOn, type LiveProvider, startLive, T0, to, useFakeDay } from './live-kit.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

const day = useFakeDay();

/** Decides on each bar, and writes down all that it hears. */
function listener() {
  const bars: string[] = [];
  const gaps: ReportedGap[] = [];
  const reports: BrokerReport[] = [];
  const plugin = defineStrategy({
    type: 'listener',
    summary: 'Buys one on every bar.',
    options: z.strictObject({}),
    create: ({ market, account }) =>
      merge(
        market.bars('ES', '1s').pipe(
          tap(({ end, close, historical }) =>
            bars.push(`${(end - T0) / 1000} ${close}${historical ? ' historical' : ''}`),
          ),
          map(() => marketOrder({ instrument: 'ES', side: 'buy', quantity: 1, reason: 'a bar' })),
        ),
        market.gaps().pipe(
          tap((gap) => gaps.push(gap)),
          ignoreElements(),
        ),
        account.reports().pipe(
          tap((report) => reports.push(report)),
          ignoreElements(),
        ),
      ),
  });
  return { plugin, bars, gaps, reports };
}

/** A feed that is connected again at once, and whose history says 100 and some. */
function feed(history?: (request: HistoryRequest) => Promise<readonly Bar[]>, backfill = true) {
  const feeds: Subject<ProviderEvent>[] = [];
  const asked: HistoryRequest[] = [];
  const live: LiveProvider = {
    name: 'feed',
    provider: {
      instruments: [{ symbol: 'ES', tickSize: 0.25 }],
      events: () => {
        feeds.push(new Subject());
        return feeds.at(-1) as Subject<ProviderEvent>;
      },
      ...(history === undefined
        ? {}
        : {
            history: (request: HistoryRequest) => {
              asked.push(request);
              return history(request);
            },
          }),
    },
    connection: { firstPauseUs: 0, backfill },
  };
  const say = (event: ProviderEvent): void => feeds.at(-1)?.next(event);
  const trade = (price: number): void => say({ kind: 'trade', instrument: 'ES', price, size: 1, tsEvent: Date.now() });
  const lose = (): void => feeds.at(-1)?.error(new Error('gone'));
  return { live, asked, say, trade, lose };
}

/** Closed bars of one second that end in (from, until], at prices of 100 and the second. */
const barsUntil = ({ until, count }: HistoryRequest): readonly Bar[] =>
  Array.from({ length: count }, (_, i) => {
    const end = until - (count - 1 - i) * 1000;
    const price = 100 + (end - T0) / 1000;
    return new Bar('ES', '1s', end - 1000, end, price, price, price, price, 5, 3);
  });
const answering =
  (delayMs: number) =>
  async (request: HistoryRequest): Promise<readonly Bar[]> => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return barsUntil(request);
  };
const config = (plugin: ReturnType<typeof listener>['plugin']) =>
  makeConfig({
    strategies: [{ key: 'listener', plugin }],
    instruments: [{ symbol: 'ES', tickSize: 0.25 }],
    run: { onStop: 'keep', barGraceUs: 0 },
  });

/** Trades in the first three seconds, away from 2.4 s to 6.2 s, trades until 8 s. */
async function outage(source: ReturnType<typeof feed>): Promise<void> {
  for (const ms of [100, 1100, 2100, 2400]) {
    await to(ms);
    source.trade(1);
  }
  await to(2500);
  source.lose();
  await to(6200);
  source.trade(2);
  for (const ms of [7100, 8100]) {
    await to(ms);
    source.trade(3);
  }
}

describe('bars that a connection missed', () => {
  it('reach whoever listens as historical ones, each once, before later live ones; nothing is decided on them', async () => {
    const heard = listener();
    const source = feed(answering(50));
    const { stop } = await startLive(config(heard.plugin), day.folder, [source.live]);
    await outage(source);
    const { summary, tape } = await stop();

    // Away from 2.4 s to 6.2 s: the bars that end at 3, 4, 5 and 6 s. The first of them was closed here, from what had come.
    expect(source.asked).toEqual([{ instrument: 'ES', timeframe: '1s', count: 4, until: T0 + 6000 }]);
    const expected = ['1 1', '2 1', '3 1', '4 104 historical', '5 105 historical', '6 106 historical', '7 2', '8 3'];
    expect(heard.bars).toEqual(expected);
    expect(heard.gaps).toEqual([
      {
        provider: 'feed',
        from: T0 + 2400,
        until: T0 + 6200,
        filled: 'bars',
        reason: 'reconnect',
        tsRecv: expect.closeTo(T0 + 6250, 0),
      },
    ]);
    // For each of the five live bars what the strategy wanted, and that it was approved.
    expect(summary.decisions).toBe(5 * 2);

    const again = listener();
    const replayed = await replay(config(again.plugin), tape);
    expect(again.bars).toEqual(expected);
    expect(again.gaps).toEqual(heard.gaps);
    expect([replayed.decisionHash, replayed.decisions]).toEqual([summary.decisionHash, summary.decisions]);
  });

  it('are on the tape, with the gap, and without those of before that a venue adds', async () => {
    const source = feed((request) => answering(50)({ ...request, count: request.count + 2 }));
    const { stop } = await startLive(config(listener().plugin), day.folder, [source.live]);
    await outage(source);
    const { tape } = await stop();
    const inputs = (await inputsOn(tape)).filter(({ kind }) => kind !== 'status');
    expect(inputs.map(({ kind }) => kind)).toEqual(['backfill', 'gap']);
    expect(inputs[0]?.payload).toMatchObject({
      instrument: 'ES',
      bars: [3, 4, 5, 6].map((second) => ({ end: T0 + second * 1000 })),
    });
  });

  it('that a live bar has overtaken are left out, and the gap is not called filled', async () => {
    const heard = listener();
    const source = feed(answering(1500));
    const { stop } = await startLive(config(heard.plugin), day.folder, [source.live]);
    await outage(source);
    await stop();
    // The live bar of 6 s to 7 s closed at 7.0 s, history came at 7.7 s.
    expect(heard.bars).toEqual(['1 1', '2 1', '3 1', '7 2', '8 3']);
    expect(heard.gaps.map(({ filled }) => filled)).toEqual(['none']);
  });

  it('come in order though the venue gives them in another', async () => {
    const heard = listener();
    const source = feed(async (request) => barsUntil(request).toReversed());
    const { stop } = await startLive(config(heard.plugin), day.folder, [source.live]);
    await outage(source);
    await stop();
    expect(heard.bars.slice(3, 6)).toEqual(['4 104 historical', '5 105 historical', '6 106 historical']);
  });

  it.each([
    ['does not answer', () => new Promise<never>(() => undefined), 15_000],
    ['fails', () => Promise.reject(new Error('no such plan')), 0],
    ['has none', async () => [], 0],
  ])('are missing when the history %s; the gap is told all the same', async (_, history, after) => {
    const heard = listener();
    const source = feed(history);
    const { stop } = await startLive(config(heard.plugin), day.folder, [source.live]);
    await outage(source);
    if (after > 0) expect(heard.gaps).toEqual([]);
    await to(6200 + after + 2000);
    await stop();
    expect(heard.gaps.map(({ filled }) => filled)).toEqual(['none']);
    expect(heard.bars).toContain('8 3');
  });

  it('are not fetched unless that is wanted, nor when the provider has filled the gap itself', async () => {
    const heard = listener();
    const source = feed(answering(0), false);
    const { stop } = await startLive(config(heard.plugin), day.folder, [source.live]);
    await outage(source);
    await stop();
    expect([source.asked, heard.gaps.map(({ filled }) => filled)]).toEqual([[], ['none']]);
  });

  it('are not fetched for a gap that is within one bar', async () => {
    const heard = listener();
    const source = feed(answering(0));
    const { stop } = await startLive(config(heard.plugin), day.folder, [source.live]);
    await to(100);
    source.trade(1);
    source.lose();
    await to(700);
    source.trade(1);
    await to(1100);
    await stop();
    expect([source.asked, heard.gaps.length]).toEqual([[], 1]);
  });
});

describe('a gap', () => {
  it('without back-fill is told before the first new row is delivered', async () => {
    const order: string[] = [];
    const plugin = defineStrategy({
      type: 'order',
      summary: 'Writes down what comes when.',
      options: z.strictObject({}),
      create: ({ market }) =>
        merge(
          market.trades('ES').pipe(tap(({ price }) => order.push(`trade ${price}`))),
          market.gaps().pipe(tap(({ reason }) => order.push(`gap: ${reason}`))),
        ).pipe(ignoreElements()),
    });
    const source = feed(undefined, false);
    const { stop } = await startLive(config(plugin), day.folder, [source.live]);
    source.trade(1);
    source.lose();
    await to(100);
    source.trade(2);
    await stop();
    expect(order).toEqual(['trade 1', 'gap: reconnect', 'trade 2']);
  });
});

describe('what the venue tells of the account', () => {
  const report: BrokerReport = { type: 'balance', account: 'A-1', balance: 50_000, canTrade: true };

  it('reaches whoever listens to it, live and in the replay', async () => {
    const heard = listener();
    const source = feed();
    const { stop } = await startLive(config(heard.plugin), day.folder, [source.live]);
    source.trade(1);
    source.say({ kind: 'report', report });
    await to(1500);
    const { summary, tape } = await stop();
    expect(heard.reports).toEqual([report]);
    const again = listener();
    const replayed = await replay(config(again.plugin), tape);
    expect([again.reports, replayed.decisionHash]).toEqual([[report], summary.decisionHash]);
  });
});

describe('services', () => {
  it('hear how every connection is doing, at once and then every second', async () => {
    const heard: (readonly ConnectionStatistics[])[] = [];
    const service = defineService({
      type: 'watcher',
      summary: 'Watches the connections.',
      options: z.strictObject({}),
      create: ({ connections }) => {
        let listening: Subscription | undefined;
        return {
          start: () => {
            listening = connections().subscribe((all) => heard.push(all));
          },
          stop: () => listening?.unsubscribe(),
        };
      },
    });
    const loaded = { key: 'watcher', plugin: service, options: {}, version: '0' };
    const source = feed();
    const { run, stop } = await startLive({ ...config(listener().plugin), services: [loaded] }, day.folder, [
      source.live,
    ]);
    source.trade(1);
    await to(2500);
    expect(run.connections().map(({ provider, state, rows }) => [provider, state, rows.trades])).toEqual([
      ['feed', 'live', 1],
    ]);
    const { summary } = await stop();
    expect(heard.length).toBeGreaterThanOrEqual(3);
    expect(heard.at(-1)?.map(({ provider, state }) => [provider, state])).toEqual([['feed', 'live']]);
    // As it was, not as the end of the run left it.
    const ends = summary.connections.map(({ provider, rows, state, health }) => [provider, rows.trades, state, health]);
    expect(ends).toEqual([['feed', 1, 'live', 100]]);
  });
});
