import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProviderEvent, QuoteChunk } from '#core';
import { LinkMeter } from '../../../../core/runtime/connections/link-meter.ts';
import { pass, supervise, trade } from './supervised.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

beforeEach(() => void vi.useFakeTimers({ now: 10_000 }));
afterEach(() => void vi.useRealTimers());

describe('the statistics of a connection', () => {
  it('begin with nothing', () => {
    const { supervisor } = supervise([]);
    expect(supervisor.statistics()).toEqual({
      provider: 'feed',
      state: 'closed',
      health: 0,
      healthParts: { silence: 0, faults: 0, latency: 0, stability: 0 },
      connects: 0,
      reconnects: 0,
      messages: 0,
      bytes: 0,
      rows: { trades: 0, quotes: 0, depth: 0, bars: 0 },
      bad: {},
      conflated: {},
      gaps: 0,
      lastMessage: undefined,
      uptimeMs: 0,
      roundTripMs: undefined,
      lagMs: undefined,
      skewMs: undefined,
      lastError: undefined,
    });
  });

  it('count all that happened', () => {
    const first$ = new Subject<ProviderEvent>();
    const second$ = new Subject<ProviderEvent>();
    const { supervisor, meter } = supervise([() => first$, () => second$]);
    supervisor.start();
    meter.received(100);
    first$.next(trade('ES', 9_970));
    first$.next(trade('ES', 9_960));
    first$.error(new Error('cable cut'));
    expect(supervisor.statistics()).toMatchObject({ state: 'lost', health: 0, uptimeMs: 0, lastError: 'cable cut' });

    pass(500);
    pass(1500);
    meter.received(60);
    meter.received(40);
    meter.heartbeat(20);
    meter.bad('not JSON', '{');
    meter.bad('not JSON', '[');
    meter.bad('no price', {});
    meter.conflated('depth', 7);
    meter.conflated('depth', 1);
    const quotes = new QuoteChunk(4);
    quotes.n = 3;
    quotes.event.fill((12_000 - 25) * 1000);
    second$.next(quotes);
    second$.next({
      kind: 'bar',
      instrument: 'ES',
      timeframe: '1s',
      start: 0,
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      volume: 1,
    });
    second$.next({ kind: 'depth', instrument: 'ES', bids: [[1, 1]], asks: [] });
    pass(700);
    const { healthParts, lagMs, roundTripMs, ...rest } = supervisor.statistics();
    expect(rest).toEqual({
      provider: 'feed',
      state: 'live',
      health: 100 - 20 - 5,
      connects: 2,
      reconnects: 1,
      messages: 3,
      bytes: 200,
      rows: { trades: 2, quotes: 3, depth: 1, bars: 1 },
      bad: { 'not JSON': 2, 'no price': 1 },
      conflated: { depth: 8 },
      gaps: 1,
      lastMessage: 12_000,
      uptimeMs: 700,
      skewMs: 25,
      lastError: 'cable cut',
    });
    expect(healthParts).toEqual({ silence: 0, faults: 20, latency: 0, stability: 5 });
    expect(roundTripMs?.p50).toBeGreaterThan(19);
    expect(roundTripMs?.p99).toBeLessThan(21);
    // Of the present connection: three quotes in one chunk are one sample.
    expect(lagMs?.p50).toBeCloseTo(25, 1);
  });

  it('tell the run when the bytes of a row came in while they are read, and nothing at any other time', () => {
    const rows$ = new Subject<ProviderEvent>();
    const { supervisor, meter, receipts } = supervise([() => rows$]);
    supervisor.start();
    meter.received(100);
    pass(7);
    meter.reading = true;
    rows$.next(trade());
    meter.reading = false;
    rows$.next(trade());
    expect(receipts).toEqual([10_000_000, 0]);
  });

  it('have no lag where venue times are not of our time', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor } = supervise([() => feed$], { clock: 'events' });
    supervisor.start();
    feed$.next(trade('ES', 5));
    expect(supervisor.statistics().skewMs).toBeUndefined();
  });
});

describe('a bad frame', () => {
  it('is told of once per kind, and counted', () => {
    const told: unknown[] = [];
    const meter = new LinkMeter((kind, sample) => told.push([kind, sample]));
    meter.bad('not JSON', 'a');
    meter.bad('not JSON', 'b');
    meter.bad('no price', 'c');
    expect([told, [...meter.badFrames]]).toEqual([
      [
        ['not JSON', 'a'],
        ['no price', 'c'],
      ],
      [
        ['not JSON', 2],
        ['no price', 1],
      ],
    ]);
  });

  it('counts as a share of what came, and never as more than all of it', () => {
    const meter = new LinkMeter();
    expect(meter.badShare(0)).toBe(0);
    meter.bad('no price', '');
    meter.bad('no price', '');
    expect(meter.badShare(10_000_000)).toBe(1);
    for (let i = 0; i < 8; i++) meter.received(1);
    expect(meter.badShare(10_000_000)).toBe(0.25);
  });
});
