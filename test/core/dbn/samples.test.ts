import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { encodeMetadata } from '../../../core/dbn/encode-metadata.ts';
import { encodeRecord } from '../../../core/dbn/encode-record.ts';
import { formOf } from '../../../core/dbn/record.ts';
import { describeWithData } from '../../helpers/shared-data.ts';
import { plain, readAll, sampleBytes, samples, unpacked } from './samples.ts';

const without = (record: unknown, ...names: string[]): unknown =>
  Object.fromEntries(Object.entries(record as object).filter(([name]) => !names.includes(name)));

/** Bytes that no field of the record covers, and which some official samples filled with leftovers, set to zero. */
function masked(bytes: Uint8Array, version: 1 | 2 | 3, tsOut: boolean): Uint8Array {
  const form = formOf(bytes[1]!, version)!;
  const covered = new Uint8Array(bytes.length);
  const cover = (at: number, type: string): Uint8Array =>
    covered.fill(
      1,
      at,
      at + (type === 'char' ? 1 : type.startsWith('c') ? Number(type.slice(1)) : Number(type.slice(1)) / 8),
    );
  covered.fill(1, 0, 16);
  for (const [type, at] of Object.values(form.fields)) cover(at, type);
  for (let k = 0; k < form.levels; k++) {
    for (const [type, at] of Object.values(form.level)) cover(48 + 32 * k + at, type);
  }
  if (tsOut) covered.fill(1, bytes.length - 8);
  return bytes.map((byte, i) => (covered[i] === 1 ? byte : 0));
}

/** The list writes these two as text in all versions, though versions 1 and 2 store them in 32 bits. */
const widened = (record: object): object =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      ['quantity', 'raw_instrument_id'].includes(name) ? String(value) : value,
    ]),
  );

describeWithData('the official sample files of DBN', () => {
  it('are all there', () => {
    expect(Object.keys(samples)).toHaveLength(79);
  });

  it.each(Object.entries(samples))('%s decodes to the expected header and records', async (name, expected) => {
    const bytes = await unpacked(sampleBytes(name));
    expect(bytes.length).toBe(expected.uncompressed_size);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected.uncompressed_sha256);

    const { decoder, metadata, stored, newest, raw } = readAll(bytes, expected.fragment_version);
    if (expected.metadata !== null) {
      const { symbolBytes, ...rest } = metadata!;
      const none = { schema: null, end: null, limit: null, stype_in: null, stype_out: null };
      expect({ ...none, ...(plain(rest) as object), symbol_cstr_len: symbolBytes }).toEqual(expected.metadata);
    } else expect(metadata).toBeUndefined();

    expect(decoder.records).toBe(expected.record_count);
    expect(decoder.unknown).toBe(0);
    const counts: Record<string, number> = {};
    for (const record of stored) counts[record!.rtype] = (counts[record!.rtype] ?? 0) + 1;
    expect(counts).toEqual(expected.rtypes);

    const lengths = raw.map((record) => record[0]);
    const shown = stored.map((record, i) => ({ ...widened(plain(record) as object), length: lengths[i] }));
    if (expected.first) expect(shown[0]).toEqual(expected.first);
    if (expected.last) expect(shown.at(-1)).toEqual(expected.last);
    if (expected.between) expect(shown.slice(1, -1)).toEqual(expected.between);
    for (const [i, changed] of Object.entries(expected.upgraded_to_v3?.changed_records ?? {})) {
      expect(plain(newest[Number(i)]), `record ${i} in the newest form`).toEqual(without(changed, 'length'));
    }
  });

  it.each(Object.entries(samples))('%s encodes to the same bytes, apart from padding', async (name, expected) => {
    const bytes = await unpacked(sampleBytes(name));
    const { decoder, metadata, stored, raw } = readAll(bytes, expected.fragment_version);
    if (metadata !== undefined) {
      const block = Buffer.from(bytes.subarray(0, expected.metadata_end_offset));
      // Some early files of version 1 count their records, which is not written any more.
      if (metadata.version === 1) block.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 50);
      expect(Buffer.from(encodeMetadata(metadata)).equals(block)).toBe(true);
    }
    for (const [i, record] of stored.entries()) {
      const again = encodeRecord(record!, decoder.version);
      expect(again, `record ${i}`).toEqual(masked(raw[i]!, decoder.version, decoder.tsOut));
    }
  });

  it.each(Object.entries(samples))(
    '%s gives the same records in pieces of 1, 7 and 13 bytes',
    async (name, expected) => {
      const bytes = sampleBytes(name);
      const whole = readAll(await unpacked(bytes), expected.fragment_version);
      for (const size of [1, 7, 13]) {
        const cut = readAll(await unpacked(bytes, size), expected.fragment_version, size);
        expect(cut.metadata).toEqual(whole.metadata);
        expect(cut.raw).toEqual(whole.raw);
      }
    },
  );
});
