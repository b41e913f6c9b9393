import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { answerTo } from './answer.ts';
import { bin } from './run-cli.ts';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-killed-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const CONFIG = `
instruments: { MNQ: { tickSize: 0.25 } }
providers: { simulator: { tradesPerSecond: 50 } }
strategies:
  sma-cross: { timeframe: 100ms, fast: 2, slow: 3 }
  quiet-market: { quiet: 200ms, probe: 300ms }
`;

const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, out, err } = await answerTo([...args, '--json'], { cwd });
  expect(code, err).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
};

const newest = (): string => join('runs', readdirSync(join(cwd, 'runs')).sort().at(-1) ?? '');
const hasFlushed = (tape: string): boolean => readdirSync(join(cwd, tape)).some((file) => file.startsWith('inputs'));

/** A run that was killed `ms` after its first checkpoint; returns its tape. */
async function kill(ms: number): Promise<string> {
  const before = existsSync(join(cwd, 'runs')) ? newest() : '';
  const run = spawn(process.execPath, [bin, 'start', 'run.yaml'], { cwd, stdio: 'ignore' });
  while (!existsSync(join(cwd, 'runs')) || newest() === before || !hasFlushed(newest())) await later(20);
  await later(ms);
  run.kill('SIGKILL');
  await once(run, 'exit');
  return newest();
}

describe('a run that is killed', () => {
  it('leaves a tape that replays to the hash of its last checkpoint', async () => {
    writeFileSync(join(cwd, 'run.yaml'), CONFIG);
    for (const ms of [1_300, 2_100]) {
      const tape = await kill(ms);
      const recorded = await json('hash', tape);
      expect(recorded['decisions']).toBeGreaterThan(0);
      const replayed = await json('replay', tape);
      expect(replayed).toMatchObject({
        decisions: recorded['decisions'],
        decisionHash: recorded['hash'],
        stopped: 'the recorded run was killed here',
      });
      expect(replayed['verified']).not.toHaveProperty('firstMismatch');
      expect((replayed['verified'] as { checkpoints: number }).checkpoints).toBeGreaterThan(0);
    }
  });
});
