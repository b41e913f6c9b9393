import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, compressionRegistry, tableFromIPC } from 'apache-arrow';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Chunk, TapeWriter } from '#core';
import { runExport } from '../../../core/cli/commands/export.ts';
import { bars, quotes, run, START, summary, tempDir, trades } from '../tape/tapes.ts';

compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => zstdDecompressSync(data) });

const rows = Array.from({ length: 1_000 }, (_, i) => ({
  seq: i + 1,
  recv: START + i * 1_000_000,
  recvNs: i,
  event: START + i * 1_000_000,
  inst: i % 2,
  price: 100 + (i % 40) / 4,
  size: 1 + (i % 5),
  side: (i % 3) - 1,
}));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const prices = sum(rows.map(({ price }) => price));

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

async function tapeOf(...chunks: readonly Chunk[]): Promise<string> {
  const dir = join(tempDir(), 'tape');
  const writer = new TapeWriter(dir, run, { batchRows: 300 });
  for (const chunk of chunks) writer.append(chunk, 0, chunk.n);
  await writer.close(summary);
  return dir;
}

async function exported(dir: string, options: Partial<Parameters<typeof runExport>[1]>): Promise<string> {
  const out = join(tempDir(), 'out');
  expect(await runExport(dir, { stream: 'trades', format: 'csv', json: false, out, ...options })).toBe(0);
  return out;
}

const parquet = async (filename: string) =>
  parquetReadObjects({
    file: await asyncBufferFromFile(filename),
    // Its own parser makes a Date, which ends at milliseconds.
    parsers: { timestampFromNanoseconds: (nanos: bigint) => nanos },
  });
const csv = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

describe('runtime export', () => {
  it('writes Parquet with the rows, sums, words and times of the tape', async () => {
    const found = await parquet(await exported(await tapeOf(trades(rows)), { format: 'parquet' }));
    expect(found).toHaveLength(1_000);
    expect(sum(found.map((row) => Number(row['price'])))).toBe(prices);
    expect(found[5]).toMatchObject({ seq: 6n, instrument: 'ESZ5', price: 101.25, size: 1, side: 'buy' });
    expect(found[5]?.['ts_recv']).toBe(BigInt(START + 5_000_000) * 1_000n + 5n);
  });

  it('writes CSV with times to the nanosecond and nothing where nothing is', async () => {
    const dir = await tapeOf(trades(rows), quotes([{ seq: 9, bid: Number.NaN, bidSize: 0, ask: 101.5, askSize: 2 }]));
    const [header, ...lines] = csv(await exported(dir, {}));
    expect(header).toEqual(['seq', 'ts_recv', 'ts_event', 'instrument', 'price', 'size', 'side']);
    expect(lines).toHaveLength(1_000);
    expect(sum(lines.map((cells) => Number(cells[4])))).toBe(prices);
    const time = '2024-08-08T23:54:20.000000';
    expect(lines[5]).toEqual(['6', `${time}005Z`, `${time}000Z`, 'ESZ5', '101.25', '1', 'buy']);
    expect(csv(await exported(dir, { stream: 'quotes' }))[1]?.slice(4)).toEqual(['', '0', '101.5', '2']);
  });

  it('writes one Arrow file', async () => {
    const table = tableFromIPC(readFileSync(await exported(await tapeOf(trades(rows)), { format: 'arrow' })));
    expect(table.numRows).toBe(1_000);
    expect(table.batches).toHaveLength(1);
    expect(sum([...(table.getChild('price') ?? [])])).toBe(prices);
  });

  it('keeps venue numbers where there are any', async () => {
    const [header, line] = csv(await exported(await tapeOf(trades([{ seq: 1, id: 77 }])), {}));
    expect([header?.at(-1), line?.at(-1)]).toEqual(['id', '77']);
  });

  it('picks one instrument', async () => {
    const lines = csv(await exported(await tapeOf(trades(rows)), { instrument: 'ESZ5' }));
    expect(lines).toHaveLength(501);
    expect(new Set(lines.slice(1).map((cells) => cells[3]))).toEqual(new Set(['ESZ5']));
  });

  it('builds bars from trades when the tape has none', async () => {
    const file = await exported(await tapeOf(trades(rows)), { stream: 'bars', format: 'parquet', timeframe: '5m' });
    const found = await parquet(file);
    // By hand: 1,000 s from 23:54:15 touch 23:50, 23:55, 00:00, 00:05 and 00:10; two instruments.
    expect(found).toHaveLength(10);
    expect(sum(found.map((bar) => Number(bar['trades'])))).toBe(1_000);
    expect(sum(found.map((bar) => Number(bar['volume'])))).toBe(sum(rows.map(({ size }) => size)));
    const first = rows.filter(({ inst, event }) => inst === 0 && event < START + 45_000_000);
    expect(found.find(({ instrument }) => instrument === 'BTCUSDT')).toMatchObject({
      span_us: 300_000_000n,
      open: 100,
      high: Math.max(...first.map(({ price }) => price)),
      low: 100,
      close: first.at(-1)?.price,
      trades: 23n,
    });
  });

  it('gives recorded bars as they are, of one length if asked', async () => {
    const minute = { open: 1, high: 2, low: 1, close: 2, volume: 3, trades: 4 };
    const recorded = bars([
      { seq: 1, span: 60_000_000, ...minute },
      { seq: 2, span: 300_000_000, ...minute },
    ]);
    const dir = await tapeOf(trades(rows), recorded);
    expect(csv(await exported(dir, { stream: 'bars' }))).toHaveLength(3);
    expect(csv(await exported(dir, { stream: 'bars', timeframe: '5m' }))).toHaveLength(2);
  });

  it('prints one object with --json', async () => {
    const dir = await tapeOf(trades(rows));
    const file = await exported(dir, { json: true });
    const { size: bytes } = { size: readFileSync(file).length };
    expect(JSON.parse(printed)).toEqual({ tape: dir, stream: 'trades', format: 'csv', file, rows: 1_000, bytes });
  });

  it.each([
    [{ stream: 'trade' }, 'CLI_USAGE', 'did you mean trades?'],
    [{ format: 'xlsx' }, 'CLI_USAGE', 'one of parquet, csv, arrow'],
    [{ instrument: 'ESZ6' }, 'CLI_USAGE', 'did you mean ESZ5?'],
    [{ stream: 'bars', timeframe: '7m' }, 'CLI_USAGE', 'divides a day'],
    [{ stream: 'depth' }, 'TAPE_NO_ROWS', 'one of its streams: trades'],
  ])('refuses %o by name', async (options, code, message) => {
    const dir = await tapeOf(trades(rows));
    const attempt = runExport(dir, { stream: 'trades', format: 'csv', json: false, ...options });
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
