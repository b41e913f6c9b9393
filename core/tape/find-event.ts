import { CHUNK_KINDS, type ChunkKind } from '../domain/chunk.ts';
import type { RecordedRun } from '../plugin/provider.ts';
import { decodeInputs } from './batches.ts';
import { MarketReader } from './market-reader.ts';
import type { Segment } from './segment.ts';
import type { TapeSegments } from './segments.ts';
import { SeriesReader } from './series-reader.ts';

/** The market rows, or else the input, of a sequence number. Reads one batch of each stream. */
export async function findEvent(segments: TapeSegments, seq: number): Promise<RecordedRun | undefined> {
  for (const kind of CHUNK_KINDS) {
    const rows = await findRows(kind, segments[kind], seq);
    if (rows !== undefined) return rows;
  }
  return findInput(segments.inputs, seq);
}

async function findRows(kind: ChunkKind, segments: readonly Segment[], seq: number): Promise<RecordedRun | undefined> {
  const series = new SeriesReader(segments);
  try {
    const n = series.firstFrom(seq);
    if (n === series.batches) return undefined;
    const market = new MarketReader(kind, series, true);
    const chunk = market.decode(await market.unpack(n));
    const numbers = chunk.seq.subarray(0, chunk.n);
    const from = numbers.indexOf(seq);
    return from < 0 ? undefined : { chunk, from, to: numbers.lastIndexOf(seq) + 1 };
  } finally {
    series.close();
  }
}

async function findInput(segments: readonly Segment[], seq: number): Promise<RecordedRun | undefined> {
  const series = new SeriesReader(segments);
  try {
    const n = series.firstFrom(seq);
    if (n === series.batches) return undefined;
    const input = decodeInputs(await series.read(n)).find((row) => row.seq === seq);
    return input && { input };
  } finally {
    series.close();
  }
}
