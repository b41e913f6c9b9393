import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runImport } from '../../../core/cli/commands/import.ts';
import { runInspect } from '../../../core/cli/commands/inspect.ts';
import type { RunFacts } from '../../../core/cli/inspect/run-facts.ts';
import { Skew } from '../../../core/cli/inspect/skew.ts';
import type { StreamFacts } from '../../../core/cli/inspect/stream-facts.ts';
import { DEPTH_LAST, DepthChunk, QuoteChunk, SIDE_BUY, SIDE_SELL, TradeChunk } from '../../../core/domain/chunk.ts';
import { makeInstrument } from '../../../core/domain/instrument.ts';
import type { RunInfo } from '../../../core/plugin/persistence.ts';
import { TapeWriter } from '../../../core/tape/writer.ts';
import { describeWithData, sharedData } from '../../helpers/shared-data.ts';

const T = Date.parse('2024-01-02T14:30:00Z') * 1000;
const run: RunInfo = {
  id: 'monday',
  mode: 'paper',
  startedAt: T,
  configFile: undefined,
  config: {},
  instruments: [
    makeInstrument({ symbol: 'ES', tickSize: 0.25 }, 0),
    makeInstrument({ symbol: 'NQ', tickSize: 0.25 }, 1),
  ],
  plugins: {},
  seed: 1,
  versions: { millrace: '0.1.0', node: '24' },
};

afterEach(() => void vi.restoreAllMocks());

const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'millrace-inspect-')), 'tape');

function capture(): () => string {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  return () => written.join('');
}

async function inspect(dir: string): Promise<{ run: RunFacts; streams: StreamFacts[] }> {
  const output = capture();
  expect(await runInspect(dir, { json: true })).toBe(0);
  return JSON.parse(output()) as { run: RunFacts; streams: StreamFacts[] };
}

interface Row {
  readonly recv: number;
  readonly event?: number;
  readonly inst?: number;
  readonly id?: number;
}

function stamp(chunk: TradeChunk | QuoteChunk | DepthChunk, { recv, event = recv, inst = 0, id = 0 }: Row): number {
  const i = chunk.n++;
  chunk.seq[i] = i + 1;
  chunk.recv[i] = T + recv;
  chunk.event[i] = T + event;
  chunk.inst[i] = inst;
  chunk.id[i] = id;
  return i;
}

function trades(...rows: readonly (Row & { readonly price?: number })[]): TradeChunk {
  const chunk = new TradeChunk(rows.length);
  for (const row of rows) chunk.price[stamp(chunk, row)] = row.price ?? 5000;
  return chunk;
}

