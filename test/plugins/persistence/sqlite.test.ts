import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bar, type JournalEntry, QuoteChunk } from '#core';
import sqlite from '../../../plugins/persistence/sqlite/index.ts';
import { persistenceContract } from '../../contracts/persistence-contract.ts';
import {
  decision,
  fill,
  instruments,
  order,
  position,
  type Rig,
  rigOf,
  runInfo,
  START_MS,
  START_US,
  summary,
  trades,
} from '../../contracts/persistence-kit.ts';
import { journalFile, query, readJournal } from './sqlite-reader.ts';

persistenceContract(sqlite, {
  module: new URL('../../../plugins/persistence/sqlite/index.ts', import.meta.url),
  options: (dir) => ({ file: journalFile(dir), ticks: true }),
  badOptions: { batch: 'often' },
  read: readJournal,
  stores: ['orders', 'fills', 'decisions', 'trades'],
  once: ['orders', 'fills', 'decisions', 'trades'],
  atOnce: ['orders', 'fills', 'decisions'],
  makeNewer: (dir) => change(journalFile(dir), 'UPDATE schema_version SET version = 99'),
  newerRefusedBy: 'open',
  newerCode: 'PERSISTENCE_UNKNOWN_VERSION',
});

let dir: string;
let file: string;
let rigs: Rig[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-sqlite-'));
  file = journalFile(dir);
  rigs = [];
});
afterEach(async () => {
  await Promise.all(rigs.map(({ persistence }) => persistence.close(summary)));
  rmSync(dir, { recursive: true, force: true });
});

const rig = (options: object = {}): Rig => {
  const made = rigOf(sqlite, { file, ...options }, dir);
  rigs.push(made);
  return made;
};
const open = async (options: object = {}, id = 'run-1', mode: 'paper' | 'live' | 'replay' = 'paper'): Promise<Rig> => {
  const made = rig(options);
  await made.persistence.open(runInfo(id, mode));
  return made;
};
/** One whole run that ends cleanly. */
const run = async (id: string, entries: readonly JournalEntry[], mode: 'paper' | 'live' | 'replay' = 'paper') => {
  const { persistence } = await open({}, id, mode);
  for (const entry of entries) persistence.append(entry);
  await persistence.close(summary);
};
const rows = (table: string): number => Number(query(file, `SELECT count(*) AS n FROM ${table}`)[0]?.n);
const working: JournalEntry = { type: 'order', order: order() };

