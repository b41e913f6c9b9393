import { openTape } from '../../core/index.ts';
import { DemandBoard } from '../../core/kernel/demand-board.ts';
import { driveRecording } from '../../core/runtime/drivers/drive-recording.ts';
import type { RunSummary } from '../../core/runtime/summary.ts';
import { makeProduct } from '../pipeline/product.ts';

/** Reads a tape into columns and looks at nothing: what any replay has to wait for. */
export async function readTape(dir: string): Promise<number> {
  const tape = await openTape(dir);
  let rows = 0;
  for await (const { runs } of tape.recording().batches(new DemandBoard())) {
    for (const part of runs) if ('chunk' in part) rows += part.to - part.from;
  }
  return rows;
}

/** The same tape through kernel, strategy and orders, as `runtime replay` does it. */
export async function replayTape(dir: string): Promise<RunSummary> {
  const recording = (await openTape(dir)).recording();
  const run = makeProduct(recording, { bars: [], ticks: 'none' });
  const { done } = await driveRecording(run, {
    recording,
    speed: Number.POSITIVE_INFINITY,
    marketOnly: true,
    forUs: undefined,
  });
  await done;
  return run.finish();
}
