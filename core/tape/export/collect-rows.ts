import type { Chunk, ChunkKind } from '../../domain/chunk.ts';
import { copyRows, newChunk } from '../copy-rows.ts';

/** Large enough for good compression, small enough to hold as strings. */
const ROWS = 65_536;

/** The rows that `keep` accepts, in chunks of equal size however they were recorded. The chunk is the same each time. */
export async function* collectRows(
  kind: ChunkKind,
  chunks: AsyncIterable<Chunk>,
  keep: (chunk: Chunk, row: number) => boolean,
): AsyncGenerator<Chunk> {
  const collected = newChunk(kind, ROWS);
  for await (const chunk of chunks) {
    for (let row = 0; row < chunk.n; ) {
      const count = runLength(chunk, row, ROWS - collected.n, keep);
      copyRows(chunk, row, collected, collected.n, count);
      collected.n += count;
      // Past the run, and past the row that ended it; a run that ended for want of room goes on.
      row += collected.n < ROWS ? count + 1 : count;
      if (collected.n < ROWS) continue;
      yield collected;
      collected.n = 0;
    }
  }
  if (collected.n > 0) yield collected;
}

/** How many rows from `start` are to be kept, up to `most`. */
function runLength(chunk: Chunk, start: number, most: number, keep: (chunk: Chunk, row: number) => boolean): number {
  const end = Math.min(chunk.n, start + most);
  let row = start;
  while (row < end && keep(chunk, row)) row++;
  return row - start;
}
