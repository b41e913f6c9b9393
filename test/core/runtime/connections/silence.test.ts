import { NEVER, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProviderEvent, TradeChunk } from '#core';
import { pass, supervise, trade } from './supervised.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

const SECOND = 1_000_000;
const off = { connectWithinUs: 0, silenceUs: 0, dataSilenceUs: 0, instrumentSilenceUs: 0 };
const both = [
  { stream: 'trades', instrument: 'ES' },
  { stream: 'trades', instrument: 'NQ' },
] as const;

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Calls `work` every second for the given number of them. */
function everySecond(seconds: number, work: () => void): void {
  for (let i = 0; i < seconds; i++) {
    work();
    pass(1000);
  }
}

describe('a connection from which no byte comes', () => {
  const settings = { ...off, silenceUs: 10 * SECOND };

  it('is lost after the said time', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, meter, connected } = supervise([() => feed$], { settings });
    supervisor.start();
    pass(3000);
    meter.received(20);
    feed$.next(trade());
    pass(10_000);
    expect(states.at(-1)).toBe('live');
    pass(250);
    expect([states.at(-1), feed$.observed]).toEqual(['lost: silent for 10 s; trying again in 500 ms', false]);
    pass(500);
    expect(connected).toEqual([0, 13_750]);
  });

  it.each([
    ['bytes', (meter: { received(bytes: number): void }) => meter.received(1)],
    ['heartbeats', (meter: { heartbeat(): void }) => meter.heartbeat()],
  ])('lives on %s, without any row', (_, sign) => {
    const { supervisor, connected, meter } = supervise([() => NEVER], { settings, connection: {} });
    supervisor.start();
    everySecond(60, () => sign(meter));
    expect(connected).toHaveLength(1);
  });

  it('gets the whole time anew with each connection', () => {
    const { supervisor, connected, meter } = supervise([() => NEVER, () => NEVER], { settings });
    supervisor.start();
    meter.received(1);
    // 10 s of silence, seen at the next look 250 ms later, and pauses of 0.5 and 1 s.
    pass(25_000);
    expect(connected).toEqual([0, 10_750, 22_000]);
  });

  it('is found out though nothing ever came, once a socket was opened', () => {
    const { supervisor, connected, meter } = supervise([() => NEVER], { settings });
    supervisor.start();
    pass(60_000);
    expect(connected).toHaveLength(1);
    meter.networked = true;
    pass(1000);
    expect(connected).toHaveLength(2);
  });

  it('is none of our business while nobody wants anything, and counts from when somebody does', () => {
    const { supervisor, connected, demand, meter, states } = supervise([() => NEVER], { settings, wanted: [] });
    supervisor.start();
    meter.received(1);
    pass(60_000);
    demand.change({ stream: 'trades', instrument: 'ES' });
    pass(9_750);
    expect([connected.length, states]).toEqual([1, ['connecting']]);
    pass(1250);
    expect(connected).toHaveLength(2);
  });

  it('never is lost when that is switched off, nor without a network', () => {
    const offNow = supervise([() => NEVER], { settings: off, connection: {} });
    const simulated = supervise([() => NEVER], { settings });
    for (const { supervisor } of [offNow, simulated]) supervisor.start();
    pass(600_000);
    expect([offNow.connected.length, simulated.connected.length]).toEqual([1, 1]);
  });

  it('is what the configuration says, before the provider, before the defaults', () => {
    const plain = supervise([]);
    const own = supervise([], { connection: { silenceUs: 1, attempts: 2 } });
    const configured = supervise([], { connection: { silenceUs: 1, attempts: 2 }, settings: { silenceUs: 3 } });
    const of = ({ supervisor }: typeof plain) => [supervisor.settings.silenceUs, supervisor.settings.attempts];
    expect([of(plain), of(own), of(configured)]).toEqual([
      [30 * SECOND, 0],
      [1, 2],
      [3, 2],
    ]);
  });
});

describe('a connection that lives, but brings no market data', () => {
  const settings = { ...off, dataSilenceUs: 20 * SECOND };

  it('is lost after the said time', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, meter } = supervise([() => feed$], { settings });
    supervisor.start();
    everySecond(5, () => {
      meter.received(5);
      feed$.next(trade());
    });
    everySecond(19, () => meter.received(1));
    expect(states.at(-1)).toBe('live');
    pass(500);
    expect(states.at(-1)).toMatch(/^lost: no market data for 20 s, though the connection lives; /);
  });

  it('is lost as well when it never brought any', () => {
    const { supervisor, connected, meter } = supervise([() => NEVER], { settings });
    supervisor.start();
    everySecond(22, () => meter.received(1));
    expect(connected).toHaveLength(2);
  });
});

