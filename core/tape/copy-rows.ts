import { BarChunk, type Chunk, type ChunkKind, DepthChunk, QuoteChunk, TradeChunk } from '../domain/chunk.ts';
import { ID_COLUMN, MARKET_COLUMNS, valuesOf } from './columns.ts';

type Values = ReturnType<typeof valuesOf>;

/** Copying by `set` costs two views per column; up to this many rows a plain loop is faster. */
const FEW_ROWS = 24;

export function newChunk(kind: ChunkKind, capacity: number): Chunk {
  switch (kind) {
    case 'trades':
      return new TradeChunk(capacity);
    case 'quotes':
      return new QuoteChunk(capacity);
    case 'depth':
      return new DepthChunk(capacity);
    case 'bars':
      return new BarChunk(capacity);
  }
}

/** Copies rows, all columns of them, from one chunk to another of the same kind. */
export function copyRows(from: Chunk, fromRow: number, to: Chunk, toRow: number, count: number): void {
  for (const { field, remainder } of MARKET_COLUMNS[to.kind]) {
    copyValues(valuesOf(from, field), fromRow, valuesOf(to, field), toRow, count);
    if (remainder !== undefined) copyValues(valuesOf(from, remainder), fromRow, valuesOf(to, remainder), toRow, count);
  }
  copyValues(valuesOf(from, ID_COLUMN.field), fromRow, valuesOf(to, ID_COLUMN.field), toRow, count);
}

function copyValues(from: Values, fromRow: number, to: Values, toRow: number, count: number): void {
  if (count > FEW_ROWS) to.set(from.subarray(fromRow, fromRow + count), toRow);
  else for (let i = 0; i < count; i++) to[toRow + i] = from[fromRow + i]!;
}
