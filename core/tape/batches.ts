import type { Chunk, ChunkKind, InputRow } from '../domain/chunk.ts';
import type { Micros } from '../domain/time.ts';
import type { DecisionRecord } from '../plugin/persistence.ts';
import { DECISION_COLUMNS, INPUT_COLUMNS } from './columns.ts';
import { MarketReader } from './market-reader.ts';
import { readAhead } from './read-ahead.ts';
import { decodeRows } from './row-reader.ts';
import type { Segment } from './segment.ts';
import { SeriesReader } from './series-reader.ts';

/** Batches under way while one is consumed: enough to keep the other threads busy, and a bound on memory. */
const READ_AHEAD = 3;

/** Receipt times to read, microseconds: `from` inclusive, `until` exclusive. */
export interface Span {
  readonly from?: Micros | undefined;
  readonly until?: Micros | undefined;
}

/** Rows `from` (inclusive) to `to` (exclusive) of a batch lie in the span; `bytesRead` counts the series up to its end. */
export interface BatchOf<Rows> {
  readonly rows: Rows;
  readonly from: number;
  readonly to: number;
  readonly bytesRead: number;
}

/** Market rows of one kind. The chunk is the same one each time, filled anew. */
export async function* marketBatches(
  kind: ChunkKind,
  segments: readonly Segment[],
  { identity, ...span }: Span & { readonly identity: boolean },
): AsyncGenerator<BatchOf<Chunk>> {
  const series = new SeriesReader(segments);
  const market = new MarketReader(kind, series, identity);
  try {
    let n = series.firstAt(span.from ?? Number.NEGATIVE_INFINITY);
    for await (const unpacked of readAhead({ from: n, to: series.batches }, READ_AHEAD, (at) => market.unpack(at))) {
      const chunk = market.decode(unpacked);
      const [from, to] = rowsWithin(span, chunk.n, (row) => chunk.recv[row]!);
      n++;
      if (from < to) yield { rows: chunk, from, to, bytesRead: series.bytesBefore(n) };
      if (to < chunk.n) return;
    }
  } finally {
    series.close();
  }
}

/** Inputs, batch by batch. */
export async function* inputBatches(segments: readonly Segment[], span: Span): AsyncGenerator<BatchOf<InputRow[]>> {
  const series = new SeriesReader(segments);
  try {
    for (let n = series.firstAt(span.from ?? Number.NEGATIVE_INFINITY); n < series.batches; n++) {
      const rows = decodeInputs(await series.read(n));
      const [from, to] = rowsWithin(span, rows.length, (row) => rows[row]!.recv);
      if (from < to) yield { rows, from, to, bytesRead: series.bytesBefore(n + 1) };
      if (to < rows.length) return;
    }
  } finally {
    series.close();
  }
}

export const decodeInputs = (batch: Awaited<ReturnType<SeriesReader['read']>>): InputRow[] =>
  decodeRows(batch, INPUT_COLUMNS).map(([seq, ts, kind, payload]) => ({
    seq: Number(seq),
    recv: Number(ts),
    kind: String(kind),
    payload: JSON.parse(String(payload)) as unknown,
  }));

export async function* decisionRows(segments: readonly Segment[]): AsyncGenerator<DecisionRecord> {
  const series = new SeriesReader(segments);
  try {
    for (let n = 0; n < series.batches; n++) {
      for (const [index, cause, ts, strategy, kind, text] of decodeRows(await series.read(n), DECISION_COLUMNS)) {
        yield {
          index: Number(index),
          cause: Number(cause),
          ts: Number(ts),
          strategy: String(strategy),
          kind: String(kind),
          text: String(text),
        };
      }
    }
  } finally {
    series.close();
  }
}

/** Times do not go down within a series, so the rows of a span are one range. */
function rowsWithin({ from, until }: Span, rows: number, ts: (row: number) => Micros): [from: number, to: number] {
  return [from === undefined ? 0 : firstRow(rows, ts, from), until === undefined ? rows : firstRow(rows, ts, until)];
}

function firstRow(rows: number, ts: (row: number) => Micros, at: Micros): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ts(middle) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
