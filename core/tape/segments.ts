import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { TAPE_STREAMS, type TapeStream } from './columns.ts';
import { openSegment, type Segment } from './segment.ts';
import { SeriesReader } from './series-reader.ts';
import type { SeriesRecord } from './series-writer.ts';

export type TapeSegments = Readonly<Record<TapeStream, readonly Segment[]>>;

/** The segments of each stream of the tape in a folder, in order. */
export function tapeSegments(dir: string): TapeSegments {
  const files = readdirSync(dir).filter((file) => file.endsWith('.arrow'));
  files.sort();
  const of = (stream: TapeStream) => files.filter((file) => file.startsWith(`${stream}-`));
  const open = (stream: TapeStream) => of(stream).map((file) => openSegment(join(dir, file)));
  return Object.fromEntries(TAPE_STREAMS.map((stream) => [stream, open(stream)])) as unknown as TapeSegments;
}

/** What the manifest of a closed tape says of its series, from the headers of the batches. */
export function seriesRecords(segments: TapeSegments): Partial<Record<TapeStream, SeriesRecord>> {
  const records: Partial<Record<TapeStream, SeriesRecord>> = {};
  for (const stream of TAPE_STREAMS) {
    const record = seriesRecord(segments[stream]);
    if (record !== undefined) records[stream] = record;
  }
  return records;
}

function seriesRecord(segments: readonly Segment[]): SeriesRecord | undefined {
  const series = new SeriesReader(segments);
  try {
    const count = series.batches;
    if (count === 0) return undefined;
    let rows = 0;
    for (let n = 0; n < count; n++) rows += series.head(n).rows;
    const [first, last] = [series.head(0).facts, series.head(count - 1).facts];
    return {
      rows,
      segments: segments.map(({ path }) => basename(path)),
      firstSeq: first.seq[0],
      lastSeq: last.seq[1],
      firstTs: first.ts[0],
      lastTs: last.ts[1],
    };
  } finally {
    series.close();
  }
}
