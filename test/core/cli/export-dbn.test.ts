import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Chunk, DbnDecoder, type DbnRecord, DEPTH_LAST, DEPTH_SNAPSHOT, TapeWriter } from '#core';
import { runExport } from '../../../core/cli/commands/export.ts';
import { bars, depth, quotes, run, START, summary, tempDir, trades } from '../tape/tapes.ts';

beforeEach(() => void vi.spyOn(process.stdout, 'write').mockImplementation(() => true));

async function exported(chunk: Chunk, options: Partial<Parameters<typeof runExport>[1]> = {}): Promise<string> {
  const dir = join(tempDir(), 'tape');
  const writer = new TapeWriter(dir, run, { batchRows: 300 });
  writer.append(chunk, 0, chunk.n);
  await writer.close(summary);
  const out = join(tempDir(), 'out.dbn');
  await runExport(dir, { stream: chunk.kind, format: 'dbn', json: false, out, ...options });
  return out;
}

function read(file: string) {
  const records: DbnRecord[] = [];
  const decoder = new DbnDecoder({
    record: (data, at, of) => {
      const record = of.read(data, at);
      if (record !== undefined) records.push(record);
    },
  });
  decoder.push(readFileSync(file));
  decoder.end();
  return { metadata: decoder.metadata, records };
}

const NS = BigInt(START) * 1000n;
const times = { recv: START + 5, recvNs: 7, event: START, eventNs: 9 };

describe('runtime export --format dbn', () => {
  it('writes trades under a header that names instruments and time', async () => {
    const rows = [
      { seq: 1, ...times, inst: 1, price: 5000.25, size: 3, side: -1, id: 11 },
      { seq: 2, recv: START + 1e6, event: START + 1e6, inst: 0, price: 58_710.1, size: 1, side: 1 },
    ];
    const { metadata, records } = read(await exported(trades(rows)));
    expect(metadata).toMatchObject({
      version: 3,
      dataset: 'MILLRACE',
      schema: 'trades',
      start: NS + 5_000n,
      end: NS + 1_000_001_000n,
      symbols: ['BTCUSDT', 'ESZ5'],
      mappings: [
        { rawSymbol: 'BTCUSDT', intervals: [{ startDate: '2024-08-08', endDate: '2024-08-09', symbol: '1' }] },
        { rawSymbol: 'ESZ5', intervals: [{ symbol: '2' }] },
      ],
    });
    expect(records).toMatchObject([
      {
        kind: 'trade',
        instrumentId: 2,
        price: 5_000_250_000_000n,
        size: 3,
        side: 'A',
        action: 'T',
        tsEvent: NS + 9n,
        tsRecv: NS + 5_007n,
        sequence: 11,
      },
      { instrumentId: 1, price: 58_710_100_000_000n, side: 'B' },
    ]);
  });

  it('writes quotes as mbp-1, an empty side without a price', async () => {
    const row = { seq: 1, ...times, inst: 1, bid: 5000, bidSize: 4, ask: Number.NaN, askSize: 0 };
    expect(read(await exported(quotes([row]))).records).toMatchObject([
      {
        kind: 'mbp-1',
        flags: 128,
        levels: [{ bidPx: 5_000_000_000_000n, bidSz: 4, askPx: 0x7fff_ffff_ffff_ffffn, askSz: 0 }],
      },
    ]);
  });

  it('writes depth as the ten best levels after each message', async () => {
    const level = (seq: number, side: number, price: number, size: number, flags = 0) => ({
      ...times,
      seq,
      inst: 1,
      side,
      price,
      size,
      flags,
    });
    const file = await exported(
      depth([
        level(1, 1, 100, 5, DEPTH_SNAPSHOT),
        level(2, 1, 99, 6),
        level(3, -1, 101, 7, DEPTH_LAST),
        level(4, 1, 100, 0, DEPTH_LAST),
      ]),
    );
    const tops = read(file).records.map((record) => record.kind === 'mbp-10' && record.levels.slice(0, 2));
    expect(tops).toMatchObject([
      [
        { bidPx: 100_000_000_000n, bidSz: 5, askPx: 101_000_000_000n, askSz: 7 },
        { bidPx: 99_000_000_000n, bidSz: 6, askSz: 0 },
      ],
      [{ bidPx: 99_000_000_000n, bidSz: 6 }, { bidSz: 0 }],
    ]);
  });

  it('writes bars under the start of their interval', async () => {
    const minute = { ...times, seq: 1, inst: 1, event: START + 45e6, span: 60e6 };
    const file = await exported(bars([{ ...minute, open: 1, high: 4, low: 0.5, close: 2, volume: 9, trades: 3 }]));
    const { metadata, records } = read(file);
    expect(metadata?.schema).toBe('ohlcv-1m');
    expect(records).toMatchObject([
      { kind: 'ohlcv', rtype: 0x21, tsEvent: NS - 15_000_000_000n, high: 4_000_000_000n, volume: 9n },
    ]);
  });

  it('refuses sizes that are not whole, and lengths of bars that DBN does not have; and leaves no file', async () => {
    const out = join(tempDir(), 'none.dbn');
    const fraction = exported(trades([{ seq: 1, ...times, price: 1, size: 0.001, side: 1 }]), { out });
    await expect(fraction).rejects.toMatchObject({ code: 'DBN_VALUE', message: expect.stringContaining('0.001') });
    const odd = exported(bars([{ ...times, seq: 1, span: 5e6, open: 1, high: 1, low: 1, close: 1, volume: 1 }]), {
      out,
    });
    await expect(odd).rejects.toMatchObject({ code: 'DBN_VALUE', message: expect.stringContaining('bars of 5s') });
    expect(existsSync(out)).toBe(false);
  });
});
