import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeMetadata } from '../../../core/dbn/encode-metadata.ts';
import { encodeRecord } from '../../../core/dbn/encode-record.ts';
import { liveMetadata } from '../../../core/dbn/metadata.ts';
import { type DbnOpenOptions, openDbn } from '../../../core/dbn/open-dbn.ts';
import type { DbnRecord } from '../../../core/dbn/record.ts';
import type { Chunk } from '../../../core/domain/chunk.ts';
import type { Recording } from '../../../core/plugin/provider.ts';
import { describeWithData, sharedData } from '../../helpers/shared-data.ts';
import { trade } from './records.ts';

const DEMAND = {} as Parameters<Recording['batches']>[0];

async function visit(recording: Recording, row: (chunk: Chunk, i: number) => void): Promise<void> {
  for await (const { runs } of recording.batches(DEMAND)) {
    for (const run of runs) if ('chunk' in run) for (let i = run.from; i < run.to; i++) row(run.chunk, i);
  }
}

function write(
  records: readonly DbnRecord[],
  symbols: Readonly<Record<string, readonly [string, string, string]>>,
): string {
  const metadata = {
    ...liveMetadata('GLBX.MDP3'),
    schema: 'trades' as const,
    symbols: Object.keys(symbols),
    mappings: Object.entries(symbols).map(([rawSymbol, [startDate, endDate, symbol]]) => ({
      rawSymbol,
      intervals: [{ startDate, endDate, symbol }],
    })),
  };
  const file = join(mkdtempSync(join(tmpdir(), 'millrace-dbn-')), 'trades.dbn');
  writeFileSync(file, Buffer.concat([encodeMetadata(metadata), ...records.map((record) => encodeRecord(record))]));
  return file;
}

const DAY = 86_400_000_000_000n;
const at = (nanos: bigint, fields: object = {}): DbnRecord => trade({ tsEvent: nanos, tsRecv: nanos, ...fields });
const NOON = 1_609_156_800_000_000_000n; // 2020-12-28 12:00 UTC

async function rows(files: string | string[], options: DbnOpenOptions = {}): Promise<unknown[]> {
  const recording = await openDbn(files, options);
  const seen: unknown[] = [];
  await visit(recording, ({ seq, inst, recv }, i) =>
    seen.push([seq[i], recording.instruments[inst[i]!]!.symbol, recv[i]! - Number(NOON / 1000n)]),
  );
  return seen;
}

describe('openDbn', () => {
  it('numbers the rows from 1 and names them by the metadata', async () => {
    const file = write([at(NOON), at(NOON + 1000n, { instrumentId: 7 })], {
      ESH1: ['2020-12-28', '2020-12-29', '5482'],
      NQH1: ['2020-12-28', '2020-12-29', '7'],
    });
    expect(await rows(file)).toEqual([
      [1, 'ESH1', 0],
      [2, 'NQH1', 1],
    ]);
    expect((await openDbn(file)).instruments).toMatchObject([
      { symbol: 'ESH1', tickSize: 0.25, pointValue: 50 },
      { symbol: 'NQH1', tickSize: 0.25, pointValue: 20 },
    ]);
  });

  it('lets an id mean another symbol from the day on that the metadata says', async () => {
    // The second at the stroke of midnight.
    const records = [at(NOON), at(NOON + DAY / 2n)];
    const file = write(records, {
      ESH1: ['2020-12-28', '2020-12-29', '5482'],
      ESM1: ['2020-12-29', '2020-12-30', '5482'],
    });
    expect(await rows(file)).toEqual([
      [1, 'ESH1', 0],
      [2, 'ESM1', 43_200_000_000],
    ]);
  });

  it('plays days one after the other, and merges what overlaps, by receipt time', async () => {
    const es = { ESH1: ['2020-12-28', '2020-12-31', '5482'] } as const;
    const nq = { NQH1: ['2020-12-28', '2020-12-31', '5482'] } as const;
    const [later, first] = [write([at(NOON + DAY)], es), write([at(NOON), at(NOON + 2000n)], es)];
    const other = write([at(NOON + 1000n)], nq);
    expect(await rows([later, first, other])).toEqual([
      [1, 'ESH1', 0],
      [2, 'NQH1', 1],
      [3, 'ESH1', 2],
      [4, 'ESH1', 86_400_000_000],
    ]);
  });

  it('plays a span of receipt times', async () => {
    const file = write(
      [0n, 1000n, 2000n, 3000n].map((ns) => at(NOON + ns)),
      {
        ESH1: ['2020-12-28', '2020-12-29', '5482'],
      },
    );
    const noon = Number(NOON / 1000n);
    expect(await rows(file, { from: noon + 1, until: noon + 3 })).toEqual([
      [1, 'ESH1', 1],
      [2, 'ESH1', 2],
    ]);
  });

  it('gives all whole records of a file that breaks off, then the error', async () => {
    const file = write([at(NOON), at(NOON + 1000n)], { ESH1: ['2020-12-28', '2020-12-29', '5482'] });
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    const seen: unknown[] = [];
    const reading = openDbn(file).then((recording) => visit(recording, (chunk, i) => seen.push(chunk.seq[i])));
    await expect(reading).rejects.toMatchObject({ code: 'DBN_TRUNCATED', problems: [{ where: { file } }] });
    expect(seen).toEqual([1]);

    const told: string[] = [];
    expect(await rows(file, { damaged: ({ code }) => told.push(code) })).toHaveLength(1);
    expect(told).toEqual(['DBN_TRUNCATED']);
  });

  it('refuses a file without market rows', async () => {
    await expect(openDbn(write([], {}))).rejects.toMatchObject({ code: 'DBN_EMPTY' });
  });
});

