import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from '../figure.ts';
import { measureGroup } from '../figure.ts';
import { makeTape } from './make-tape.ts';
import { readTape, replayTape } from './replay-tape.ts';

/** Trades per second of wall time that a replay must reach where unpacking the tape allows it. */
const TARGET_PER_SECOND = 8_000_000;

export interface TapeResult {
  readonly figures: readonly Figure[];
  /** CPU nanoseconds per row to write the tape. */
  readonly writeNs: number;
  /** Trades per second of wall time, best of all rounds. */
  readonly readPerSecond: number;
  readonly replayPerSecond: number;
  readonly target: number;
  readonly isFast: boolean;
}

/** A tape on disk, read alone and replayed. Threads unpack it, so wall time is what counts; it is noisier. */
export async function measureTape(rows: number, rounds: number): Promise<TapeResult> {
  const dir = join(mkdtempSync(join(tmpdir(), 'millrace-bench-')), 'tape');
  try {
    const writeNs = await makeTape(dir, rows);
    const read = new Stopwatch();
    const replay = new Stopwatch();
    const figures = await measureGroup({
      name: 'a tape from disk, CPU time of all threads',
      per: 'trade',
      rounds,
      cases: [
        {
          name: 'limit: unpacked into columns',
          operations: rows,
          start: () => ({ run: () => read.time(() => readTape(dir)) }),
        },
        {
          name: 'replayed, RxJS strategy on 5 s bars',
          operations: rows,
          start: () => ({ run: () => replay.time(() => replayTape(dir)) }),
        },
      ],
    });
    const readPerSecond = rows / read.best;
    const replayPerSecond = rows / replay.best;
    const target = Math.min(TARGET_PER_SECOND, readPerSecond);
    return { figures, writeNs, readPerSecond, replayPerSecond, target, isFast: replayPerSecond >= target };
  } finally {
    rmSync(join(dir, '..'), { recursive: true, force: true });
  }
}

class Stopwatch {
  /** Seconds. */
  best = Number.POSITIVE_INFINITY;

  async time(work: () => Promise<unknown>): Promise<void> {
    const before = performance.now();
    await work();
    this.best = Math.min(this.best, (performance.now() - before) / 1000);
  }
}