describe('what sqlite writes, and when', () => {
  it('shows each order, fill, position and decision to other programs as soon as it is appended', async () => {
    const { persistence } = await open();
    persistence.append(working);
    expect(query(file, 'SELECT id, status, quantity, price, updated_us FROM orders')).toEqual([
      { id: 'sma-cross-1', status: 'working', quantity: 3, price: 5000.25, updated_us: START_US + 1_500 },
    ]);
    persistence.append({ type: 'fill', fill: fill() });
    expect(rows('fills')).toBe(1);
    persistence.append(position());
    expect(rows('positions')).toBe(1);
    persistence.append({ type: 'decision', decision: decision() });
    expect(rows('decisions')).toBe(1);
  });

  it('keeps every state that an order went through', async () => {
    const { persistence } = await open();
    for (const status of ['pending', 'working', 'working', 'cancelled'] as const) {
      persistence.append({ type: 'order', order: order({ status }) });
    }
    expect(query(file, 'SELECT status FROM order_events ORDER BY n').map((row) => row.status)).toEqual([
      'pending',
      'working',
      'cancelled',
    ]);
    expect(query(file, 'SELECT status FROM orders')).toEqual([{ status: 'cancelled' }]);
  });

  it('commits ticks when the batch is due', async () => {
    const { persistence, advance } = await open({ ticks: true });
    persistence.append(trades(1, 100));
    expect(rows('trades')).toBe(0);
    advance(5_000);
    expect(rows('trades')).toBe(100);
    expect(query(file, 'SELECT * FROM trades WHERE seq = 2')).toEqual([
      {
        run: 1,
        seq: 2,
        instrument: 'BTCUSDT',
        recv_us: START_US + 2_007,
        event_us: START_US + 2_000,
        price: 60_000.2,
        size: 0.001,
        side: 'buy',
        id: 9_000_000_002,
      },
    ]);
  });

  it.each([
    [{}, 2_500, 2_000],
    [{ maxRows: 40 }, 100, 80],
  ])('commits ticks early when enough of them wait: %j', async (options, appended, stored) => {
    const { persistence } = await open({ ticks: true, ...options });
    persistence.append(trades(1, appended));
    expect(rows('trades')).toBe(stored);
  });

  it('takes the rows of a chunk from `from` up to, not including, `to`', async () => {
    const { persistence } = await open({ ticks: ['trades'] });
    persistence.append({ ...trades(1, 10), from: 2, to: 4 } as JournalEntry);
    await persistence.flush();
    expect(query(file, 'SELECT seq FROM trades')).toEqual([{ seq: 3 }, { seq: 4 }]);
  });

  it('stores a quote whose ask is missing as NULL', async () => {
    const chunk = new QuoteChunk(1);
    chunk.inst[0] = 1;
    chunk.bid[0] = 5000.25;
    chunk.bidSize[0] = 12;
    chunk.ask[0] = Number.NaN;
    const { persistence } = await open({ ticks: ['quotes'] });
    persistence.append({ type: 'market', chunk, from: 0, to: 1 });
    await persistence.flush();
    expect(query(file, 'SELECT instrument, bid, bid_size, ask, ask_size FROM quotes')).toEqual([
      { instrument: 'ESZ5', bid: 5000.25, bid_size: 12, ask: null, ask_size: 0 },
    ]);
  });

  it('asks for the streams that it stores, and stores no others', async () => {
    expect(rig().persistence.demand).toEqual([]);
    expect(rig({ ticks: ['quotes'] }).persistence.demand).toEqual([
      { stream: 'quotes', instrument: 'BTCUSDT' },
      { stream: 'quotes', instrument: 'ESZ5' },
    ]);
    const { persistence } = await open({ ticks: ['quotes'] });
    persistence.append(trades(1, 3));
    await persistence.flush();
    expect(rows('trades')).toBe(0);
  });

  it('stores the bars of the timeframes that it was given', async () => {
    const { persistence, emit } = await open({ bars: ['1m'] });
    emit(new Bar('ESZ5', '1m', START_MS, START_MS + 60_000, 5000, 5004, 4999, 5002, 80, 12));
    emit(new Bar('ESZ5', '5m', START_MS, START_MS + 300_000, 5000, 5004, 4999, 5002, 80, 12));
    await persistence.flush();
    expect(query(file, 'SELECT instrument, timeframe, start_us, high, volume, trades FROM bars')).toEqual([
      { instrument: 'ESZ5', timeframe: '1m', start_us: START_US, high: 5004, volume: 80, trades: 12 },
    ]);
  });

  it('stores equity at most once a second, and the last of it at the end', async () => {
    const { persistence } = await open();
    for (const ms of [0, 10, 999, 1_000, 1_700]) {
      persistence.append({ type: 'equity', equity: { realised: ms, open: 0, fees: 0, net: ms, ts: START_MS + ms } });
    }
    await persistence.close(summary);
    expect(query(file, 'SELECT net FROM equity').map((row) => row.net)).toEqual([0, 1_000, 1_700]);
  });

  it('describes the run, and marks it clean only when it was closed', async () => {
    const { persistence, advance } = await open();
    const facts = 'SELECT id, mode, clean, ended_us, decision_hash, last_seen_us, seed FROM runs';
    const begun = { id: 'run-1', mode: 'paper', clean: 0, ended_us: null, decision_hash: null, seed: 7 };
    expect(query(file, facts)).toEqual([{ ...begun, last_seen_us: START_US }]);
    advance(5_000);
    expect(query(file, facts)).toEqual([{ ...begun, last_seen_us: START_US + 5_000_000 }]);
    await persistence.close(summary);
    expect(query(file, facts)).toMatchObject([{ clean: 1, ended_us: summary.endedAt, decision_hash: 'c0ffee' }]);
  });

  it('does not mind a reader in the middle of a long read', async () => {
    const { persistence } = await open();
    persistence.append(working);
    const reader = new DatabaseSync(file, { readOnly: true });
    reader.exec('BEGIN');
    expect(reader.prepare('SELECT count(*) AS n FROM orders').get()).toMatchObject({ n: 1 });
    for (let n = 2; n <= 50; n += 1) persistence.append({ type: 'order', order: order({ id: `sma-cross-${n}` }) });
    expect(reader.prepare('SELECT count(*) AS n FROM orders').get(), 'its snapshot').toMatchObject({ n: 1 });
    reader.close();
    expect(rows('orders')).toBe(50);
  });

  it('waits with its rows while another program keeps the file locked, and says so', async () => {
    const { persistence, lines, advance } = await open();
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    persistence.append(working);
    const before = performance.now();
    persistence.append({ type: 'fill', fill: fill() });
    expect(performance.now() - before, 'the wait for the other is paid once, not at every entry').toBeLessThan(200);
    expect(lines).toEqual(['the journal cannot be written; will try again']);
    await expect(persistence.flush()).rejects.toMatchObject({ code: 'PERSISTENCE_WRITE_FAILED' });
    other.close();
    advance(5_000);
    expect([rows('orders'), rows('fills')]).toEqual([1, 1]);
    persistence.append({ type: 'fill', fill: fill({ id: 'F2' }) });
    expect(rows('fills')).toBe(2);
    expect(lines).toEqual(['the journal cannot be written; will try again', 'the journal caught up']);
  });

  it('gives up a fill that has no number and keeps the next', async () => {
    const { persistence, lines } = await open();
    persistence.append({ type: 'fill', fill: { ...fill(), id: undefined as unknown as string } });
    persistence.append({ type: 'fill', fill: fill() });
    expect(rows('fills')).toBe(1);
    expect(lines).toEqual(['rows were not stored in the journal']);
  });

  it('stores an order of a plain JavaScript strategy that has an object for a price, without the price', async () => {
    const { persistence } = await open();
    persistence.append({ type: 'order', order: { ...order(), price: {} as number, tag: 7 as unknown as string } });
    expect(query(file, 'SELECT id, price, tag FROM orders')).toEqual([{ id: 'sma-cross-1', price: null, tag: null }]);
  });

  it('says that an entry came after the end', async () => {
    const { persistence, lines } = await open();
    await persistence.close(summary);
    persistence.append(working);
    expect(lines).toEqual(['the journal is not open; an entry is lost']);
  });
});

