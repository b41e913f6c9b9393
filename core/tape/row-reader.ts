import type { Column } from './columns.ts';
import { decodeTimes, decodeWhole } from './int64.ts';
import { unpackSync } from './packing.ts';
import type { Cell } from './row-writer.ts';
import type { PackedBatch } from './series-reader.ts';

/** The rows of a batch of text and numbers; times in microseconds. */
export function decodeRows(batch: PackedBatch, columns: readonly Column[]): readonly (readonly Cell[])[] {
  try {
    const cells = decodeColumns(batch, columns);
    return Array.from({ length: batch.rows }, (_, row) => cells.map((column) => column[row]!));
  } catch (cause) {
    throw batch.damaged(cause);
  }
}

function decodeColumns(batch: PackedBatch, columns: readonly Column[]): readonly ArrayLike<Cell>[] {
  let buffer = 0;
  return columns.map(({ type }) => {
    buffer += 1; // the validity bitmap, which is empty
    const data = unpackSync(batch.buffer(buffer++));
    return type === 'utf8'
      ? decodeText(data, unpackSync(batch.buffer(buffer++)), batch.rows)
      : decode(data, type, batch.rows);
  });
}

function decode(data: Uint8Array, type: Column['type'], rows: number): Float64Array {
  const values = new Float64Array(rows);
  if (type === 'time') decodeTimes(data, rows, values);
  else decodeWhole(data, rows, values);
  return values;
}

function decodeText(offsets: Uint8Array, data: Uint8Array, rows: number): readonly string[] {
  const view = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: rows }, (_, row) =>
    text.toString('utf8', view.getInt32(4 * row, true), view.getInt32(4 * row + 4, true)),
  );
}
