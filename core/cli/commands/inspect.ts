import { CHUNK_KINDS } from '../../domain/chunk.ts';
import { type Instrument, makeInstrument } from '../../domain/instrument.ts';
import { openTape, type Tape } from '../../tape/reader.ts';
import { counted } from '../counted.ts';
import { type RunFacts, runFacts } from '../inspect/run-facts.ts';
import { type StreamFacts, StreamScan } from '../inspect/stream-facts.ts';
import { table } from '../table.ts';

export interface InspectOptions {
  /** One JSON object on stdout in place of the tables. */
  readonly json?: boolean | undefined;
}

/**
 * `runtime inspect <tape>`: what is on a tape, per stream and instrument, and how its run ended. Reads every row once, in
 * memory that does not grow with the tape.
 *
 * Errors: those of opening and reading a tape
 */
export async function runInspect(tapeDir: string, { json }: InspectOptions): Promise<number> {
  const tape = await openTape(tapeDir);
  const run = await runFacts(tape);
  const streams = await streamFacts(tape);
  process.stdout.write(
    json === true ? `${JSON.stringify({ tape: tapeDir, run, streams })}\n` : report(tapeDir, run, streams),
  );
  return 0;
}

async function streamFacts(tape: Tape): Promise<StreamFacts[]> {
  const instruments = tape.instruments.map(makeInstrument);
  const facts: StreamFacts[] = [];
  for (const kind of CHUNK_KINDS) {
    const scans = new Map<Instrument, StreamScan>();
    for await (const chunk of tape.rows(kind)) {
      for (let i = 0; i < chunk.n; i++) {
        const instrument = instruments[chunk.inst[i] ?? 0];
        if (instrument === undefined) continue;
        const scan = scans.get(instrument) ?? new StreamScan(kind, instrument);
        if (!scans.has(instrument)) scans.set(instrument, scan);
        scan.add(chunk, i);
      }
    }
    facts.push(...[...scans.values()].map((scan) => scan.facts()));
  }
  return facts;
}

function report(tapeDir: string, run: RunFacts, streams: readonly StreamFacts[]): string {
  const head = [
    ['tape', tapeDir],
    ['run', `${run.id}, ${run.mode}, millrace ${run.millrace}`],
    ['started', run.startedAt],
    ['ended', run.endedAt === undefined ? run.end : `${run.endedAt}, ${run.stopped ?? run.end}`],
    ['decisions', `${count(run.decisions)}, ${counted(run.checkpoints, 'checkpoint')}`],
    ...(run.decisionHash === undefined ? [] : [['hash', run.decisionHash]]),
    ...run.problems.map((problem) => ['problem', problem]),
  ];
  const parts = [table(head), ...streams.map((facts) => table(streamLines(facts)))];
  return `${parts.join('\n\n')}\n`;
}

function streamLines(facts: StreamFacts): string[][] {
  const { silences, skew, missingIds, outOfOrder, offGrid, crossed } = facts;
  const tally = (label: string, n: number | undefined): string[][] =>
    n === undefined || n === 0 ? [] : [[label, count(n)]];
  return [
    [facts.stream, `${facts.instrument}  ${counted(facts.rows, 'row')}`],
    ['  from', facts.first],
    ['  until', facts.last],
    ['  rate', `${decimal(facts.perSecond)} per second, ${count(facts.busiestSecond)} in the busiest`],
    [
      '  silence',
      `${decimal(silences.longestMs / 1000)} s at most, ${count(silences.count)} over ${decimal(silences.overMs / 1000)} s`,
    ],
    ['  skew', skew === undefined ? 'no receipt times of their own' : skewText(skew)],
    ...tally('  missing trade ids', missingIds),
    ...tally('  older than the row before', outOfOrder),
    ...tally('  off the tick grid', offGrid),
    ...tally('  crossed', crossed),
  ];
}

const skewText = ({ medianMs, leastMs, mostMs }: NonNullable<StreamFacts['skew']>): string =>
  `${decimal(medianMs)} ms in the middle, ${decimal(leastMs)} to ${decimal(mostMs)} ms (receipt minus venue time)`;

const count = (n: number): string => n.toLocaleString('en-US');
const decimal = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 1 });
