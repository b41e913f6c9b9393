import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEVER } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bar, Demand, MillraceError, Recording } from '#core';
import databento from '../../../../plugins/providers/databento/index.ts';
import { DatabentoVenue } from '../../../../plugins/providers/databento/loopback/index.ts';
import { startProvider } from '../../../helpers/provider-rig.ts';
import { describeWithData, sharedData } from '../../../helpers/shared-data.ts';
import { ES, NQ, OPEN, trade } from './databento-world.ts';

const MINUTE = 60_000;
let venue: DatabentoVenue;
let cache: string;
beforeEach(async () => {
  venue = new DatabentoVenue([NQ.symbol, ES.symbol]);
  await venue.start();
  cache = mkdtempSync(join(tmpdir(), 'databento-'));
});
afterEach(async () => {
  await venue.stop();
  rmSync(cache, { recursive: true });
});

const start = (options: object, requested = [NQ, ES]) =>
  startProvider(databento, { ...venue.options(), cache, ...options }, { requested, demand: [] });
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error as MillraceError).code,
  );

describe('the history of databento', () => {
  it('gives the bars that the venue has, and counts back over several requests', async () => {
    const { provider } = await start({ spend: 1 });
    const until = OPEN + 30_000;
    const bars = await provider.history?.({ instrument: NQ.symbol, timeframe: '1m', count: 3, until });
    // The venue’s bar of a minute m since 1970: open 20,000 + m mod 100, high +2, low -1, close +1, volume 10.
    const minute = OPEN / MINUTE;
    expect(
      bars?.map(({ start: at, end, open, high, low, close, volume }) => ({ at, end, open, high, low, close, volume })),
    ).toEqual(
      [3, 2, 1].map((back) => {
        const open = 20_000 + ((minute - back) % 100);
        const at = OPEN - back * MINUTE;
        return { at, end: at + MINUTE, open, high: open + 2, low: open - 1, close: open + 1, volume: 10 };
      }),
    );
    expect(bars?.every(({ historical }: Bar) => historical)).toBe(true);
  });

  it('joins bars to lengths that the venue does not have', async () => {
    const { provider } = await start({ spend: 1 });
    const [bar] = (await provider.history?.({ instrument: ES.symbol, timeframe: '5m', count: 1, until: OPEN })) ?? [];
    const first = OPEN / MINUTE - 5;
    expect(bar).toMatchObject({ start: OPEN - 5 * MINUTE, end: OPEN, volume: 50 });
    expect(bar?.open).toBe(20_000 + (first % 100));
  });

  it('asks for nothing, and offers none, unless it may spend', async () => {
    const { provider } = await start({});
    expect(provider.history).toBeUndefined();
    expect(venue.historical.calls).toEqual([]);
  });

  it('stops where the money ends', async () => {
    const { provider } = await start({ spend: 0.015 });
    const ask = () =>
      provider.history?.({ instrument: NQ.symbol, timeframe: '1s', count: 5, until: OPEN }) ?? Promise.resolve();
    expect(await codeOf(ask())).toBe('no error');
    // Each range costs a cent here.
    expect(await codeOf(ask())).toBe('PROVIDER_SPEND');
  });

  it('tells the venue’s reason, and never the key', async () => {
    const { provider } = await start({ spend: 1 });
    const ask = async (instrument: string): Promise<MillraceError> =>
      provider.history?.({ instrument, timeframe: '1m', count: 1, until: OPEN }).then(
        () => expect.fail('it was answered'),
        (error: unknown) => error as MillraceError,
      ) as Promise<MillraceError>;
    const unknown = await ask('XXX');
    expect(unknown.code).toBe('NET_REFUSED');
    expect(unknown.problems[0]?.was).toBe(
      'status 422: None of the symbols could be resolved. (symbology_invalid_request)',
    );
    venue.misbehave('wrong-token');
    const refused = await ask(NQ.symbol);
    expect(refused.code).toBe('PROVIDER_AUTH');
    expect(refused.problems[0]?.was).toContain('Authentication failed.');
    const key = String(venue.options()['key']);
    expect(`${refused.message} ${String(refused.cause)}`).not.toContain(key);
    expect(`${refused.message} ${String(refused.cause)}`).not.toContain(Buffer.from(`${key}:`).toString('base64'));
    venue.behave();
    venue.misbehave('rate-limit');
    expect((await ask(NQ.symbol)).problems[0]?.was).toContain('status 429');
  });
});

