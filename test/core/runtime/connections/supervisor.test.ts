import { NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Provider, ProviderEvent } from '#core';
import { DemandBoard } from '../../../../core/kernel/demand-board.ts';
import { Supervisor } from '../../../../core/runtime/connections/supervisor.ts';

// The clock of the supervisor, in milliseconds; its timers are vitest's.
const wall = vi.hoisted(() => ({ now: 0 }));
vi.mock('../../../../core/runtime/wall.ts', () => ({
  wallMicros: () => wall.now * 1000,
  wallTimers: {
    setTimeout: (work: () => void, ms: number) => setTimeout(work, ms),
    clearTimeout: (timer: NodeJS.Timeout | undefined) => clearTimeout(timer),
    setInterval: (work: () => void, ms: number) => setInterval(work, ms),
    clearInterval: (timer: NodeJS.Timeout | undefined) => clearInterval(timer),
  },
}));

const trade: ProviderEvent = { kind: 'trade', instrument: 'ES', price: 1, size: 1 };

/** A provider that goes through the given connections, then stays silent; `dice` scales the pauses. */
function supervise(connections: readonly (() => Observable<ProviderEvent>)[], dice = 1) {
  const states: string[] = [];
  const events: unknown[] = [];
  const connected: number[] = [];
  let completed = 0;
  const provider: Provider = {
    events: () => {
      connected.push(wall.now);
      return (connections[connected.length - 1] ?? (() => NEVER))();
    },
  };
  const supervisor = new Supervisor({
    name: 'feed',
    provider,
    demand: new DemandBoard(),
    random: { next: () => dice, below: () => 0 },
    onEvent: (event) => events.push(event),
    onState: (state, reason) => states.push(reason === undefined ? state : `${state}: ${reason}`),
    onComplete: () => completed++,
  });
  return { supervisor, states, events, connected, completed: () => completed };
}

const pass = (ms: number): void => {
  for (let i = 0; i < ms; i += 50) {
    wall.now += 50;
    vi.advanceTimersByTime(50);
  }
};
const lost = (): Observable<ProviderEvent> => throwError(() => new Error('no route'));

beforeEach(() => {
  wall.now = 0;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe('the supervisor', () => {
  it('is connecting until the first event, then live', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, events } = supervise([() => feed$]);
    supervisor.start();
    expect(states).toEqual(['connecting']);
    feed$.next(trade);
    feed$.next(trade);
    expect([states, events]).toEqual([
      ['connecting', 'live'],
      [trade, trade],
    ]);
  });

  it('passes on what the provider says of its connection, and keeps it from the run', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, events } = supervise([() => feed$]);
    supervisor.start();
    feed$.next({ kind: 'status', state: 'stale', reason: 'silent for 5 s' });
    feed$.next(trade);
    expect([states, events]).toEqual([['connecting', 'stale: silent for 5 s', 'live'], [trade]]);
  });

  it('connects again after pauses that double up to five seconds', () => {
    const { supervisor, connected, states } = supervise(Array.from({ length: 10 }, () => lost));
    supervisor.start();
    pass(250_000);
    const pauses = connected.slice(1).map((when, i) => when - (connected[i] ?? 0));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000]);
    expect(states.slice(0, 4)).toEqual([
      'connecting',
      'lost: no route; trying again in 500 ms',
      'connecting',
      'lost: no route; trying again in 1000 ms',
    ]);
    expect(supervisor.reconnects).toBe(10);
  });

  it('waits a part of that by dice, so that a thousand clients do not come back together', () => {
    const { supervisor, connected } = supervise([lost, lost], 0.5);
    supervisor.start();
    pass(1_000);
    expect(connected).toEqual([0, 250, 750]);
  });

  it('begins with short pauses again after a connection that held for half a minute', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected } = supervise([lost, lost, () => feed$, lost]);
    supervisor.start();
    pass(1_500);
    expect(connected).toHaveLength(3);
    feed$.next(trade);
    pass(31_000);
    feed$.error(new Error('gone'));
    pass(500);
    expect(connected).toHaveLength(4);
  });

  it('goes on with long pauses after a connection that did not hold', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected } = supervise([lost, lost, () => feed$, lost]);
    supervisor.start();
    pass(1_500);
    pass(10_000);
    feed$.error(new Error('gone'));
    pass(1_950);
    expect(connected).toHaveLength(3);
    pass(50);
    expect(connected).toHaveLength(4);
  });

  it('takes a provider that throws while it connects for a lost connection', () => {
    const { supervisor, states, connected } = supervise([
      () => {
        throw new Error('bad address');
      },
    ]);
    supervisor.start();
    expect(states).toEqual(['connecting', 'lost: bad address; trying again in 500 ms']);
    pass(500);
    expect(connected).toEqual([0, 500]);
  });

  it('says when the provider has no more events, and does not connect again', () => {
    const { supervisor, states, completed, connected } = supervise([() => of(trade)]);
    supervisor.start();
    pass(100_000);
    expect(states).toEqual(['connecting', 'live', 'closed: the provider has no more events']);
    expect([completed(), connected.length]).toEqual([1, 1]);
  });

  it('disconnects when it is stopped, and stays so', () => {
    const closed = vi.fn();
    const { supervisor, completed } = supervise([() => new Observable(() => closed)]);
    supervisor.start();
    supervisor.stop();
    expect([closed.mock.calls.length, supervisor.state, completed()]).toEqual([1, 'closed', 0]);
  });

  it('does not connect again when it is stopped during a pause', () => {
    const { supervisor, connected } = supervise([lost]);
    supervisor.start();
    supervisor.stop();
    pass(5_000);
    expect(connected).toHaveLength(1);
  });

  it('does nothing with a provider that has no events', () => {
    const states: string[] = [];
    new Supervisor({
      name: 'history',
      provider: {},
      demand: new DemandBoard(),
      random: { next: () => 1, below: () => 0 },
      onEvent: () => undefined,
      onState: (state) => states.push(state),
      onComplete: () => undefined,
    }).start();
    expect(states).toEqual([]);
  });
});
