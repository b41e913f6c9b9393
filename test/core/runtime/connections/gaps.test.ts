import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProviderEvent } from '#core';
import { pass, supervise, trade } from './supervised.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
afterEach(() => void vi.useRealTimers());

/** A connection that can be lost again and again. */
function losing(setup: Parameters<typeof supervise>[1] = {}) {
  const feeds: Subject<ProviderEvent>[] = [];
  const connect = () => {
    const feed$ = new Subject<ProviderEvent>();
    feeds.push(feed$);
    return feed$;
  };
  const made = supervise([connect, connect, connect, connect], setup);
  made.supervisor.start();
  const feed = (): Subject<ProviderEvent> => feeds.at(-1) as Subject<ProviderEvent>;
  const lose = (): void => feed().error(new Error('gone'));
  return { ...made, hear: (event = trade()) => feed().next(event), lose };
}

describe('what was missed while a connection was away', () => {
  it('is told as a gap from the last row to the first new one, before that one', () => {
    const { hear, lose, events, gaps, supervisor } = losing();
    hear();
    pass(3000);
    hear();
    pass(2000);
    lose();
    pass(700);
    const gap = { from: 4000, until: 6700, filled: 'none', reason: 'reconnect' };
    expect(gaps).toEqual([]);
    hear();
    hear();
    expect(events).toEqual([trade(), trade(), gap, trade(), trade()]);
    expect(supervisor.statistics().gaps).toBe(1);
  });

  it('is one gap, however many attempts it took, and though some of them were live', () => {
    const { hear, lose, gaps } = losing();
    hear();
    pass(100);
    lose();
    pass(500);
    hear({ kind: 'status', state: 'live' });
    lose();
    pass(1000);
    lose();
    pass(2000);
    hear();
    expect(gaps).toEqual([{ from: 1000, until: 4600, filled: 'none', reason: 'reconnect' }]);
  });

  it('is told each time', () => {
    const { hear, lose, gaps } = losing();
    hear();
    lose();
    pass(500);
    hear();
    lose();
    pass(1000);
    hear();
    expect(gaps.map(({ from, until }) => [from, until])).toEqual([
      [1000, 1500],
      [1500, 2500],
    ]);
  });

  it('is nothing before the first row of all', () => {
    const { hear, lose, gaps } = losing();
    lose();
    pass(500);
    hear();
    expect(gaps).toEqual([]);
  });

  it('does not end with what the venue tells of the account', () => {
    const { hear, lose, gaps } = losing();
    hear();
    lose();
    pass(500);
    hear({ kind: 'report', report: {} as never });
    expect(gaps).toEqual([]);
    hear();
    expect(gaps).toHaveLength(1);
  });

  it('is the provider’s to tell when it continues where it ended', () => {
    const { hear, lose, gaps, meter, events } = losing({ resumes: true });
    hear();
    lose();
    pass(500);
    hear();
    expect(gaps).toEqual([]);
    const own = { instrument: 'ES', stream: 'trades', missed: 3, filled: 'none', reason: 'sequence' } as const;
    meter.gap(own);
    expect([gaps, events.at(-1), meter.gaps]).toEqual([[own], own, 1]);
  });

  it('is told after a silence as from the last row, not from when the silence was noticed', () => {
    const { hear, meter, gaps } = losing({ settings: { silenceUs: 5_000_000 } });
    meter.received(10);
    hear();
    pass(5250);
    pass(500);
    hear();
    expect(gaps.map(({ from, until }) => [from, until])).toEqual([[1000, 6750]]);
  });
});