describeWithData('openDbn on recorded data', () => {
  it('makes the trades and best quotes of an hour of ES out of its 68,792 orders', { timeout: 60_000 }, async () => {
    const csv = gunzipSync(readFileSync(sharedData('nautilus/es/esh4_20231225_bbo_trades.csv.gz')));
    const lines = csv
      .toString()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const time = (ns = ''): string => `${ns.slice(0, -3)} ${Number(ns.slice(-3))}`;
    const price = (text = ''): string => (text === '' ? 'NaN' : String(Number(text)));

    const trades = lines.filter(([, , type]) => type === 'T');
    const quotes = lines
      .filter(([, , type]) => type === 'Q')
      .map(([event, recv, , , , , bid, bidSize, , ask, askSize]) => ({
        stamps: `${time(event)} ${time(recv)}`,
        top: `${price(bid)} ${Number(bidSize)} ${price(ask)} ${Number(askSize)}`,
      }))
      // The list also has a line where only the number of orders changed.
      .filter(({ top }, i, all) => top !== all[i - 1]?.top);

    const seen: Record<string, string[]> = { trades: [], quotes: [] };
    const recording = await openDbn(sharedData('nautilus/es/esh4-glbx-mdp3-20231225.mbo.dbn.zst'));
    await visit(recording, (chunk, i) => {
      const stamps = `${chunk.event[i]} ${chunk.eventNs[i]} ${chunk.recv[i]} ${chunk.recvNs[i]}`;
      if (chunk.kind === 'trades') seen.trades!.push(`${stamps} ${chunk.price[i]} ${chunk.size[i]} ${chunk.side[i]}`);
      if (chunk.kind !== 'quotes') return;
      seen.quotes!.push(`${stamps} ${chunk.bid[i]} ${chunk.bidSize[i]} ${chunk.ask[i]} ${chunk.askSize[i]}`);
    });
    expect(recording.instruments).toMatchObject([{ symbol: 'ESH4', tickSize: 0.25, pointValue: 50 }]);
    expect(seen.trades).toHaveLength(2_973);
    expect(seen.trades).toEqual(
      trades.map(
        ([event, recv, , at, size, side]) =>
          `${time(event)} ${time(recv)} ${Number(at)} ${Number(size)} ${{ B: 1, A: -1 }[side ?? ''] ?? 0}`,
      ),
    );
    expect(seen.quotes).toEqual(quotes.map(({ stamps, top }) => `${stamps} ${top}`));
  });

  it('folds to the book that all 68,792 orders leave behind', { timeout: 60_000 }, async () => {
    // Kept by order with the rules of the specification, from the same data as CSV.
    const csv = gunzipSync(readFileSync(sharedData('nautilus/es/esh4_20231225_mbo.csv.gz')));
    const orders = new Map<string, { side: string; price: number; size: number }>();
    for (const line of csv.toString().trimEnd().split('\n').slice(1)) {
      const [, , action, side = '', price, size, id = ''] = line.split(',');
      const order = orders.get(id);
      if (action === 'R') orders.clear();
      else if (action === 'A' || action === 'M') orders.set(id, { side, price: Number(price), size: Number(size) });
      else if (action === 'C' && order !== undefined) {
        order.size -= Number(size);
        if (order.size <= 0) orders.delete(id);
      }
    }
    const expected: Record<string, number> = {};
    for (const { side, price, size } of orders.values()) {
      expected[`${side} ${price}`] = (expected[`${side} ${price}`] ?? 0) + size;
    }

    const book: Record<string, number> = {};
    await visit(await openDbn(sharedData('nautilus/es/esh4-glbx-mdp3-20231225.mbo.dbn.zst')), (chunk, i) => {
      if (chunk.kind !== 'depth') return;
      const level = `${chunk.side[i] === 1 ? 'B' : 'A'} ${chunk.price[i]}`;
      if (chunk.size[i] === 0) delete book[level];
      else book[level] = chunk.size[i]!;
    });
    expect(Object.keys(book).length).toBeGreaterThan(100);
    expect(book).toEqual(expected);
  });

  it('names the contracts of a recorded live session by its mapping records', async () => {
    const recording = await openDbn(sharedData('dbn/python/LIVE/test_data.live.dbn.zst'));
    expect(recording.instruments).toMatchObject([{ symbol: 'ESZ4', tickSize: 0.25, pointValue: 50 }]);
    const counts: Record<string, number> = {};
    await visit(recording, ({ kind }) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
    });
    // 2 trades (their tbbo twins give the quotes), 4 bars.
    expect(counts).toMatchObject({ trades: 2, quotes: 2, bars: 4 });
  });
});
