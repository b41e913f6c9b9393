import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, compressionRegistry, tableFromIPC } from 'apache-arrow';
import { Footer } from 'apache-arrow/ipc/metadata/file';
import { Message, type RecordBatch } from 'apache-arrow/ipc/metadata/message';
import { describe, expect, it } from 'vitest';
import { TapeWriter } from '#core';
import { run, START, summary, tempDir, trades } from './tapes.ts';

compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => zstdDecompressSync(data) });

const rows = Array.from({ length: 300 }, (_, seq) => ({
  seq,
  recvNs: seq,
  inst: seq % 2,
  price: 100 + seq / 4,
  size: 1,
  side: 1 - (seq % 3),
}));

async function tradesFile({ close = true } = {}): Promise<Buffer> {
  const dir = join(tempDir(), 'tape');
  const writer = new TapeWriter(dir, run, { batchRows: 200 });
  writer.append(trades(rows), 0, rows.length);
  if (close) await writer.close(summary);
  else writer.flush();
  return readFileSync(join(dir, 'trades-0001.arrow'));
}

const footerOf = (file: Buffer): Footer => {
  const length = file.readInt32LE(file.length - 10);
  return Footer.decode(file.subarray(file.length - 10 - length, file.length - 10));
};

describe('a series', () => {
  it('is an Arrow file that the Arrow library reads', async () => {
    const table = tableFromIPC(await tradesFile());
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'seq: Int64',
      'ts_recv: Timestamp<NANOSECOND, UTC>',
      'ts_event: Timestamp<NANOSECOND, UTC>',
      'instrument: Dictionary<Uint16, Utf8>',
      'price: Float64',
      'size: Float64',
      'side: Int8',
    ]);
    expect(table.numRows).toBe(300);
    expect([...(table.getChild('price') ?? [])]).toEqual(rows.map(({ price }) => price));
    expect([...(table.getChild('side') ?? [])]).toEqual(rows.map(({ side }) => side));
    expect([...(table.getChild('instrument') ?? [])].slice(0, 3)).toEqual(['BTCUSDT', 'ESZ5', 'BTCUSDT']);
    const recv = table.getChild('ts_recv')?.data[0]?.values as BigInt64Array;
    expect(recv[2]).toBe(BigInt(START + 2_000) * 1000n + 2n);
  });

  it('is a readable stream from byte 8, closed or not', async () => {
    for (const close of [true, false]) {
      const file = await tradesFile({ close });
      expect(tableFromIPC(file.subarray(8)).numRows, close ? 'closed' : 'open').toBe(300);
    }
  });

  it('begins and ends with the magic of Arrow files, with blocks at multiples of 8', async () => {
    const file = await tradesFile();
    expect(file.subarray(0, 8).toString('latin1')).toBe('ARROW1\0\0');
    expect(file.subarray(-6).toString('latin1')).toBe('ARROW1');
    const footer = footerOf(file);
    const blocks = [...footer.dictionaryBatches(), ...footer.recordBatches()];
    expect(blocks).toHaveLength(3);
    for (const { offset, metaDataLength, bodyLength } of blocks) {
      expect([offset % 8, metaDataLength % 8, bodyLength % 8]).toEqual([0, 0, 0]);
    }
  });

  // pyarrow, pandas and Polars refuse a file that breaks this; the Arrow library for JavaScript does not notice.
  it('precedes each buffer by its unpacked length, or by -1 when it is not packed', async () => {
    const file = await tradesFile();
    const lengths = [...footerOf(file).recordBatches()].map(({ offset, metaDataLength }) => {
      const message = Message.decode(file.subarray(offset + 8, offset + metaDataLength));
      const { length: n, buffers } = message.header() as RecordBatch;
      const found = buffers
        .filter(({ length }) => length > 0)
        .map(({ offset: at, length }) => {
          const body = file.subarray(offset + metaDataLength + at, offset + metaDataLength + at + length);
          const prefix = Number(body.readBigInt64LE(0));
          return prefix === -1 ? body.length - 8 : [prefix, zstdDecompressSync(body.subarray(8)).length];
        });
      return { n, widths: found.map((length) => [length].flat().map((bytes) => bytes / n)) };
    });
    // Bytes per value by the schema: three int64, uint16, two float64, int8.
    const packed = [8, 8, 8, 2, 8, 8, 1].map((width) => [width, width]);
    expect(lengths).toEqual([
      { n: 200, widths: packed },
      { n: 100, widths: packed },
    ]);
  });

  it('has no validity bitmaps, as no value is missing', async () => {
    const table = tableFromIPC(await tradesFile());
    expect(table.schema.fields.every(({ nullable }) => !nullable)).toBe(true);
  });
});
