import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DbnDecoder } from '../../../core/dbn/decoder.ts';
import { encodeMetadata } from '../../../core/dbn/encode-metadata.ts';
import { encodeRecord } from '../../../core/dbn/encode-record.ts';
import { liveMetadata } from '../../../core/dbn/metadata.ts';
import { unpackDbn } from '../../../core/dbn/unpack.ts';
import { MillraceError } from '../../../core/errors/millrace-error.ts';
import { trade } from './records.ts';
import { pieces } from './samples.ts';

const HEADER = encodeMetadata(liveMetadata('GLBX.MDP3'));
const RECORD = encodeRecord(trade());
const file = (records: number): Buffer => Buffer.concat([HEADER, ...Array.from({ length: records }, () => RECORD)]);
/** zstd's frames that hold nothing for us. */
const SKIPPABLE = Buffer.from('502a4d1804000000deadbeef', 'hex');

/** What comes of bytes: the whole records, and the code and finding of the error that ends them. */
async function outcome(bytes: Uint8Array, size?: number) {
  let records = 0;
  const decoder = new DbnDecoder({ record: () => records++ });
  try {
    for await (const part of unpackDbn(pieces(bytes, size))) decoder.push(part);
    decoder.end();
    return { records };
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { records, code: error.code, was: error.problems[0]?.was };
  }
}

describe('a stream of DBN', () => {
  it('may end after any whole record', async () => {
    expect(await outcome(file(0))).toEqual({ records: 0 });
    expect(await outcome(file(3))).toEqual({ records: 3 });
  });

  it('gives all whole records when it breaks off inside one, and says where', async () => {
    expect(await outcome(file(3).subarray(0, -1), 5)).toEqual({
      records: 2,
      code: 'DBN_TRUNCATED',
      was: `an end inside the record at byte ${128 + 2 * 48}, after 2 whole ones`,
    });
  });

  it('says so when it breaks off before the first record', async () => {
    expect(await outcome(HEADER.subarray(0, 60))).toMatchObject({
      code: 'DBN_TRUNCATED',
      was: expect.stringContaining('60 bytes'),
    });
    expect(await outcome(Buffer.alloc(0))).toMatchObject({ code: 'DBN_TRUNCATED' });
  });

  it('stops at a record that is too short to be one', async () => {
    const bytes = file(3);
    bytes[128 + 48] = 3;
    expect(await outcome(bytes, 7)).toEqual({
      records: 1,
      code: 'DBN_CORRUPT',
      was: `a record of 12 bytes at byte ${128 + 48}, after 1 whole ones`,
    });
  });

  it('stops at a record that is shorter than its type', async () => {
    const bytes = file(2);
    bytes[128] = 11;
    expect(await outcome(bytes)).toMatchObject({ records: 0, code: 'DBN_CORRUPT' });
  });

  it('passes over what a later version adds: longer records, and types that nobody knows', async () => {
    const longer = Buffer.concat([RECORD, Buffer.alloc(8)]);
    longer[0] = 14;
    const unknown = Buffer.from(RECORD);
    unknown[1] = 0x77;
    expect(await outcome(Buffer.concat([HEADER, longer, unknown, RECORD]))).toEqual({ records: 3 });
  });

  it.each([
    ['is not DBN at all', Buffer.from('PK\x03\x04 something else'), 'DBN_CORRUPT'],
    ['is of a version to come', Buffer.from([0x44, 0x42, 0x4e, 4, 120, 0, 0, 0]), 'DBN_VERSION'],
    ['has too little metadata', Buffer.from([0x44, 0x42, 0x4e, 3, 50, 0, 0, 0]), 'DBN_CORRUPT'],
    ['promises metadata of 4 GB', Buffer.from([0x44, 0x42, 0x4e, 3, 255, 255, 255, 255]), 'DBN_CORRUPT'],
  ])('is refused when it %s', async (_, bytes, code) => {
    expect(await outcome(bytes)).toMatchObject({ records: 0, code });
  });

  it.each([
    ['a schema', 24, 99],
    ['a kind of symbols', 50, 99],
    ['a number of symbols', 115, 1],
  ])('is refused for %s that cannot be', async (_, at, value) => {
    const bytes = file(1);
    bytes[at] = value;
    bytes[at + 1] = value === 99 ? 0 : bytes[at + 1]!;
    expect(await outcome(bytes)).toMatchObject({ records: 0, code: 'DBN_CORRUPT' });
  });

  it('takes nothing more after a fault', () => {
    const decoder = new DbnDecoder({ record: () => undefined });
    expect(() => decoder.push(Buffer.from('nonsense'))).toThrow(/DBN_CORRUPT/);
    expect(() => decoder.push(HEADER)).toThrow(/DBN_CORRUPT/);
    expect(() => decoder.end()).toThrow(/DBN_CORRUPT/);
  });
});

describe('packed DBN', () => {
  it('may be cut into frames anywhere, with frames in between that hold nothing', async () => {
    const bytes = file(3);
    for (const cut of [2, 7, 50, 128, 130, 200]) {
      const packed = [
        SKIPPABLE,
        zstdCompressSync(bytes.subarray(0, cut)),
        SKIPPABLE,
        zstdCompressSync(bytes.subarray(cut)),
      ];
      for (const size of [1, 13, 1000]) expect(await outcome(Buffer.concat(packed), size)).toEqual({ records: 3 });
    }
  });

  it('comes out at each flush, before its frame has ended', async () => {
    // A frame of raw blocks, as the specification has it: one block per flush, the frame left open.
    const block = (bytes: Uint8Array): Buffer => {
      const head = Buffer.alloc(3);
      head.writeUIntLE(bytes.length << 3, 0, 3);
      return Buffer.concat([head, bytes]);
    };
    let records = 0;
    const seen: number[] = [];
    const decoder = new DbnDecoder({ record: () => records++ });
    async function* socket(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('28b52ffd0038', 'hex');
      yield block(HEADER);
      for (let i = 0; i < 3; i++) {
        seen.push(records);
        yield block(RECORD);
      }
      seen.push(records);
      yield Buffer.from([1, 0, 0]);
    }
    for await (const part of unpackDbn(socket())) decoder.push(part);
    decoder.end();
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('gives all that its whole blocks hold when it breaks off', async () => {
    const [first, second] = [zstdCompressSync(file(3)), zstdCompressSync(RECORD)];
    const cut = Buffer.concat([first, second.subarray(0, -2)]);
    expect(await outcome(cut)).toEqual({ records: 3, code: 'DBN_TRUNCATED', was: 'compressed data that breaks off' });
  });

  it('gives all before a block that is damaged', async () => {
    // Incompressible, so that the frame has blocks of its own; the flipped bit is in the second frame.
    const second = zstdCompressSync(RECORD, { params: { 201: 1 } });
    const last = second.length - 1;
    second[last] = second[last]! ^ 1;
    expect(await outcome(Buffer.concat([zstdCompressSync(file(3)), second]))).toMatchObject({
      records: 4,
      code: 'DBN_CORRUPT',
      was: expect.stringContaining('damaged compressed data'),
    });
  });

  it('is refused when something else follows a frame', async () => {
    const bytes = Buffer.concat([zstdCompressSync(file(2)), Buffer.from('and more')]);
    expect(await outcome(bytes)).toMatchObject({ records: 2, code: 'DBN_CORRUPT' });
  });
});
