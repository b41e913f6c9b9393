import type { Chunk } from '../domain/chunk.ts';
import type { ColumnBuffers } from './arrow-writer.ts';
import type { BatchFacts } from './batch-facts.ts';
import { type MarketColumn, valuesOf } from './columns.ts';
import { bytesOf, encodeTimes, encodeWhole } from './int64.ts';

/** The rows of a chunk as a batch: buffers of these columns, and what the header says of them. */
export function encodeMarket(
  rows: Chunk,
  columns: readonly MarketColumn[],
): { readonly buffers: readonly ColumnBuffers[]; readonly facts: BatchFacts } {
  const last = rows.n - 1;
  const same = sameTimes(rows);
  const receipt = encodeTimes(rows.recv, rows.recvNs, rows.n);
  const buffers = columns.map((column) => {
    const shared = column.field === 'recv' || (column.field === 'event' && same);
    return [shared ? receipt : encodeColumn(rows, column)];
  });
  const facts = {
    seq: [rows.seq[0]!, rows.seq[last]!],
    ts: [rows.recv[0]!, rows.recv[last]!],
    consecutive: isConsecutive(rows),
    sameTimes: same,
    ...(isOneInstrument(rows) && { instrument: rows.inst[0]! }),
  } as const;
  return { buffers, facts };
}

function encodeColumn(rows: Chunk, { type, field, remainder }: MarketColumn): Uint8Array {
  const values = valuesOf(rows, field);
  if (type === 'int64') return encodeWhole(values as Float64Array, rows.n);
  if (type !== 'time') return bytesOf(values.subarray(0, rows.n));
  const nanos = remainder === undefined ? undefined : (valuesOf(rows, remainder) as Uint16Array);
  return encodeTimes(values as Float64Array, nanos, rows.n);
}

function isConsecutive({ seq, n }: Chunk): boolean {
  for (let i = 1; i < n; i++) if (seq[i] !== seq[0]! + i) return false;
  return true;
}

function isOneInstrument({ inst, n }: Chunk): boolean {
  for (let i = 1; i < n; i++) if (inst[i] !== inst[0]) return false;
  return true;
}

function sameTimes({ recv, event, recvNs, eventNs, n }: Chunk): boolean {
  for (let i = 0; i < n; i++) if (recv[i] !== event[i] || recvNs[i] !== eventNs[i]) return false;
  return true;
}
