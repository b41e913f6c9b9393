import { MillraceError } from '../errors/millrace-error.ts';
import { type DbnVersion, NEWEST_DBN } from './codes.ts';
import type { StoredRecord } from './decode-record.ts';
import { writeFields } from './field.ts';
import { HEADER, LEVEL_BYTES, LEVELS_AT } from './layouts.ts';
import { type DbnRecord, formOf } from './record.ts';

/**
 * The bytes of a record, padding zero. A `tsOut` on the record makes it one that carries the time of sending.
 *
 * @param version whose fields the record has; a `DbnRecord` has those of the newest
 * Errors: DBN_VALUE for a value that its field cannot hold
 */
export function encodeRecord(record: DbnRecord | StoredRecord, version: DbnVersion = NEWEST_DBN): Uint8Array {
  const form = formOf(record.rtype, version);
  if (form === undefined) throw unknownType(record.rtype);
  const { tsOut, levels } = record as StoredRecord & Pick<DbnRecord, 'tsOut'>;
  const bytes = new Uint8Array(form.bytes + (tsOut === undefined ? 0 : 8));
  const data = new DataView(bytes.buffer);
  data.setUint8(0, bytes.length / 4);
  data.setUint8(1, record.rtype);
  writeFields(data, 0, HEADER, record as StoredRecord);
  writeFields(data, 0, form.fields, record as StoredRecord);
  const given = Array.isArray(levels) ? (levels as readonly Readonly<Record<string, unknown>>[]) : [];
  for (let k = 0; k < form.levels; k++) writeFields(data, LEVELS_AT + k * LEVEL_BYTES, form.level, given[k] ?? {});
  if (tsOut !== undefined) data.setBigUint64(form.bytes, tsOut, true);
  return bytes;
}

const unknownType = (rtype: number): MillraceError =>
  new MillraceError({
    code: 'DBN_VALUE',
    where: { path: 'rtype' },
    was: String(rtype),
    expected: 'a record type of DBN',
    fix: 'take one of RTYPE',
  });
