import { TapeWriter } from '../../core/index.ts';
import { makeInstruments, START, tradeChunks } from '../data/trades.ts';
import { cpuNanos } from '../measure.ts';

/** As an import writes them. */
const BATCH_ROWS = 65_536;
const INSTRUMENTS = 1;

/** Writes a tape of invented trades. Returns the CPU nanoseconds per row that writing took, without making the rows up. */
export async function makeTape(dir: string, rows: number): Promise<number> {
  const writer = new TapeWriter(
    dir,
    {
      id: 'bench',
      mode: 'replay',
      startedAt: START,
      configFile: undefined,
      config: {},
      instruments: makeInstruments(INSTRUMENTS),
      plugins: {},
      seed: 0,
      versions: { millrace: 'bench', node: process.versions.node },
    },
    { batchRows: BATCH_ROWS },
  );
  let spent = 0;
  let last = START;
  for (const chunk of tradeChunks(rows, INSTRUMENTS, BATCH_ROWS)) {
    const before = cpuNanos();
    writer.append(chunk, 0, chunk.n);
    spent += cpuNanos() - before;
    last = chunk.recv[chunk.n - 1]!;
  }
  const before = cpuNanos();
  await writer.close({ stopped: 'made', endedAt: last, decisions: 0, decisionHash: '', strategyHashes: {} });
  return (spent + cpuNanos() - before) / rows;
}
