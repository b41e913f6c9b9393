import { CHUNK_KINDS, type ChunkKind } from '../domain/chunk.ts';
import type { RecordedBatch } from '../plugin/provider.ts';
import { inputBatches, marketBatches, type Span } from './batches.ts';
import type { TapeStream } from './columns.ts';
import { mergeBySeq, type Rows } from './merge.ts';
import type { Segment } from './segment.ts';
import type { TapeSegments } from './segments.ts';
import { SeriesReader } from './series-reader.ts';

export interface RecordingOptions extends Span {
  /** Also read the venue's numbers and nanosecond remainders, which are 0 otherwise. */
  readonly identity?: boolean | undefined;
}

/** Market rows and inputs of a tape in sequence order; market rows come before inputs of equal number. */
export async function* recordedBatches(
  segments: TapeSegments,
  { identity = false, ...span }: RecordingOptions,
): AsyncGenerator<RecordedBatch> {
  const streams = [...CHUNK_KINDS, 'inputs' as const];
  const total = streams.reduce((sum, stream) => sum + sizeOf(segments[stream]), 0);
  const read = new Map<TapeStream, number>();

  async function* marketRows(kind: ChunkKind): AsyncGenerator<Rows, void, void> {
    for await (const { rows, from, to, bytesRead } of marketBatches(kind, segments[kind], { identity, ...span })) {
      read.set(kind, bytesRead);
      yield { chunk: rows, seq: rows.seq, from, to };
    }
  }
  async function* inputRows(): AsyncGenerator<Rows, void, void> {
    for await (const { rows, from, to, bytesRead } of inputBatches(segments.inputs, span)) {
      read.set('inputs', bytesRead);
      yield { inputs: rows, seq: Float64Array.from(rows, ({ seq }) => seq), from, to };
    }
  }

  for await (const runs of mergeBySeq([...CHUNK_KINDS.map(marketRows), inputRows()])) {
    yield { runs, progress: [...read.values()].reduce((sum, bytes) => sum + bytes, 0) / total };
  }
}

function sizeOf(segments: readonly Segment[]): number {
  const series = new SeriesReader(segments);
  return series.bytesBefore(series.batches);
}
