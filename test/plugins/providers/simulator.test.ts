import { describe, expect, it } from 'vitest';
import { DEPTH_LAST, DEPTH_SNAPSHOT, SIDE_BUY, SIDE_SELL, type StreamName } from '#core';
import simulator from '../../../plugins/providers/simulator/index.ts';
import { providerContract } from '../../contracts/provider-contract.ts';
import { openProvider, type SeenRow, TestDemand } from '../../contracts/provider-kit.ts';

const ALL: readonly StreamName[] = ['trades', 'quotes', 'depth'];
const START_US = Date.parse('2026-01-05T14:30:00Z') * 1000;

providerContract(simulator, {
  options: { pace: '10x', instruments: { ES: { tradesPerSecond: 40 } } },
  badOptions: [
    { pace: 'fast' },
    { pace: '0x' },
    { pace: '-1x' },
    { seed: -1 },
    { start: 'yesterday' },
    { duration: '0s' },
    { duration: 'long' },
    { tradesPerSecond: 0 },
    { volatility: 51 },
    { profile: 'forex' },
    { instruments: { NQ: { pace: 'max' } } },
  ],
  requested: [{ symbol: 'NQ' }, { symbol: 'ES' }],
  streams: ALL,
  passMs: 2_000,
});

/** Everything that is sent at full speed, to the end of `duration`. */
async function run(options: object, streams: readonly StreamName[] = ALL, symbols: readonly string[] = ['NQ']) {
  const { connect, wall, provider } = await openProvider(
    simulator,
    { pace: 'max', duration: '2m', ...options },
    symbols.map((symbol) => ({ symbol })),
  );
  const wanted = symbols.flatMap((instrument) => streams.map((stream) => ({ stream, instrument })));
  const connection = connect(new TestDemand(...wanted));
  wall.flush();
  return { rows: connection.rows, ended: connection.ended, provider };
}

const of = (rows: readonly SeenRow[], stream: StreamName): SeenRow[] => rows.filter((row) => row.stream === stream);
/** Without the venue's numbers and receipt, which belong to the connection rather than to the market. */
const market = (row: SeenRow) => ({ ...row, recv: 0, values: { ...row.values, id: 0 } });

