import fc from 'fast-check';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionState, ProviderEvent } from '#core';
import { type HealthFacts, healthOf } from '../../../../core/runtime/connections/health.ts';
import { pass, supervise, trade } from './supervised.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const well: HealthFacts = { state: 'live', silence: 0, badShare: 0, delayMs: undefined, recentLosses: 0 };

describe('health', () => {
  it('is 100 when there is nothing to complain of', () => {
    expect(healthOf(well)).toEqual({ health: 100, parts: { silence: 0, faults: 0, latency: 0, stability: 0 } });
  });

  // 40 points, linear from half of the allowed silence to all of it.
  it.each([
    [0.5, 0],
    [0.75, 20],
    [1, 40],
    [9, 40],
  ])('with %s of the allowed silence loses %s points', (silence, points) => {
    expect(healthOf({ ...well, silence })).toMatchObject({ health: 100 - points, parts: { silence: points } });
  });

  // 20 points, linear up to 1 % bad frames.
  it.each([
    [0.001, 2],
    [0.005, 10],
    [0.01, 20],
    [1, 20],
  ])('with a share of %s bad frames loses %s points', (badShare, points) => {
    expect(healthOf({ ...well, badShare })).toMatchObject({ health: 100 - points, parts: { faults: points } });
  });

  // 20 points, linear from 250 ms to 2 s: 1125 ms is half way.
  it.each([
    [250, 0],
    [1125, 10],
    [2000, 20],
    [60_000, 20],
  ])('with a delay of %s ms loses %s points', (delayMs, points) => {
    expect(healthOf({ ...well, delayMs })).toMatchObject({ health: 100 - points, parts: { latency: points } });
  });

  it.each([
    [1, 5],
    [3, 15],
    [4, 20],
    [50, 20],
  ])('with %s connections lost lately loses %s points', (recentLosses, points) => {
    expect(healthOf({ ...well, recentLosses })).toMatchObject({ health: 100 - points, parts: { stability: points } });
  });

  it.each<[ConnectionState, number]>([
    ['stale', 90],
    ['connecting', 50],
    ['lost', 0],
    ['closed', 0],
  ])('of a connection that is %s is at most %s', (state, health) => {
    expect(healthOf({ ...well, state }).health).toBe(health);
    expect(healthOf({ ...well, state, silence: 1, badShare: 1 }).health).toBe(Math.min(health, 40));
  });

  it('stays between 0 and 100 whatever the facts', () => {
    const facts = fc.record({
      state: fc.constantFrom<ConnectionState>('live', 'stale', 'connecting', 'lost', 'closed'),
      silence: fc.double({ noNaN: true }),
      badShare: fc.double({ noNaN: true }),
      delayMs: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
      recentLosses: fc.nat(),
    });
    fc.assert(
      fc.property(facts, (each) => {
        const { health } = healthOf(each);
        expect(health).toBeGreaterThanOrEqual(0);
        expect(health).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('the health of a connection', () => {
  const settings = { instrumentSilenceUs: 0 };
  function connected(setup: Parameters<typeof supervise>[1] = {}) {
    const feeds: Subject<ProviderEvent>[] = [];
    const connect = () => {
      const feed$ = new Subject<ProviderEvent>();
      feeds.push(feed$);
      return feed$;
    };
    const made = supervise(
      Array.from({ length: 100 }, () => connect),
      { ...setup, settings: { ...settings, ...setup.settings } },
    );
    made.supervisor.start();
    return { ...made, hear: (event: ProviderEvent = trade()) => feeds.at(-1)?.next(event), feeds };
  }
  const parts = ({ supervisor }: ReturnType<typeof connected>) => supervisor.statistics().healthParts;

  it('falls with silence, and whoever watches the status is told of every ten points', () => {
    const made = connected();
    made.meter.received(1);
    made.hear();
    expect(made.healths).toEqual([50, 100]);
    // Of 30 s: 15 s cost nothing, 18.75 s ten points, 22.5 s twenty.
    pass(18_500);
    expect(made.healths).toEqual([50, 100]);
    pass(250);
    expect([made.healths.at(-1), made.states.at(-1)]).toEqual([90, 'live']);
    pass(3_750);
    expect(made.healths.slice(2)).toEqual([90, 80]);
    made.meter.received(1);
    pass(250);
    expect(made.healths.slice(4)).toEqual([100]);
  });

  it('does not fall with silence while nobody wants anything', () => {
    const made = connected({ wanted: [] });
    made.meter.received(1);
    pass(29_000);
    expect(parts(made).silence).toBe(0);
  });

  it('falls with bad frames of the last minute or two, and forgets them', () => {
    const made = connected({ settings: { silenceUs: 0 } });
    for (let i = 0; i < 400; i++) made.meter.received(1);
    made.meter.bad('not JSON', '');
    made.meter.bad('not JSON', '');
    // 2 of 400 is half a percent.
    expect(parts(made).faults).toBe(10);
    pass(60_000);
    made.meter.received(1);
    expect(parts(made).faults).toBe(10);
    pass(60_000);
    expect(parts(made).faults).toBe(0);
  });

  it('falls with the round trip of heartbeats, and forgets it as well', () => {
    const made = connected({ settings: { silenceUs: 0 } });
    for (let i = 0; i < 10; i++) made.meter.heartbeat(3000);
    expect(parts(made).latency).toBe(20);
    pass(121_000);
    expect(parts(made).latency).toBe(0);
  });

  it.each([0, 3_600_000, -3_600_000])('falls with delay against the venue’s clock, be it off by %s ms', (off) => {
    const made = connected({ settings: { silenceUs: 0 } });
    for (let i = 0; i < 50; i++) made.hear(trade('ES', Date.now() - off - 20));
    expect(parts(made).latency).toBe(0);
    for (let i = 0; i < 50; i++) made.hear(trade('ES', Date.now() - off - 1145));
    // 1125 ms above the least, half way from 250 ms to 2 s, measured within 5 %.
    expect(parts(made).latency).toBeGreaterThanOrEqual(9);
    expect(parts(made).latency).toBeLessThanOrEqual(11);
  });

  it('falls by five for each loss of the last ten minutes', () => {
    const made = connected();
    made.hear();
    for (let i = 0; i < 2; i++) {
      made.feeds.at(-1)?.error(new Error('gone'));
      pass(1000);
      made.hear();
    }
    expect(parts(made).stability).toBe(10);
    pass(590_000);
    expect(parts(made).stability).toBe(10);
    pass(10_000);
    expect(parts(made).stability).toBe(0);
  });

  it('below the threshold for ten seconds makes the connection anew', () => {
    const made = connected({ settings: { silenceUs: 0, reconnectBelow: 90 } });
    made.hear();
    const bad = (): void => {
      for (let i = 0; i < 100; i++) made.meter.received(1);
      for (let i = 0; i < 10; i++) made.meter.bad('not JSON', '');
    };
    bad();
    pass(9_900);
    expect(made.states.at(-1)).toBe('live');
    pass(600);
    expect(made.states.at(-1)).toBe('lost: health below 90 for 10 s; trying again in 500 ms');
    // The new connection is judged by itself: neither old frames nor the losses themselves count against it.
    for (let i = 0; i < 6; i++) {
      pass(5_000);
      made.hear();
    }
    expect(made.connected).toHaveLength(2);
    bad();
    pass(10_500);
    expect(made.states.at(-1)).toMatch(/^lost: health below 90/);
  });

  it('does not make it anew because of earlier losses: another one would not mend them', () => {
    const made = connected({ settings: { silenceUs: 0, reconnectBelow: 90 } });
    made.hear();
    for (let i = 0; i < 4; i++) {
      made.feeds.at(-1)?.error(new Error('gone'));
      pass(8_000);
      made.hear();
    }
    expect(made.supervisor.statistics().health).toBe(80);
    pass(60_000);
    expect([made.states.at(-1), made.connected.length]).toEqual(['live', 5]);
  });

  it('counts its ten seconds anew with each connection', () => {
    const made = connected({ settings: { silenceUs: 0, reconnectBelow: 90 }, dice: 0 });
    const bad = (): void => {
      made.hear();
      for (let i = 0; i < 10; i++) made.meter.bad('not JSON', '');
    };
    bad();
    pass(6_000);
    made.feeds.at(-1)?.error(new Error('gone'));
    pass(0);
    bad();
    pass(9_000);
    expect(made.connected).toHaveLength(2);
    pass(1_500);
    expect(made.connected).toHaveLength(3);
  });

  it('above it again in between does not', () => {
    const made = connected({ settings: { silenceUs: 10_000_000, reconnectBelow: 90 } });
    made.hear();
    for (let i = 0; i < 20; i++) {
      made.meter.received(1);
      pass(7_000);
    }
    expect(made.connected).toHaveLength(1);
    // From 6.25 s of 10 on health is below 90, so a silence that is not allowed comes first.
    pass(3_500);
    expect(made.states.at(-1)).toMatch(/^lost: silent/);
  });

  it('does not make it anew by default', () => {
    const made = connected({ settings: { silenceUs: 0 } });
    made.hear();
    for (let i = 0; i < 10; i++) made.meter.bad('not JSON', '');
    pass(60_000);
    expect(made.connected).toHaveLength(1);
  });
});
