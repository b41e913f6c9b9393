import type { Chunk, InputRow } from '../domain/chunk.ts';
import type { RecordedRun } from '../plugin/provider.ts';
import { endOfRun } from './end-of-run.ts';

/** Rows of one stream that are in memory, in order of sequence number. */
export type Rows =
  | { readonly chunk: Chunk; readonly seq: Float64Array; readonly from: number; readonly to: number }
  | { readonly inputs: readonly InputRow[]; readonly seq: Float64Array; readonly from: number; readonly to: number };

/** One of the streams to merge, never with empty rows. They are good until the next ones are asked for. */
export type RowSource = AsyncGenerator<Rows, void, void>;

interface Cursor {
  readonly source: RowSource;
  rows: Rows;
  at: number;
}

/**
 * Merges streams by sequence number; rows of equal number come in the order of the sources. Each list of runs ends where
 * one of the streams needs new rows.
 */
export async function* mergeBySeq(sources: readonly RowSource[]): AsyncGenerator<readonly RecordedRun[]> {
  try {
    const started = await Promise.all(sources.map(start));
    let cursors = started.filter((cursor) => cursor !== undefined);
    while (cursors.length > 0) {
      const runs: RecordedRun[] = [];
      let cursor: Cursor;
      do {
        cursor = takeRun(cursors, runs);
      } while (cursor.at < cursor.rows.to);
      yield runs;
      if (!(await refill(cursor))) cursors = cursors.filter((other) => other !== cursor);
    }
  } finally {
    await Promise.all(sources.map((source) => source.return()));
  }
}

async function start(source: RowSource): Promise<Cursor | undefined> {
  const { value: rows } = await source.next();
  return rows ? { source, rows, at: rows.from } : undefined;
}

async function refill(cursor: Cursor): Promise<boolean> {
  const { value: rows } = await cursor.source.next();
  if (!rows) return false;
  cursor.rows = rows;
  cursor.at = rows.from;
  return true;
}

/** Moves the cursor with the lowest number up to where it is another one's turn. Of equals the first goes. */
function takeRun(cursors: readonly Cursor[], runs: RecordedRun[]): Cursor {
  let first = cursors[0]!;
  let second: Cursor | undefined;
  for (let i = 1; i < cursors.length; i++) {
    const cursor = cursors[i]!;
    if (seqOf(cursor) < seqOf(first)) {
      second = first;
      first = cursor;
    } else if (second === undefined || seqOf(cursor) < seqOf(second)) {
      second = cursor;
    }
  }
  const to = second === undefined ? first.rows.to : endOfRun(first.rows.seq, first.at, first.rows.to, seqOf(second));
  push(runs, first.rows, first.at, to);
  first.at = to;
  return first;
}

const seqOf = ({ rows, at }: Cursor): number => rows.seq[at]!;

function push(runs: RecordedRun[], rows: Rows, from: number, to: number): void {
  if ('chunk' in rows) runs.push({ chunk: rows.chunk, from, to });
  else for (const input of rows.inputs.slice(from, to)) runs.push({ input });
}