describe('simulator', () => {
  it('gives the same stream for the same seed, and another for another', async () => {
    const first = await run({ seed: 7 });
    expect((await run({ seed: 7 })).rows).toEqual(first.rows);
    expect(of((await run({ seed: 8 })).rows, 'trades')).not.toEqual(of(first.rows, 'trades'));
  });

  it('trades the same whatever else is wanted', async () => {
    const all = await run({ seed: 7 });
    for (const stream of ALL) {
      expect((await run({ seed: 7 }, [stream])).rows, stream).toEqual(of(all.rows, stream));
    }
  });

  it('gives an instrument the same market whichever others are simulated', async () => {
    const alone = await run({ seed: 7 }, ALL, ['NQ']);
    const among = await run({ seed: 7 }, ALL, ['BTCUSDT', 'ES', 'NQ', 'ZZ']);
    expect(among.rows.filter(({ instrument }) => instrument === 'NQ').map(market)).toEqual(alone.rows.map(market));
  });

  it('makes the same market at a multiple as at full speed', async () => {
    const { rows } = await run({ seed: 7, duration: '1m' });
    const { connect, wall } = await openProvider(simulator, { seed: 7, duration: '1m', pace: '20x' }, [
      { symbol: 'NQ' },
    ]);
    const paced = connect(new TestDemand(...ALL.map((stream) => ({ stream, instrument: 'NQ' }))));
    wall.flush();
    expect(paced.rows).toEqual(rows);
    // 60 simulated seconds at 20x are 3 s; a turn is 5 ms.
    expect(wall.frame).toBeGreaterThanOrEqual(3_000);
    expect(wall.frame).toBeLessThan(3_010);
  });

  it('ends after its duration, on a clock that begins at `start`', async () => {
    const { rows, ended, provider } = await run({ duration: '90s' });
    expect(provider).toMatchObject({ clock: 'events', startsAt: START_US / 1000 });
    expect(ended).toBe('complete');
    expect(rows[0]?.event).toBe(START_US);
    const last = rows.at(-1);
    expect(last?.event).toBeGreaterThan(START_US + 80e6);
    expect(last?.event).toBeLessThan(START_US + 90e6);
    for (const { event, recv } of rows) expect(recv).toBeGreaterThan(event);
  });

  it.each([{ profile: 'futures' }, { profile: 'crypto' }])(
    'prints at the best opposite price ($profile)',
    async (options) => {
      const { rows } = await run({ ...options });
      let quote: SeenRow['values'] | undefined;
      let previous: SeenRow | undefined;
      const elsewhere: SeenRow[] = [];
      for (const row of rows) {
        if (row.stream === 'quotes') quote = row.values;
        if (row.stream === 'trades' && quote !== undefined) {
          const { price = 0, side } = row.values;
          const best = side === SIDE_BUY ? quote['ask'] : quote['bid'];
          const goesOn = previous?.stream === 'trades' && previous.event === row.event;
          // A large order meets several others, and walks on to worse levels.
          const fair = goesOn ? (price - (previous?.values['price'] ?? 0)) * (side ?? 0) >= 0 : price === best;
          if (!fair) elsewhere.push(row);
        }
        previous = row;
      }
      expect(elsewhere).toEqual([]);
      expect(of(rows, 'trades').length).toBeGreaterThan(300);
    },
  );

  it.each([{ profile: 'futures' }, { profile: 'crypto' }])(
    'keeps book and quotes in agreement ($profile)',
    async (options) => {
      const { rows } = await run({ ...options });
      const books = { [SIDE_BUY]: new Map<number, number>(), [SIDE_SELL]: new Map<number, number>() };
      let quote: SeenRow['values'] | undefined;
      let messages = 0;
      const faults: { readonly fault: string; readonly row: SeenRow }[] = [];
      for (const row of rows) {
        const { stream, values } = row;
        const check = (holds: boolean, fault: string) => holds || faults.push({ fault, row });
        if (stream === 'quotes') {
          quote = values;
          check((values['bid'] ?? Infinity) < (values['ask'] ?? 0), 'a crossed quote');
        }
        if (stream !== 'depth') continue;
        const { side = 0, price = 0, size = 0, flags = 0 } = values;
        const first = messages === 0 && books[SIDE_BUY].size === 0;
        check((flags & DEPTH_SNAPSHOT) === (first ? DEPTH_SNAPSHOT : 0), 'not one snapshot, at the begin');
        const book = side === SIDE_BUY ? books[SIDE_BUY] : books[SIDE_SELL];
        if (size === 0) check(book.delete(price), 'a level that was not shown is removed');
        else book.set(price, size);
        if ((flags & DEPTH_LAST) === 0) continue;
        messages++;
        check(books[SIDE_BUY].size === 10 && books[SIDE_SELL].size === 10, 'not ten levels');
        const bid = Math.max(...books[SIDE_BUY].keys());
        const ask = Math.min(...books[SIDE_SELL].keys());
        check(bid === quote?.['bid'] && books[SIDE_BUY].get(bid) === quote['bidSize'], 'another bid than the quote');
        check(ask === quote?.['ask'] && books[SIDE_SELL].get(ask) === quote['askSize'], 'another ask than the quote');
      }
      expect(faults).toEqual([]);
      expect(messages).toBeGreaterThan(300);
    },
  );

  it('begins with a snapshot also for depth that is wanted later', async () => {
    const { connect, pass } = await openProvider(simulator, { pace: '10x' }, [{ symbol: 'NQ' }]);
    const trades = { stream: 'trades', instrument: 'NQ' } as const;
    const demand = new TestDemand(trades);
    const { rows, subscription } = connect(demand);
    pass(500);
    demand.change(trades, { stream: 'depth', instrument: 'NQ' });
    pass(500);
    subscription.unsubscribe();
    const depth = of(rows, 'depth');
    expect(depth[0]?.values['flags']).toBe(DEPTH_SNAPSHOT);
    expect(
      depth
        .slice(0, 20)
        .map(({ values }) => values['size'] ?? 0)
        .every((size) => size > 0),
    ).toBe(true);
    expect(depth[19]?.values['flags']).toBe(DEPTH_LAST);
  });

  it('begins anew each time that quotes and depth are wanted again', async () => {
    const { connect, pass } = await openProvider(simulator, { pace: '10x' }, [{ symbol: 'NQ' }]);
    const wanted = (['quotes', 'depth'] as const).map((stream) => ({ stream, instrument: 'NQ' }));
    const demand = new TestDemand(...wanted);
    const { rows, subscription } = connect(demand);
    for (let turn = 0; turn < 30; turn++) {
      pass(30);
      demand.change();
      rows.length = 0;
      pass(30);
      demand.change(...wanted);
      while (rows.length === 0) pass(5);
      expect(rows[0]?.stream, 'a quote, changed or not').toBe('quotes');
      expect(rows[1]?.values['flags']).toBe(DEPTH_SNAPSHOT);
    }
    subscription.unsubscribe();
  });

  it('does not make up for the hours that the computer slept', async () => {
    const { connect, wall, pass, sleep } = await openProvider(simulator, {}, [{ symbol: 'NQ' }]);
    const { rows, subscription } = connect(new TestDemand({ stream: 'trades', instrument: 'NQ' }));
    pass(10_000);
    rows.length = 0;
    sleep(8 * 3_600_000);
    pass(1_000);
    subscription.unsubscribe();
    // 5 s of gap are made up for, then 1 s more passes: nothing is older.
    expect(rows.length).toBeGreaterThan(0);
    for (const { event } of rows) expect(wall.now() * 1000 - event).toBeLessThan(6.1e6);
  });

  it('stamps the wall clock at 1x, less the latency', async () => {
    const { connect, wall, provider, pass } = await openProvider(simulator, { latency: '400us' }, [{ symbol: 'NQ' }]);
    pass(1_000_000);
    const { rows, subscription } = connect(new TestDemand({ stream: 'trades', instrument: 'NQ' }));
    for (let turn = 0; turn < 200; turn++) {
      const before = rows.length;
      pass(100);
      for (const { event } of rows.slice(before)) {
        const age = wall.now() * 1000 - event;
        expect(age).toBeGreaterThanOrEqual(400);
        expect(age).toBeLessThan(100_000 + 5_000 + 400);
      }
    }
    subscription.unsubscribe();
    expect(provider.clock ?? 'wall').toBe('wall');
    expect(rows.length).toBeGreaterThan(20);
  });

  it('does not race through time while nobody wants anything', async () => {
    const { connect, pass } = await openProvider(simulator, { pace: 'max', duration: '1s' }, [{ symbol: 'NQ' }]);
    const demand = new TestDemand();
    const connection = connect(demand);
    pass(1_000);
    expect(connection.ended).toBeUndefined();
    demand.change({ stream: 'trades', instrument: 'NQ' });
    pass(1_000);
    expect(connection.ended).toBe('complete');
    expect(connection.rows[0]?.event).toBe(START_US);
  });

  it('moves by about its volatility and trades at about its rate over a day', async () => {
    const { rows } = await run({ duration: '24h', volatility: 2, tradesPerSecond: 2, seed: 3 }, ['trades']);
    const minutes = new Map(rows.map(({ event, values }) => [Math.floor(event / 60e6), values['price'] ?? 0]));
    const closes = [...minutes.values()].map(Math.log);
    const variance = closes.slice(1).reduce((sum, close, i) => sum + (close - (closes[i] ?? 0)) ** 2, 0);
    expect(Math.sqrt(variance) * 100).toBeGreaterThan(1.4);
    expect(Math.sqrt(variance) * 100).toBeLessThan(2.8);
    expect(rows.length / 86_400).toBeGreaterThan(1.2);
    expect(rows.length / 86_400).toBeLessThan(3.2);
  });

  it('trades one lot mostly in futures, and in fractions of a coin in crypto', async () => {
    const futures = of((await run({}, ['trades'])).rows, 'trades').map(({ values }) => values['size'] ?? 0);
    expect(futures.filter((size) => size === 1).length / futures.length).toBeGreaterThan(0.55);
    expect(futures.every(Number.isInteger)).toBe(true);
    const crypto = of((await run({ profile: 'crypto' }, ['trades'], ['BTCUSDT'])).rows, 'trades');
    expect(crypto.filter(({ values }) => (values['size'] ?? 0) < 0.1).length / crypto.length).toBeGreaterThan(0.5);
  });

  it('comes in bursts: gaps vary more than a Poisson process would have it', async () => {
    const { rows } = await run({ duration: '30m' }, ['trades']);
    const gaps = rows.slice(1).map(({ event }, i) => event - (rows[i]?.event ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    // 1 for exponential gaps.
    expect(deviation / mean).toBeGreaterThan(1.3);
  });

  it('knows tick, point value and price of common roots, and lets the configuration overrule them', async () => {
    const { provider } = await openProvider(simulator, {}, [{ symbol: 'MNQH6', tickSize: 0.5 }, { symbol: 'ESZ25' }]);
    expect(provider.instruments).toEqual([
      { symbol: 'ESZ25', tickSize: 0.25, lotSize: 1, pointValue: 50 },
      { symbol: 'MNQH6', tickSize: 0.5, lotSize: 1, pointValue: 2 },
    ]);
  });

  it('refuses options for an instrument that is not there, by name', async () => {
    const opening = openProvider(simulator, { instruments: { NQZ: { price: 1 } } }, [{ symbol: 'NQ' }]);
    await expect(opening).rejects.toMatchObject({
      code: 'CONFIG_UNKNOWN_INSTRUMENT',
      message: expect.stringContaining('one of NQ'),
    });
  });

  it('invents history that ends where the market starts', async () => {
    const { provider } = await openProvider(simulator, { seed: 1 }, [{ symbol: 'NQ' }]);
    const until = Date.parse('2026-01-05T14:30:20Z');
    const ask = (count: number) => provider.history?.({ instrument: 'NQ', timeframe: '1m', count, until }) ?? [];
    const bars = await ask(50);
    expect(bars).toHaveLength(50);
    expect(bars.at(-1)).toMatchObject({ end: Date.parse('2026-01-05T14:30:00Z'), close: 21_000, historical: true });
    for (const [i, bar] of bars.entries()) {
      expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
      expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
      if (i > 0) expect([bar.start, bar.open]).toEqual([bars[i - 1]?.end, bars[i - 1]?.close]);
    }
    expect(await ask(20), 'a shorter request has the same last bars').toEqual(bars.slice(-20));
  });
});
