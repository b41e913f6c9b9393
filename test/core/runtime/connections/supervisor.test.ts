import { NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MillraceError, type ProviderEvent } from '#core';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { Supervisor } from '../../../../core/runtime/connections/supervisor.ts';
import { TestDemand } from '../../../contracts/provider-kit.ts';
import { pass, supervise, trade } from './supervised.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

const lost = (): Observable<ProviderEvent> => throwError(() => new Error('no route'));
const always = (times: number) => Array.from({ length: times }, () => lost);
const failing = (code: string) => (): Observable<ProviderEvent> =>
  throwError(() => new MillraceError({ code, where: { path: 'key' }, was: 'wrong', expected: '', fix: '' }));
/** As the venue's YAML might have it: pauses of up to a minute. */
const minute = { settings: { longestPauseUs: 60_000_000 } };

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

describe('the supervisor', () => {
  it('is connecting until the first row, then live', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, events } = supervise([() => feed$]);
    supervisor.start();
    expect(states).toEqual(['connecting']);
    feed$.next(trade());
    feed$.next(trade());
    expect([states, events]).toEqual([
      ['connecting', 'live'],
      [trade(), trade()],
    ]);
  });

  it('does not take what the venue tells of the account for a sign that market data flows', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, events } = supervise([() => feed$]);
    supervisor.start();
    const report = { kind: 'balance', account: 'A', balance: 1 } as never;
    feed$.next({ kind: 'report', report });
    expect([states, events]).toEqual([['connecting'], [report]]);
  });

  it('holds a quote that is later than others were, and none because the clocks differ', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, events } = supervise([() => feed$], { settings: { conflateAfterUs: 1_000_000 } });
    supervisor.start();
    const sides = { kind: 'quote', instrument: 'ES', bid: 1, bidSize: 1, ask: 2, askSize: 1 } as const;
    /** One whose venue's clock is an hour behind, and that took `ms` to come. */
    const quote = (ms: number): ProviderEvent => ({ ...sides, tsEvent: Date.now() - 3_600_000 - ms });
    pass(1);
    const heard = [quote(0), quote(900), quote(1_100)].map((each) => {
      feed$.next(each);
      return events.length;
    });
    expect(heard).toEqual([1, 2, 2]);
  });

  it('passes on what the provider says of its connection, and keeps it from the run', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, events } = supervise([() => feed$]);
    supervisor.start();
    feed$.next({ kind: 'status', state: 'stale', reason: 'rolling over' });
    feed$.next(trade());
    expect([states, events]).toEqual([['connecting', 'stale: rolling over', 'live'], [trade()]]);
  });

  it.each(['lost', 'closed'] as const)('connects again when the provider calls its connection %s', (state) => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, connected } = supervise([() => feed$]);
    supervisor.start();
    feed$.next({ kind: 'status', state, reason: 'market hub gone' });
    expect([states.at(-1), feed$.observed]).toEqual(['lost: market hub gone; trying again in 500 ms', false]);
    pass(500);
    expect(connected).toEqual([0, 500]);
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
    const { supervisor, states, completed, connected } = supervise([() => of(trade())]);
    supervisor.start();
    pass(100_000);
    expect(states).toEqual(['connecting', 'live', 'closed: the provider has no more events']);
    expect([completed(), connected.length]).toEqual([1, 1]);
  });

  it('disconnects when it is stopped, says nothing more, and leaves no timer', () => {
    const closed = vi.fn();
    const { supervisor, states, completed } = supervise([() => new Observable(() => closed)]);
    supervisor.start();
    supervisor.stop();
    pass(100_000);
    expect([closed.mock.calls.length, supervisor.state, completed(), vi.getTimerCount()]).toEqual([1, 'closed', 0, 0]);
    expect(states).toEqual(['connecting']);
  });

  it('does not connect again when it is stopped during a pause', () => {
    const { supervisor, connected } = supervise([lost]);
    supervisor.start();
    supervisor.stop();
    pass(5_000);
    expect(connected).toHaveLength(1);
  });

  it('hears nothing of a connection that it has left, whatever the provider goes on to do', () => {
    const old: { next(event: ProviderEvent): void; error(error: unknown): void }[] = [];
    const careless = (): Observable<ProviderEvent> => new Observable((subscriber) => void old.push(subscriber));
    const { supervisor, events, states } = supervise([careless, careless]);
    supervisor.start();
    old[0]?.error(new Error('gone'));
    pass(500);
    const before = states.length;
    old[0]?.next(trade());
    old[0]?.error(new Error('gone once more'));
    expect([events, states.slice(before)]).toEqual([[], []]);
    supervisor.stop();
    old[1]?.next(trade());
    expect(events).toEqual([]);
  });

  it('leaves a provider that ends the run while it is being subscribed to', () => {
    const teardown = vi.fn();
    const made = supervise([
      () =>
        new Observable((subscriber) => {
          subscriber.next(trade());
          made.supervisor.stop();
          subscriber.next(trade());
          subscriber.error(new Error('too late'));
          return teardown;
        }),
    ]);
    made.supervisor.start();
    expect([made.events, made.supervisor.state, teardown.mock.calls.length]).toEqual([[trade()], 'closed', 1]);
  });

  it('closes a connection that was still being made when the run ended', () => {
    const teardown = vi.fn();
    const made = supervise([
      () =>
        new Observable((subscriber) => {
          subscriber.next(trade());
          made.supervisor.stop();
          return teardown;
        }),
    ]);
    made.supervisor.start();
    expect(teardown).toHaveBeenCalledTimes(1);
  });

  it('connects again although closing the old connection fails, and tells of it', () => {
    const feed$ = new Subject<ProviderEvent>();
    const stubborn = () =>
      new Observable<ProviderEvent>((subscriber) => {
        const inner = feed$.subscribe(subscriber);
        return () => {
          inner.unsubscribe();
          throw new Error('socket is stuck');
        };
      });
    const { supervisor, connected, problems } = supervise([stubborn], {
      settings: { silenceUs: 1_000_000 },
      connection: {},
    });
    supervisor.start();
    pass(2000);
    expect(connected).toHaveLength(2);
    expect(problems).toEqual([expect.stringContaining('closing the connection of feed')]);
    expect(() => supervisor.stop()).not.toThrow();
  });

  it('does nothing with a provider that has no events', () => {
    const states: string[] = [];
    new Supervisor({
      name: 'history',
      provider: {},
      demand: new TestDemand(),
      random: { next: () => 1, below: () => 0 },
      onRows: () => undefined,
      onState: (state) => states.push(state),
      onComplete: () => undefined,
    }).start();
    expect([states, vi.getTimerCount()]).toEqual([[], 0]);
  });
});

