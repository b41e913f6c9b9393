import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOf } from '../places.ts';
import { makeTape } from './make-tape.ts';

const CHILD = fileOf('tape/memory-child');
const SHORT_ROWS = 5_000_000;
const LONG_ROWS = 50_000_000;
/** Those that `runtime replay` gives itself. */
const REPLAY_FLAGS = ['--max-semi-space-size=4'];
/** How much more a long replay may hold. */
const ALLOWED_MB = 20;

export interface MemoryResult {
  readonly shortMb: number;
  readonly longMb: number;
  readonly allowedMb: number;
  readonly isFlat: boolean;
}

/** Peak resident memory of a replay of 5 and of 50 million trades, each in a process of its own. */
export async function measureMemory(): Promise<MemoryResult> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  try {
    const shortMb = await peakOf(join(folder, 'short'), SHORT_ROWS);
    const longMb = await peakOf(join(folder, 'long'), LONG_ROWS);
    return { shortMb, longMb, allowedMb: ALLOWED_MB, isFlat: longMb - shortMb <= ALLOWED_MB };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function peakOf(dir: string, rows: number): Promise<number> {
  await makeTape(dir, rows);
  const child = spawnSync(process.execPath, [...process.execArgv, ...REPLAY_FLAGS, CHILD, dir], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`the replay of ${rows} trades failed: ${child.stderr}`);
  rmSync(dir, { recursive: true });
  return Number(child.stdout);
}