describe('a connection on which only signs of life come, and no word that it is live', () => {
  const settings = { ...off, connectWithinUs: 20 * SECOND };
  const given = '20 s: no confirmation and no market data; trying again in';

  it('is lost after the said time, again and again, with pauses that grow', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, meter, connected } = supervise([() => feed$], { settings });
    supervisor.start();
    everySecond(20, () => meter.received(1));
    expect(states).toEqual(['connecting']);
    pass(250);
    expect([states.at(-1), feed$.observed]).toEqual([`lost: not live within ${given} 500 ms`, false]);
    everySecond(21, () => meter.received(1));
    expect(states.at(-1)).toBe(`lost: not live within ${given} 1000 ms`);
    pass(750);
    // 20 s, seen at the next look 250 ms later, and pauses of 0.5 and 1 s.
    expect(connected).toEqual([0, 20_750, 42_000]);
  });

  it('gives up in the end when attempts are counted', () => {
    const { supervisor, meter, gaveUp } = supervise([], { settings: { ...settings, attempts: 2 } });
    supervisor.start();
    everySecond(70, () => meter.received(1));
    expect(gaveUp).toMatchObject([{ code: 'PROVIDER_GAVE_UP' }]);
  });

  it.each<[string, ProviderEvent]>([
    ['the provider says that it is live', { kind: 'status', state: 'live' }],
    ['a row is here', trade()],
  ])('has all the time in the world once %s', (_, event) => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected, meter } = supervise([() => feed$], { settings });
    supervisor.start();
    everySecond(19, () => meter.received(1));
    feed$.next(event);
    everySecond(600, () => meter.received(1));
    expect(connected).toEqual([0]);
  });

  it('has all of it again when the provider says that it is connecting once more', () => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, connected, meter } = supervise([() => feed$], { settings });
    supervisor.start();
    feed$.next(trade());
    everySecond(60, () => meter.received(1));
    feed$.next({ kind: 'status', state: 'connecting', reason: 'rolling over' });
    everySecond(20, () => meter.received(1));
    expect(connected).toHaveLength(1);
    everySecond(2, () => meter.received(1));
    expect(connected).toHaveLength(2);
  });

  it('is lost after a minute when nobody says how long', () => {
    const { supervisor, connected, meter } = supervise([() => NEVER]);
    supervisor.start();
    everySecond(60, () => meter.received(1));
    expect(connected).toEqual([0]);
    everySecond(1, () => meter.received(1));
    expect(connected).toHaveLength(2);
  });

  it('is none of our business while nobody wants anything, nor without a network', () => {
    const unwanted = supervise([() => NEVER], { settings, wanted: [] });
    const simulated = supervise([() => NEVER], { settings });
    for (const { supervisor } of [unwanted, simulated]) supervisor.start();
    everySecond(60, () => unwanted.meter.received(1));
    unwanted.demand.change({ stream: 'trades', instrument: 'ES' });
    everySecond(19, () => unwanted.meter.received(1));
    expect([unwanted.connected.length, simulated.connected.length]).toEqual([1, 1]);
    everySecond(3, () => unwanted.meter.received(1));
    expect([unwanted.connected.length, simulated.connected.length]).toEqual([2, 1]);
  });
});

