import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerTo } from './answer.ts';

const config = fileURLToPath(new URL('../../../config/sma-cross.yaml', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'millrace-replay-set-'));
afterAll(() => rmSync(cwd, { recursive: true }));

interface Summary {
  readonly tape: string;
  readonly decisions: number;
  readonly decisionHash: string;
}

async function summaryOf(...args: string[]): Promise<Summary> {
  const { code, out, err } = await answerTo([...args, '--json'], { cwd });
  expect(code, err).toBe(0);
  return JSON.parse(out) as Summary;
}

describe('runtime replay --set', () => {
  let recorded: Summary;
  beforeAll(async () => {
    recorded = await summaryOf('start', config, '--set', 'providers.simulator.pace=max', '--for', '20m');
    expect(recorded.decisions).toBeGreaterThan(0);
  });

  it("overrides the tape's own configuration, and is not held to what the run decided", async () => {
    const other = await summaryOf('replay', recorded.tape, '--set', 'strategies.sma-cross.fast=3');
    expect(other.decisions).toBeGreaterThan(0);
    expect(other.decisionHash).not.toBe(recorded.decisionHash);
    expect((await summaryOf('replay', recorded.tape)).decisionHash).toBe(recorded.decisionHash);
  });

  it('refuses a span that holds nothing of the recording, and says which it has', async () => {
    const { code, err } = await answerTo(['replay', recorded.tape, '--from', '2030-01-01T00:00:00Z'], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/--from 2030-01-01T00:00:00.000000Z\n.*2026-01-05T14:30:00/);
  });

  it('overrides another configuration in the same way', async () => {
    const set = ['--set', 'strategies.sma-cross.fast=3'];
    const own = await summaryOf('replay', recorded.tape, ...set);
    const other = await summaryOf('replay', recorded.tape, '--config', config, ...set);
    expect(other.decisionHash).toBe(own.decisionHash);
  });

  it('reports every mistake with the option that made it', async () => {
    const set = ['--set', 'strategies.sma-cross.fst=3', '--set', 'paper.latency=-1', '--set', 'nonsense'];
    const { code, out, err } = await answerTo(['replay', recorded.tape, ...set], { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(
      err
        .split('\n')
        .filter((line) => line.startsWith('--set'))
        .toSorted(),
    ).toEqual(['--set nonsense', '--set paper.latency', '--set strategies.sma-cross.fst']);
  });
});