describe('what sqlite restores', () => {
  it('gives the same answer before and after open', async () => {
    await run('run-1', [working, position()]);
    const before = rig().persistence;
    const found = await before.restore?.();
    expect(found).toEqual({
      run: 'run-1',
      lastSeen: START_MS,
      clean: true,
      positions: [{ strategy: 'sma-cross', instrument: 'ESZ5', quantity: 2, averagePrice: 5000.25 }],
      orders: [order()],
    });
    await before.close(summary);
    const { persistence, lines } = await open({}, 'run-2');
    expect(await persistence.restore?.()).toEqual(found);
    expect(lines).toEqual([]);
  });

  it('forgets an order that is filled, cancelled or rejected', async () => {
    const ended = (['filled', 'cancelled', 'rejected'] as const).map((status): JournalEntry[] => [
      { type: 'order', order: order({ id: status }) },
      { type: 'order', order: order({ id: status, status }) },
    ]);
    const open = (['pending', 'working', 'partial'] as const).map(
      (status): JournalEntry => ({ type: 'order', order: order({ id: status, status }) }),
    );
    await run('run-1', [...ended.flat(), ...open]);
    const state = await rig().persistence.restore?.();
    expect(state?.orders.map(({ id }) => id)).toEqual(['partial', 'pending', 'working']);
  });

  it('keeps positions until they are flat, over any number of runs', async () => {
    await run('run-1', [position({ strategy: 'a' }), position({ strategy: 'b' })]);
    await run('run-2', [position({ strategy: 'a', quantity: -1, averagePrice: 4990 })]);
    await run('run-3', [position({ strategy: 'b', quantity: 0, averagePrice: undefined })]);
    expect(query(file, 'SELECT strategy FROM positions')).toEqual([{ strategy: 'a' }]);
    const state = await rig().persistence.restore?.();
    expect(state).toMatchObject({ run: 'run-3', orders: [] });
    expect(state?.positions).toEqual([{ strategy: 'a', instrument: 'ESZ5', quantity: -1, averagePrice: 4990 }]);
  });

  it('does not lose open orders to a run that died before it spoke of them', async () => {
    await run('run-1', [working]);
    await run('run-2', []);
    expect(await rig().persistence.restore?.()).toMatchObject({ run: 'run-2', orders: [order()] });
  });

  it('does not restore a replay, nor let one touch what is held', async () => {
    await run('run-1', [working, position()]);
    await run('replay-1', [{ type: 'order', order: order({ id: 'replayed' }) }, position({ quantity: 9 })], 'replay');
    expect(await rig().persistence.restore?.()).toMatchObject({
      run: 'run-1',
      positions: [{ quantity: 2 }],
      orders: [{ id: 'sma-cross-1' }],
    });
    expect(query(file, `SELECT id FROM orders WHERE run = 2`)).toEqual([{ id: 'replayed' }]);
  });

  it('does not lose open orders to a replay in between', async () => {
    await run('run-1', [working]);
    await run('replay-1', [], 'replay');
    await run('run-2', []);
    expect(await rig().persistence.restore?.()).toMatchObject({ run: 'run-2', orders: [order()] });
  });

  it('survives times beyond 2^53 and quantities that are no number', async () => {
    await run('run-1', [
      { type: 'order', order: order({ createdAt: 2 ** 60, updatedAt: Number.NaN }) },
      position({ quantity: Number.NaN }),
    ]);
    const state = await rig().persistence.restore?.();
    expect(state).toMatchObject({ positions: [], orders: [{ createdAt: Number.NaN, updatedAt: Number.NaN }] });
  });

  it('leaves what other instruments hold in the journal, and names them', async () => {
    const bitcoin: JournalEntry = { type: 'order', order: order({ id: 'btc', instrument: 'BTCUSDT' }) };
    await run('run-1', [working, position(), bitcoin, position({ instrument: 'BTCUSDT' })]);
    const es = rigOf(sqlite, { file }, dir, 'run-2', instruments.slice(1));
    expect(await es.persistence.restore?.()).toMatchObject({
      positions: [{ instrument: 'ESZ5' }],
      orders: [{ instrument: 'ESZ5' }],
    });
    await es.persistence.open({ ...runInfo('run-2'), instruments: instruments.slice(1) });
    await es.persistence.close(summary);
    expect(es.lines).toEqual(['the journal has open positions in instruments that this configuration does not name']);

    const btc = rigOf(sqlite, { file }, dir, 'run-3', instruments.slice(0, 1));
    expect(await btc.persistence.restore?.()).toMatchObject({ run: 'run-1', orders: [{ id: 'btc' }] });
    await btc.persistence.close(summary);
  });

  it('counts the same fill number of two runs as two fills', async () => {
    // The simulated venue numbers its fills from 1 in every run.
    await run('run-1', [{ type: 'fill', fill: fill() }]);
    await run('run-2', [{ type: 'fill', fill: fill() }]);
    expect(rows('fills')).toBe(2);
  });
});

