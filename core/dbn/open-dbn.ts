import type { Micros } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { RecordedBatch, Recording } from '../plugin/provider.ts';
import { endOfRun } from '../tape/end-of-run.ts';
import { mergeRecordings } from '../tape/merge-recordings.ts';
import { planDbn } from './plan.ts';
import { type DbnRowsOptions, readDbnRows } from './read-rows.ts';
import { type DbnSurvey, surveyDbn } from './survey.ts';

export interface DbnOpenOptions extends Omit<DbnRowsOptions, 'targets'> {
  /** First receipt time, and the one to stop before. Books begin with the first row that is played. */
  readonly from?: Micros | undefined;
  readonly until?: Micros | undefined;
}

/**
 * DBN files as a recording: `.dbn`, `.dbn.zst`, and fragments. Files whose times overlap are merged by receipt time, others
 * are read one after the other, so that a year of days does not lie open at once.
 *
 * Errors  those of reading a file; DBN_VERSION and DBN_CORRUPT for one that does not begin as DBN; while it is read, see
 *         `DbnRowsOptions.damaged`; DBN_EMPTY when no file has a market row
 */
export async function openDbn(files: string | readonly string[], options: DbnOpenOptions = {}): Promise<Recording> {
  const surveys: DbnSurvey[] = [];
  for (const file of [files].flat()) surveys.push(await surveyDbn(file));
  const { instruments, targets } = planDbn(surveys);
  if (instruments.length === 0) throw noRows(surveys);
  const specs = instruments.map(({ spec }) => spec);
  const recordings = lanesOf(surveys.filter(({ rtypes }) => rtypes.size > 0)).map(
    (lane): Recording => ({
      instruments: specs,
      from: Math.max(lane[0]?.from ?? 0, options.from ?? -Infinity),
      until: Math.min(lane.at(-1)?.until ?? 0, options.until ?? Infinity),
      batches: () => readLane(lane, { ...options, targets }),
    }),
  );
  const [only] = recordings;
  return only !== undefined && recordings.length === 1 ? only : mergeRecordings(recordings);
}

/** Files in order of time, in as few rows of files as can follow each other. */
function lanesOf(surveys: readonly DbnSurvey[]): readonly (readonly DbnSurvey[])[] {
  const lanes: DbnSurvey[][] = [];
  for (const survey of surveys.toSorted((a, b) => a.from - b.from)) {
    const lane = lanes.find((files) => (files.at(-1)?.until ?? Infinity) <= survey.from);
    if (lane === undefined) lanes.push([survey]);
    else lane.push(survey);
  }
  return lanes;
}

async function* readLane(
  lane: readonly DbnSurvey[],
  { from = -Infinity, until = Infinity, ...options }: DbnOpenOptions & DbnRowsOptions,
): AsyncGenerator<RecordedBatch> {
  const bytes = lane.reduce((sum, survey) => sum + survey.bytes, 0);
  let before = 0;
  let seq = 1;
  for (const survey of lane) {
    for await (const { runs, progress } of readDbnRows(survey, options)) {
      const kept = runs.flatMap((run) => within(run, from, until));
      for (const { chunk, from: first, to } of kept) for (let row = first; row < to; row++) chunk.seq[row] = seq++;
      yield { runs: kept, progress: (before + progress * survey.bytes) / bytes };
      const last = runs.at(-1);
      if (last !== undefined && (last.chunk.recv[last.to - 1] ?? 0) >= until) return;
    }
    before += survey.bytes;
  }
}

type Run = Extract<RecordedBatch['runs'][number], { chunk: unknown }>;

/** The rows of a run that are within a span; receipt times do not go down. */
function within({ chunk, from, to }: Run, since: Micros, until: Micros): readonly Run[] {
  const at = (row: number): Micros => chunk.recv[row] ?? Infinity;
  const first = at(from) >= since ? from : endOfRun(chunk.recv, from, to, since);
  if (first === to || at(first) >= until) return [];
  return [{ chunk, from: first, to: endOfRun(chunk.recv, first, to, until) }];
}

const noRows = (surveys: readonly DbnSurvey[]): MillraceError =>
  new MillraceError({
    code: 'DBN_EMPTY',
    where: { file: surveys[0]?.file },
    was: `${surveys[0]?.metadata?.schema ?? 'records'} without a trade, quote, order or bar`,
    expected: 'market data',
    fix: 'name a file of trades, mbp-1, mbp-10, mbo, bbo or ohlcv',
  });
