import type { Chunk } from '../domain/chunk.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Demand } from '../plugin/demand.ts';
import type { RecordedBatch, RecordedRun, Recording } from '../plugin/provider.ts';
import { endOfRun } from './end-of-run.ts';

type MarketRun = Extract<RecordedRun, { chunk: Chunk }>;

interface Cursor {
  readonly batches: AsyncIterator<RecordedBatch>;
  /** Instrument number in the recording → number in the merged one. */
  readonly numbers: readonly number[];
  runs: readonly MarketRun[];
  run: number;
  at: number;
  progress: number;
}

/**
 * One recording made of several, in order of receipt time; rows of equal time come in the order of the recordings. Rows are
 * numbered anew from 1, and instruments by the sorted list of all symbols (the first recording that has one describes it).
 *
 * Only market rows: the answers of a broker and the stops of one run mean nothing among the rows of another.
 */
export function mergeRecordings(recordings: readonly Recording[]): Recording {
  const instruments = mergeInstruments(recordings);
  return {
    instruments,
    from: Math.min(...recordings.map(({ from }) => from)),
    until: Math.max(...recordings.map(({ until }) => until)),
    endsAt: Math.max(...recordings.map(({ endsAt, until }) => endsAt ?? until)),
    batches: (demand) => mergedBatches(recordings, instruments, demand),
  };
}

function mergeInstruments(recordings: readonly Recording[]): readonly InstrumentSpec[] {
  const known = new Map<string, InstrumentSpec>();
  for (const spec of recordings.flatMap(({ instruments }) => instruments)) {
    if (!known.has(spec.symbol)) known.set(spec.symbol, spec);
  }
  return [...known.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

async function* mergedBatches(
  recordings: readonly Recording[],
  instruments: readonly InstrumentSpec[],
  demand: Demand,
): AsyncGenerator<RecordedBatch> {
  const all = recordings.map((recording) => cursorOf(recording, instruments, demand));
  try {
    const started = await Promise.all(all.map(refill));
    let cursors = all.filter((_, i) => started[i]);
    let seq = 1;
    while (cursors.length > 0) {
      const runs: MarketRun[] = [];
      let cursor: Cursor;
      do {
        cursor = takeRun(cursors, runs);
        seq = renumber(runs.at(-1)!, cursor.numbers, seq);
      } while (cursor.run < cursor.runs.length);
      yield { runs, progress: all.reduce((sum, { progress }) => sum + progress, 0) / all.length };
      if (!(await refill(cursor))) cursors = cursors.filter((other) => other !== cursor);
    }
  } finally {
    await Promise.all(all.map(async ({ batches }) => batches.return?.()));
  }
}

function cursorOf(recording: Recording, instruments: readonly InstrumentSpec[], demand: Demand): Cursor {
  const numbers = recording.instruments.map((spec) => instruments.findIndex(({ symbol }) => symbol === spec.symbol));
  const batches = recording.batches(demand)[Symbol.asyncIterator]();
  return { batches, numbers, runs: [], run: 0, at: 0, progress: 0 };
}

/** Moves on to the next batch that has market rows. */
async function refill(cursor: Cursor): Promise<boolean> {
  for (;;) {
    const step = await cursor.batches.next();
    if (step.done === true) return false;
    cursor.progress = step.value.progress;
    cursor.runs = step.value.runs.filter((run): run is MarketRun => 'chunk' in run);
    cursor.run = 0;
    cursor.at = cursor.runs[0]?.from ?? 0;
    if (cursor.runs.length > 0) return true;
  }
}

/**
 * Moves the cursor with the earliest row up to where it is another one's turn, or to the end of its run. Of equals the
 * first goes.
 */
function takeRun(cursors: readonly Cursor[], runs: MarketRun[]): Cursor {
  const [first, second] = cursors.toSorted((a, b) => recvOf(a) - recvOf(b));
  const { chunk, to } = first!.runs[first!.run]!;
  const end = second === undefined ? to : endOfRun(chunk.recv, first!.at, to, recvOf(second));
  runs.push({ chunk, from: first!.at, to: end });
  first!.at = end;
  if (end === to) {
    first!.run++;
    first!.at = first!.runs[first!.run]?.from ?? 0;
  }
  return first!;
}

const recvOf = ({ runs, run, at }: Cursor): number => runs[run]!.chunk.recv[at]!;

// In place: the rows of a batch are the consumer's until it asks for the next one.
function renumber({ chunk, from, to }: MarketRun, numbers: readonly number[], seq: number): number {
  for (let row = from; row < to; row++) {
    chunk.seq[row] = seq + row - from;
    chunk.inst[row] = numbers[chunk.inst[row]!]!;
  }
  return seq + to - from;
}