describe('an instrument of which nothing comes', () => {
  const settings = { ...off, instrumentSilenceUs: 60 * SECOND };
  const instruments = [{ symbol: 'NQ' }, { symbol: 'ES' }];

  /** One that hears ES every second. */
  function hearing(setup: object = {}) {
    const feeds: Subject<ProviderEvent>[] = [];
    const connect = () => {
      feeds.push(new Subject());
      return feeds.at(-1) as Subject<ProviderEvent>;
    };
    const made = supervise([connect, connect], { settings, wanted: both, instruments, ...setup });
    made.supervisor.start();
    const feed$ = feeds[0] as Subject<ProviderEvent>;
    const hear = (seconds: number, ...events: readonly ProviderEvent[]): void =>
      everySecond(seconds, () => {
        made.meter.received(1);
        for (const event of events) feeds.at(-1)?.next(event);
      });
    return { ...made, feed$, hear };
  }

  it('makes the connection stale, and live when it is back', () => {
    const { states, hear, connected } = hearing();
    hear(10, trade('ES'), trade('NQ'));
    hear(59, trade('ES'));
    expect(states).toEqual(['connecting', 'live']);
    hear(10, trade('ES'));
    expect(states.slice(2)).toEqual(['stale: no market data of NQ for 60 s']);
    hear(1, trade('NQ'));
    expect(states.slice(3)).toEqual(['live: data is flowing again']);
    expect(connected).toHaveLength(1);
  });

  it('does so when nothing ever came of it: its subscription may have been forgotten', () => {
    const { states, hear } = hearing();
    hear(62, trade('ES'));
    expect(states.slice(2)).toEqual(['stale: no market data of NQ for 60 s']);
  });

  it('is found though others follow it in every chunk', () => {
    const chunk = (...numbers: readonly number[]): TradeChunk => {
      const made = new TradeChunk(4);
      made.inst.set(numbers);
      made.n = numbers.length;
      return made;
    };
    // The rows have no venue time that would tell of a delay.
    const { states, hear } = hearing({ clock: 'events' });
    hear(100, chunk(0, 1));
    expect(states).toEqual(['connecting', 'live']);
    hear(62, chunk(1, 1));
    expect(states.slice(2)).toEqual(['stale: no market data of NQ for 60 s']);
  });

  it('is found by the number that the provider gave it, over which the run writes its own', () => {
    const chunk = new TradeChunk(1);
    const ofEs = (): TradeChunk => {
      chunk.inst[0] = 1;
      chunk.n = 1;
      return chunk;
    };
    const { states, meter, feed$ } = hearing({ clock: 'events', deliver: () => chunk.inst.fill(0) });
    everySecond(62, () => {
      meter.received(1);
      feed$.next(ofEs());
    });
    expect(states).toEqual(['connecting', 'live', 'stale: no market data of NQ for 60 s']);
  });

  it('counts from when it was first wanted, and no longer when it is not', () => {
    const { states, hear, demand } = hearing({ wanted: both.slice(0, 1) });
    hear(100, trade('ES'));
    demand.change(...both);
    hear(59, trade('ES'));
    expect(states).toEqual(['connecting', 'live']);
    hear(3, trade('ES'));
    expect(states.at(-1)).toMatch(/^stale/);
    demand.change(both[0]);
    hear(1, trade('ES'));
    expect(states.at(-1)).toBe('live: data is flowing again');
  });

  it('is named, with no more than five others', () => {
    const wanted = Array.from({ length: 8 }, (_, i) => ({ stream: 'trades', instrument: `S${i}` }) as const);
    const { states, hear } = hearing({ wanted });
    hear(62);
    expect(states).toEqual(['connecting']);
    hear(1, trade('S0'));
    pass(250);
    expect(states.at(-1)).toBe('stale: no market data of S1, S2, S3, S4, S5 and 2 more for 60 s');
  });

  it('has all its time again after a new connection, also when its rows come in chunks', () => {
    const nq = new TradeChunk(1);
    nq.n = 1;
    const { states, hear, feed$ } = hearing({ clock: 'events' });
    hear(1, nq);
    hear(50, trade('ES'));
    feed$.error(new Error('gone'));
    pass(500);
    hear(55, trade('ES'));
    expect(states.at(-1)).toBe('live');
    hear(7, trade('ES'));
    expect(states.at(-1)).toBe('stale: no market data of NQ for 60 s');
  });

  it('has all its time again after a new connection', () => {
    const { states, hear, feed$ } = hearing();
    hear(50, trade('ES'));
    feed$.error(new Error('gone'));
    expect(states.at(-1)).toMatch(/^lost/);
    pass(15_000);
    expect(states.at(-1)).toBe('connecting');
  });
});

describe('a closed market', () => {
  // Closed for the first minute, then open.
  const isClosed = (_: string, at: number): boolean => at < 60 * SECOND;

  it.each([
    ['bytes', { ...off, silenceUs: 10 * SECOND }, 'lost: silent for 10 s; trying again in 500 ms'],
    [
      'market data',
      { ...off, dataSilenceUs: 10 * SECOND },
      'lost: no market data for 10 s, though the connection lives; trying again in 500 ms',
    ],
    ['data of one instrument', { ...off, instrumentSilenceUs: 10 * SECOND }, 'stale: no market data of ES for 10 s'],
  ])('is no outage: %s are waited for from the open on', (_, settings, state) => {
    const feed$ = new Subject<ProviderEvent>();
    const { supervisor, states, meter, connected } = supervise([() => feed$], { settings, isClosed });
    supervisor.start();
    meter.received(1);
    feed$.next(trade());
    pass(69_500);
    expect([states.at(-1), connected]).toEqual(['live', [0]]);
    pass(500);
    expect(states.at(-1)).toBe(state);
  });

  it('lets a provider whose first word is a row wait for the open', () => {
    const settings = { ...off, connectWithinUs: 10 * SECOND };
    const { supervisor, states, meter } = supervise([() => NEVER], { settings, isClosed });
    supervisor.start();
    everySecond(69, () => meter.received(1));
    expect(states).toEqual(['connecting']);
    everySecond(2, () => meter.received(1));
    expect(states[1]).toMatch(/^lost: not live within 10 s/);
  });

  it('does not excuse an open one', () => {
    const settings = { ...off, instrumentSilenceUs: 10 * SECOND };
    const feed$ = new Subject<ProviderEvent>();
    const only = (symbol: string): boolean => symbol === 'NQ';
    const { supervisor, states, meter } = supervise([() => feed$], { settings, wanted: both, isClosed: only });
    supervisor.start();
    meter.received(1);
    feed$.next(trade());
    pass(10_750);
    expect(states.at(-1)).toBe('stale: no market data of ES for 10 s');
  });

  it('counts no chunk of the day before as late', () => {
    const settings = { ...off, instrumentSilenceUs: 10 * SECOND };
    const feed$ = new Subject<ProviderEvent>();
    const instruments = [{ symbol: 'ES' }];
    const { supervisor, states, meter } = supervise([() => feed$], { settings, instruments, isClosed });
    supervisor.start();
    meter.received(1);
    const chunk = new TradeChunk(1);
    chunk.n = 1;
    feed$.next(chunk);
    pass(69_500);
    expect(states.at(-1)).toBe('live');
  });
});