describe('runInspect', () => {
  it('tells rows, times, rates and silences of each stream and instrument', async () => {
    const tape = new TapeWriter(newFolder(), run);
    const second = 1e6;
    const chunk = trades(
      { recv: 0 },
      { recv: 200_000, inst: 1 },
      { recv: 500_000 },
      { recv: 900_000 },
      { recv: 12 * second },
      { recv: 40 * second },
    );
    tape.append(chunk, 0, chunk.n);
    await tape.close({
      stopped: 'by hand',
      endedAt: T + 50 * second,
      decisions: 0,
      decisionHash: 'abc',
      strategyHashes: {},
    });
    const { run: facts, streams } = await inspect(tape.dir);
    expect(facts).toMatchObject({
      id: 'monday',
      mode: 'paper',
      end: 'closed',
      stopped: 'by hand',
      decisionHash: 'abc',
    });
    expect(streams.map(({ stream, instrument, rows }) => [stream, instrument, rows])).toEqual([
      ['trades', 'ES', 5],
      ['trades', 'NQ', 1],
    ]);
    expect(streams[0]).toMatchObject({
      first: '2024-01-02T14:30:00.000000Z',
      last: '2024-01-02T14:30:40.000000Z',
      perSecond: 5 / 40,
      busiestSecond: 3,
      silences: { longestMs: 28_000, count: 2, overMs: 10_000 },
      outOfOrder: 0,
      offGrid: 0,
    });
    expect(streams[0], 'receipt is venue time on every row').not.toHaveProperty('skew');
    expect(streams[0], 'no row has a number').not.toHaveProperty('missingIds');
  });

  it('counts no missing trades where the numbers are those of packets', async () => {
    const tape = new TapeWriter(newFolder(), run);
    const chunk = trades({ recv: 0, id: 7 }, { recv: 1000, id: 90 }, { recv: 2000, id: 91 }, { recv: 3000, id: 400 });
    tape.append(chunk, 0, chunk.n);
    await tape.close({ stopped: 'by hand', endedAt: T, decisions: 0, decisionHash: '', strategyHashes: {} });
    expect((await inspect(tape.dir)).streams[0]).not.toHaveProperty('missingIds');
  });

  it('counts missing trades, rows out of order and prices off the grid, and measures the skew', async () => {
    const tape = new TapeWriter(newFolder(), run);
    const chunk = trades(
      { recv: 0, event: 1_270_000, id: 7 },
      { recv: 1000, event: 1_269_000, id: 8, price: 5000.1 },
      { recv: 2000, event: 1_272_000, id: 12 },
    );
    tape.append(chunk, 0, chunk.n);
    await tape.close({ stopped: 'by hand', endedAt: T, decisions: 0, decisionHash: '', strategyHashes: {} });
    const { streams } = await inspect(tape.dir);
    expect(streams[0]).toMatchObject({ missingIds: 3, outOfOrder: 1, offGrid: 1 });
    expect(streams[0]?.skew).toMatchObject({ leastMs: -1270, mostMs: -1268 });
    expect(streams[0]?.skew?.medianMs).toBeCloseTo(-1270, -0.4);
  });

  it('counts crossed quotes and crossed books', async () => {
    const tape = new TapeWriter(newFolder(), run);
    const quotes = new QuoteChunk(3);
    for (const [bid, ask] of [
      [100, 100.25],
      [100.5, 100.25],
      [Number.NaN, 100.25],
    ] as const) {
      const i = stamp(quotes, { recv: quotes.n });
      quotes.bid[i] = bid;
      quotes.ask[i] = ask;
    }
    const depth = new DepthChunk(3);
    for (const [side, price, flags] of [
      [SIDE_BUY, 101, 0],
      [SIDE_SELL, 100, DEPTH_LAST],
      [SIDE_BUY, 99, DEPTH_LAST],
    ] as const) {
      const i = stamp(depth, { recv: depth.n });
      depth.side[i] = side;
      depth.price[i] = price;
      depth.size[i] = 1;
      depth.flags[i] = flags;
    }
    tape.append(quotes, 0, 3);
    tape.append(depth, 0, 3);
    await tape.close({ stopped: 'by hand', endedAt: T, decisions: 0, decisionHash: '', strategyHashes: {} });
    const { streams } = await inspect(tape.dir);
    // The bid of 101 stays above the ask of 100 at both ends of a message.
    expect(streams.map(({ stream, crossed }) => [stream, crossed])).toEqual([
      ['quotes', 1],
      ['depth', 2],
    ]);
  });

  it('tells a tape that is being written from a closed one', async () => {
    const tape = new TapeWriter(newFolder(), run);
    tape.append(trades({ recv: 0 }), 0, 1);
    tape.flush();
    const { run: facts, streams } = await inspect(tape.dir);
    expect(facts).toMatchObject({ end: 'running', decisions: 0 });
    expect(streams[0]?.rows).toBe(1);
  });

  it('shows the last checkpoint hash of a run whose process is gone', async () => {
    const tape = new TapeWriter(newFolder(), run);
    tape.append(trades({ recv: 0 }), 0, 1);
    const row = { index: 0, cause: 1, ts: T, strategy: 's', kind: 'order', text: '{}' };
    tape.decision(row);
    tape.input({ seq: 1, recv: T, kind: 'checkpoint', payload: { decisions: 1, hash: 'f00' } });
    tape.flush();
    const copy = newFolder();
    cpSync(tape.dir, copy, { recursive: true });
    const file = join(copy, 'manifest.json');
    // No process has a number that large: on Linux they end at 4,194,304.
    const gone = readFileSync(file, 'utf8').replace(/"pid": \d+/, '"pid": 99999999');
    writeFileSync(file, gone);
    const { run: facts } = await inspect(copy);
    expect(facts).toMatchObject({ end: 'killed', decisions: 1, checkpoints: 1, decisionHash: 'f00' });
  });

  it('prints tables for people', async () => {
    const tape = new TapeWriter(newFolder(), run);
    tape.append(trades({ recv: 0, event: -5000 }), 0, 1);
    await tape.close({ stopped: 'by hand', endedAt: T, decisions: 0, decisionHash: 'abc', strategyHashes: {} });
    const output = capture();
    await runInspect(tape.dir, {});
    expect(output()).toMatch(/hash +abc/);
    expect(output()).toMatch(/trades +ES {2}1 row\n/);
    expect(output()).toMatch(/skew +5 ms in the middle/);
  });
});

describe('Skew', () => {
  it.each([
    ['small ones', [-3, -2, -1, 0, 5], -1],
    ['a day', [86_400_000_000, 86_400_000_000, 0], 86_400_000_000],
    ['both signs', [-1_270_000, -1_270_000, 400], -1_270_000],
  ])('finds the median of %s to 0.05 %%', (_what, values, median) => {
    const skew = new Skew();
    for (const value of values) skew.add(value);
    const found = (skew.facts()?.medianMs ?? Number.NaN) * 1000;
    expect(Math.abs(found - median)).toBeLessThanOrEqual(Math.abs(median) * 0.0005);
  });
});

describeWithData('runInspect on a recording whose clock ran behind', () => {
  it('reports a skew of about -1.27 s for the Binance frames of 2024-08-08', async () => {
    const dir = newFolder();
    const quiet = capture();
    await runImport('binance-frames', [sharedData('hftbacktest/usdm_btcusdt_20240808.gz')], { out: dir, json: true });
    expect(JSON.parse(quiet())).toMatchObject({ rows: { trades: 21_313, quotes: 66_089 }, skipped: {} });
    vi.restoreAllMocks();
    const { streams } = await inspect(dir);
    expect(streams.map(({ stream }) => stream)).toEqual(['trades', 'quotes', 'depth']);
    for (const { skew, missingIds, offGrid, crossed } of streams) {
      expect(skew?.medianMs).toBeGreaterThan(-1275);
      expect(skew?.medianMs).toBeLessThan(-1265);
      expect([missingIds ?? 0, offGrid, crossed]).toEqual([0, 0, 0]);
    }
  });
});
