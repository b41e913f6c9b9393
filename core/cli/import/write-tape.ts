import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { type Instrument, makeInstrument } from '../../domain/instrument.ts';
import type { Micros } from '../../domain/time.ts';
import type { RunInfo } from '../../plugin/persistence.ts';
import { TapeWriter } from '../../tape/writer.ts';
import { packageVersion } from '../package-info.ts';
import type { ImportPlan } from './import-plan.ts';
import { ImportTotals } from './import-totals.ts';
import { IMPORTED } from './imported.ts';
import { mergeSources } from './merge-sources.ts';

/** Large batches: smaller on disk and faster to read, and nobody waits for a row of an import. */
const BATCH_ROWS = 65_536;

/**
 * Writes the rows of a plan as a tape. An import that fails leaves no tape behind; one without rows writes none.
 *
 * Errors: TAPE_EXISTS, and those of reading the files
 */
export async function writeTape(
  out: string,
  plan: ImportPlan,
  onProgress: (share: number) => void,
): Promise<ImportTotals> {
  const instruments = plan.instruments.map(makeInstrument);
  const totals = new ImportTotals(instruments);
  const isOurFolder = !existsSync(out);
  let tape: TapeWriter | undefined;
  try {
    await mergeSources(
      plan.sources,
      (run) => {
        tape ??= new TapeWriter(out, runInfo(out, instruments, run.chunk.recv[run.from] ?? 0), {
          batchRows: BATCH_ROWS,
        });
        tape.append(run.chunk, run.from, run.to);
        totals.add(run);
      },
      onProgress,
    );
    await tape?.close({
      stopped: IMPORTED,
      endedAt: Math.max(totals.until, ...plan.sources.map(({ endsAt }) => endsAt ?? 0)),
      decisions: 0,
      decisionHash: '',
      strategyHashes: {},
    });
  } catch (error) {
    if (isOurFolder) rmSync(out, { recursive: true, force: true });
    throw error;
  }
  return totals;
}

/** What a recorded run would have said of itself: its instruments, and nothing that decides. */
function runInfo(out: string, instruments: readonly Instrument[], startedAt: Micros): RunInfo {
  const settings = ({ tickSize, pointValue, lotSize, currency, calendar }: Instrument): object => ({
    tickSize,
    pointValue,
    lotSize,
    currency,
    calendar,
  });
  return {
    id: basename(out),
    mode: 'replay',
    startedAt,
    configFile: undefined,
    config: {
      instruments: Object.fromEntries(instruments.map((instrument) => [instrument.symbol, settings(instrument)])),
    },
    instruments,
    plugins: {},
    seed: 0,
    versions: { millrace: packageVersion, node: process.versions.node },
  };
}