describe('what sqlite refuses', () => {
  it('a second run on the same file, until the first has ended', async () => {
    const first = await open();
    await expect(open({}, 'run-2')).rejects.toMatchObject({ code: 'PERSISTENCE_IN_USE' });
    await first.persistence.close(summary);
    await expect(open({}, 'run-2')).resolves.toBeDefined();
  });

  it('to hand what paper held to a live run', async () => {
    await run('run-1', [position()]);
    await expect(open({}, 'run-2', 'live')).rejects.toMatchObject({ code: 'PERSISTENCE_MIXED_MODES' });
    await run('run-3', [position({ quantity: 0 })]);
    await expect(open({}, 'run-4', 'live')).resolves.toBeDefined();
  });

  it('a file that is no database, and leaves it as it was', async () => {
    writeFileSync(file, 'orders,fills\n'.repeat(100));
    await expect(open()).rejects.toMatchObject({ code: 'PERSISTENCE_OPEN_FAILED' });
  });

  it("another program's database", async () => {
    change(file, 'CREATE TABLE customers (id INTEGER)');
    await expect(open()).rejects.toThrow(/it has customers/);
    expect(query(file, 'SELECT name FROM sqlite_schema')).toEqual([{ name: 'customers' }]);
  });

  it('a place where no file can be', async () => {
    writeFileSync(join(dir, 'plain'), '');
    await expect(open({ file: join(dir, 'plain', 'journal.sqlite') })).rejects.toMatchObject({
      code: 'PERSISTENCE_OPEN_FAILED',
    });
  });

  it.each<[object, string]>([
    [{ bars: ['7m'] }, '7m does not divide the day'],
    [{ bars: ['fast'] }, 'no timeframe'],
    [{ batch: '10ms' }, 'too short'],
    [{ batch: '2h' }, 'too long'],
    [{ maxRows: 0 }, 'none may wait'],
    [{ ticks: ['depth'] }, 'a stream that it does not store'],
    [{ file: '' }, 'no name'],
  ])('the options %j: %s', (options) => {
    expect(sqlite.options.safeParse(options).success).toBe(false);
  });
});

describe('a journal without options', () => {
  it('is runs/journal.sqlite under the working directory, without ticks', () => {
    expect(rigOf(sqlite, {}, dir).persistence.location).toBe(join(process.cwd(), 'runs', 'journal.sqlite'));
    expect(sqlite.options.parse({})).toMatchObject({ ticks: false, bars: [], batch: 5_000_000, durable: false });
  });

  it('keeps a file of its own while another run writes to the one that neither has named', async () => {
    const home = process.cwd();
    process.chdir(dir);
    try {
      const first = rigOf(sqlite, {}, dir, 'run-1').persistence;
      const second = rigOf(sqlite, {}, dir, 'run-2').persistence;
      await first.restore?.();
      expect(await second.restore?.()).toBeUndefined();
      expect([first.location, second.location]).toEqual(
        ['journal.sqlite', 'journal-run-2.sqlite'].map((name) => join(process.cwd(), 'runs', name)),
      );
      await Promise.all([first.close(summary), second.close(summary)]);
    } finally {
      process.chdir(home);
    }
  });

  it('starts a relative path at the folder of the configuration', () => {
    expect(rigOf(sqlite, { file: 'x.sqlite' }, dir).persistence.location).toBe(join(dir, 'x.sqlite'));
  });

  it('creates the folder that it needs', async () => {
    const deep = join(dir, 'a', 'b', 'journal.sqlite');
    await open({ file: deep });
    expect(existsSync(deep)).toBe(true);
  });
});

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}
