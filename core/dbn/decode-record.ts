import type { DbnVersion } from './codes.ts';
import { type FieldValue, readFields } from './field.ts';
import { HEADER, LEVEL_BYTES, LEVELS_AT } from './layouts.ts';
import { type DbnKind, formOf } from './record.ts';

/** A record as its own version stores it: the fields that the version has, under DBN's names. */
export interface StoredRecord {
  readonly kind: DbnKind;
  readonly rtype: number;
  readonly [field: string]: FieldValue | readonly Readonly<Record<string, FieldValue>>[] | undefined;
}

/**
 * Reads a whole record, without changing anything of it. `upgradeRecord` makes a `DbnRecord` of it.
 *
 * @param hasTsOut the record ends with the time of sending
 * @returns `undefined` for a record type that is not known
 */
export function decodeRecord(
  data: DataView,
  at: number,
  version: DbnVersion,
  hasTsOut = false,
): StoredRecord | undefined {
  const rtype = data.getUint8(at + 1);
  const form = formOf(rtype, version);
  if (form === undefined) return undefined;
  return {
    kind: form.kind,
    rtype,
    ...readFields(data, at, HEADER),
    ...readFields(data, at, form.fields),
    ...(form.levels > 0 && {
      levels: Array.from({ length: form.levels }, (_, k) =>
        readFields(data, at + LEVELS_AT + k * LEVEL_BYTES, form.level),
      ),
    }),
    ...(hasTsOut && { tsOut: data.getBigUint64(at + data.getUint8(at) * 4 - 8, true) }),
  };
}