describe('a stretch of databento’s history', () => {
  const wants: Demand = {
    current: () => [{ stream: 'trades', instrument: NQ.symbol }],
    wants: (stream, instrument) => stream === 'trades' && instrument === NQ.symbol,
    changes$: NEVER,
  };
  const idsOf = async (recording: Recording | undefined): Promise<number[]> => {
    const ids: number[] = [];
    if (recording === undefined) return ids;
    for await (const { runs } of recording.batches(wants)) {
      for (const run of runs) {
        if ('chunk' in run && run.chunk.kind === 'trades') ids.push(...run.chunk.id.subarray(run.from, run.to));
      }
    }
    return ids;
  };
  const stretch = { from: new Date(OPEN).toISOString(), until: new Date(OPEN + 1000).toISOString() };

  it('is a recording, and is bought once', async () => {
    for (let i = 1; i <= 500; i++) venue.send(trade(i * 4));
    const options = { ...stretch, schemas: 'trades', spend: 1 };
    const first = (await start(options, [NQ])).provider;
    expect(first.instruments?.map(({ symbol }) => symbol)).toEqual([NQ.symbol]);
    // Venue times of one per 4 ms; the stretch ends before the one of OPEN + 1000.
    expect(await idsOf(first.recording)).toEqual(Array.from({ length: 249 }, (_, i) => (i + 1) * 4));
    expect(readdirSync(cache)).toEqual(['GLBX.MDP3-NQ.v.0-trades-20260302T143000Z-20260302T143001Z.dbn.zst']);
    const calls = venue.historical.calls.length;
    expect(await idsOf((await start(options, [NQ])).provider.recording)).toHaveLength(249);
    expect(venue.historical.calls).toHaveLength(calls);
  });

  it('is refused when it costs more than may be spent', async () => {
    expect(await codeOf(start({ ...stretch, schemas: 'trades' }, [NQ]))).toBe('PROVIDER_SPEND');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('plays under the names of the configuration', async () => {
    for (let i = 1; i <= 10; i++) venue.send(trade(i));
    const options = { ...stretch, schemas: 'trades', spend: 1, symbols: { NQ: NQ.symbol } };
    const { provider } = await start(options, [{ symbol: 'NQ', tickSize: 0.25 }]);
    expect(provider.instruments).toMatchObject([{ symbol: 'NQ' }]);
  });
});

describeWithData('a file of databento', () => {
  // expected.json: two trades of ESH1, the first 5 at 3720.25, aggressor a seller.
  it('is a recording, and needs no key', async () => {
    const file = sharedData('dbn/dbn/test_data.trades.v3.dbn.zst');
    const { provider } = await startProvider(databento, { file }, { requested: [], demand: [] });
    expect(provider.instruments).toMatchObject([{ symbol: 'ESH1' }]);
    const rows: number[][] = [];
    const demand = { current: () => [], wants: () => true, changes$: NEVER };
    for await (const { runs } of provider.recording?.batches(demand) ?? []) {
      for (const run of runs) {
        if (!('chunk' in run) || run.chunk.kind !== 'trades') continue;
        const { chunk } = run;
        for (let i = run.from; i < run.to; i++)
          rows.push([chunk.price[i] ?? 0, chunk.size[i] ?? 0, chunk.side[i] ?? 0]);
      }
    }
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual([3720.25, 5, -1]);
  });
});

describe('symbols of databento', () => {
  it('offers the contracts of a parent', async () => {
    const { provider } = await start({ parents: ['ES.FUT'], schemas: 'trades' }, []);
    // CME's contract specification of the E-mini S&P 500: a quarter of a point, 50 dollars a point.
    expect(provider.instruments).toEqual([{ symbol: 'ESZ6', tickSize: 0.25, pointValue: 50, calendar: 'cme-equity' }]);
    expect(await codeOf(start({ parents: ['XX.FUT'] }, []))).toBe('PROVIDER_SYMBOL');
  });

  it('refuses a parent in an instrument’s place, and one contract under two names', async () => {
    expect(await codeOf(start({}, [{ symbol: 'NQ.FUT' }]))).toBe('PROVIDER_SYMBOL');
    expect(await codeOf(start({ symbols: { A: 'NQZ6', B: 'NQZ6' } }, [{ symbol: 'A' }, { symbol: 'B' }]))).toBe(
      'PROVIDER_SYMBOL',
    );
  });

  it('refuses a key that cannot be one before anything is sent', async () => {
    expect(await codeOf(start({ key: 'short', gateway: undefined }))).toBe('PROVIDER_AUTH');
  });
});