describe('the pauses before a new connection', () => {
  it('double up to the longest', () => {
    const { supervisor, connected, states } = supervise(always(10), minute);
    supervisor.start();
    pass(250_000);
    const pauses = connected.slice(1).map((when, i) => when - (connected[i] ?? 0));
    // 500 ms × 2, 4, 8, … and no more than a minute.
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(states.slice(0, 4)).toEqual([
      'connecting',
      'lost: no route; trying again in 500 ms',
      'connecting',
      'lost: no route; trying again in 1000 ms',
    ]);
    expect(supervisor.reconnects).toBe(10);
  });

  it('are a part of that by dice, anywhere from nothing to all of it', () => {
    const { supervisor, connected } = supervise([lost, lost], { dice: 0.5 });
    supervisor.start();
    pass(1_000);
    expect(connected).toEqual([0, 250, 750]);
  });

  it('of a thousand clients that lost the same server are spread evenly over the whole of it', () => {
    const dice = new SeededRandom(7, 'reconnect/feed');
    const pauses = Array.from({ length: 1000 }, () => {
      const { supervisor, states } = supervise([lost], { dice: dice.next() });
      supervisor.start();
      supervisor.stop();
      return Number(/in (\d+) ms/.exec(states[1] ?? '')?.[1]);
    });
    const quarters = [0, 125, 250, 375].map((from) => pauses.filter((ms) => ms > from && ms <= from + 125).length);
    // 250 each, and four standard deviations of a binomial: 4 × √(1000 × ¼ × ¾) = 55.
    for (const count of quarters) expect(Math.abs(count - 250)).toBeLessThan(55);
  });

  it('go on for as long as it takes', () => {
    const { supervisor, connected, gaveUp } = supervise(always(3000), { settings: { longestPauseUs: 500_000 } });
    supervisor.start();
    pass(1_200 * 500);
    // 2^1023 is the largest power of two that a number can hold.
    expect([connected.length, gaveUp]).toEqual([1201, []]);
    expect(connected.at(-1)).toBe(1_200 * 500);
  });

  it('are none when the configuration wants none, however often it fails', () => {
    const { supervisor, states } = supervise(always(1100), { settings: { firstPauseUs: 0 } });
    supervisor.start();
    pass(2_000);
    expect(new Set(states)).toEqual(new Set(['connecting', 'lost: no route; trying again in 0 ms']));
    expect(states.length).toBeGreaterThan(2_200);
  });

  it('are small again after a connection that was live for the stable time', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected } = supervise([lost, lost, () => feed$, lost]);
    supervisor.start();
    pass(1_500);
    expect(connected).toHaveLength(3);
    feed$.next(trade());
    pass(30_000);
    feed$.error(new Error('gone'));
    pass(500);
    expect(connected).toHaveLength(4);
  });

  it('stay long after one that was live for less, however long it took to become so', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected } = supervise([lost, lost, () => feed$, lost], minute);
    supervisor.start();
    pass(1_500);
    pass(29_000);
    feed$.next(trade());
    pass(29_999);
    feed$.error(new Error('gone'));
    pass(1_999);
    expect(connected).toHaveLength(3);
    pass(1);
    expect(connected).toHaveLength(4);
  });
});

