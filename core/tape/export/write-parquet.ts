import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { Chunk } from '../../domain/chunk.ts';
import { type MarketColumn, valuesOf } from '../columns.ts';
import { encodeTimes, encodeWhole } from '../int64.ts';
import { type ExportTarget, sideName } from './cells.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** A Parquet file with one row group per chunk: times in nanoseconds UTC, sides and instruments as words. */
export async function writeParquet(
  chunks: AsyncIterable<Chunk>,
  columns: readonly MarketColumn[],
  { file, symbols }: ExportTarget,
): Promise<number> {
  const root = { name: 'root', num_children: columns.length };
  const parquet = new ParquetWriter({ writer: fileWriter(file), schema: [root, ...columns.map(elementOf)] });
  let rows = 0;
  for await (const chunk of chunks) {
    const columnData = columns.map((column) => ({ name: column.name, data: dataOf(chunk, column, symbols) }));
    await parquet.write({ columnData, rowGroupSize: chunk.n });
    rows += chunk.n;
  }
  await parquet.finish();
  return rows;
}

function elementOf({ name, type, field }: MarketColumn): SchemaElement {
  const required = { name, repetition_type: 'REQUIRED' } as const;
  if (type === 'time') {
    return { ...required, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } };
  }
  if (type === 'symbol' || field === 'side') return { ...required, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  if (type === 'int64') return { ...required, type: 'INT64' };
  return { ...required, type: type === 'float64' ? 'DOUBLE' : 'INT32' };
}

function dataOf(chunk: Chunk, { type, field, remainder }: MarketColumn, symbols: readonly string[]) {
  const values = valuesOf(chunk, field).subarray(0, chunk.n);
  const nanos = remainder === undefined ? undefined : (valuesOf(chunk, remainder) as Uint16Array);
  if (type === 'time') return int64s(encodeTimes(values as Float64Array, nanos, chunk.n));
  if (type === 'int64') return int64s(encodeWhole(values as Float64Array, chunk.n));
  if (type === 'symbol') return Array.from(values, (number) => symbols[number] ?? '');
  if (field === 'side') return Array.from(values, sideName);
  return type === 'float64' ? (values as Float64Array) : Int32Array.from(values);
}

const int64s = (bytes: Uint8Array): BigInt64Array => new BigInt64Array(bytes.buffer as ArrayBuffer);