describe('giving up', () => {
  it('comes after the said number of attempts to connect again, with the reason of the last', () => {
    const { supervisor, connected, gaveUp, states } = supervise(always(9), { settings: { attempts: 3 } });
    supervisor.start();
    pass(100_000);
    expect(connected).toHaveLength(1 + 3);
    expect(gaveUp).toMatchObject([{ code: 'PROVIDER_GAVE_UP' }]);
    expect(gaveUp[0]?.message).toContain('3 attempts in a row to connect again failed, the last with: no route');
    expect([states.at(-1), supervisor.state]).toEqual(['closed: no route', 'closed']);
    expect(vi.getTimerCount()).toBe(0);
    // The fourth loss was followed by no attempt.
    expect(supervisor.reconnects).toBe(3);
  });

  it('counts anew after a connection that held', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected, gaveUp } = supervise([lost, lost, lost, () => feed$, ...always(9)], {
      settings: { attempts: 3 },
    });
    supervisor.start();
    pass(3_500);
    feed$.next(trade());
    pass(30_000);
    feed$.error(new Error('gone'));
    expect(gaveUp).toEqual([]);
    pass(100_000);
    expect([connected.length, gaveUp.length]).toEqual([4 + 3, 1]);
  });

  it.each(['PROVIDER_AUTH', 'PROVIDER_SYMBOL', 'PROVIDER_CAP', 'PROVIDER_PEER_MISSING'])(
    'comes at once with %s from a venue that never let us in',
    (code) => {
      const { supervisor, connected, gaveUp, states } = supervise([failing(code)]);
      supervisor.start();
      pass(100_000);
      expect([connected.length, gaveUp.map((error) => (error as MillraceError).code), states.at(-1)]).toEqual([
        1,
        [code],
        'closed: key: wrong',
      ]);
    },
  );

  it('comes with it also after attempts that did not get so far', () => {
    const { supervisor, connected, gaveUp } = supervise([lost, lost, failing('PROVIDER_AUTH')]);
    supervisor.start();
    pass(100_000);
    expect([connected.length, gaveUp.length]).toEqual([3, 1]);
  });

  it('does not come with it once we have been in: the venue may be confused', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected, gaveUp } = supervise([() => feed$, failing('PROVIDER_AUTH'), () => NEVER]);
    supervisor.start();
    feed$.next(trade());
    feed$.error(new Error('gone'));
    pass(10_000);
    expect([connected.length, gaveUp]).toEqual([3, []]);
  });

  it('does not come with any other error', () => {
    const { supervisor, connected } = supervise([failing('NET_REFUSED')]);
    supervisor.start();
    pass(1000);
    expect(connected).toHaveLength(2);
  });
});
