import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../core/runtime/summary.ts';
import { answerTo } from './answer.ts';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-given-up-'));
afterAll(() => rmSync(cwd, { recursive: true }));

// Port 9 is closed to every client of HTTP: the fetch standard blocks it.
const AWAY = `  bluefin: { url: 'http://127.0.0.1:9', connection: { attempts: 1, firstPause: 10ms } }\n`;
const BESIDE = '  binance: { loopback: { rate: 200 } }\n';

async function start(providers: string, instruments: string) {
  writeFileSync(
    join(cwd, 'desk.yaml'),
    `instruments: ${instruments}\nproviders:\n${providers}strategies: { ticker: {} }\n`,
  );
  const result = await answerTo(['start', 'desk.yaml', '--for', '2s', '--json'], { cwd });
  return {
    ...result,
    said: JSON.parse(result.out) as RunSummary & { readonly problems?: readonly { code: string }[] },
  };
}

describe('a provider that is given up', () => {
  it('leaves the run to the others; the one object on stdout names it, and the exit code is 1', async () => {
    const { code, err, said } = await start(
      BESIDE + AWAY,
      '{ BTCUSDT: { provider: binance }, ES: { provider: bluefin } }',
    );
    expect(said.stopped).toBe('the time given with --for is over');
    expect(said.events.trades).toBeGreaterThan(0);
    expect(said.connections).toMatchObject([
      { provider: 'binance', state: 'live' },
      { provider: 'bluefin', state: 'closed', reconnects: 1, lastError: expect.stringContaining('127.0.0.1:9') },
    ]);
    expect([said.problems?.map((problem) => problem.code), code]).toEqual([['PROVIDER_GAVE_UP'], 1]);
    expect(err).toContain('gave up for good; the run goes on with binance');
  });

  it('ends the run when it was the only one', async () => {
    const { code, said } = await start(AWAY, '{ ES: {} }');
    expect([said.stopped, said.problems?.map((problem) => problem.code), code]).toEqual([
      'bluefin gave up',
      ['PROVIDER_GAVE_UP'],
      1,
    ]);
  });
});

describe('a venue that refuses the key', () => {
  it('ends the run, and is something to correct', async () => {
    const refusing =
      '  databento: { key: none-is-needed-here, loopback: { faults: [{ fault: wrong-token, after: 0s }] } }\n';
    const { code, said } = await start(
      refusing + BESIDE,
      '{ NQZ6: { provider: databento }, BTCUSDT: { provider: binance } }',
    );
    expect([said.stopped, said.problems?.map((problem) => problem.code), code]).toEqual([
      'databento gave up',
      ['PROVIDER_AUTH'],
      2,
    ]);
  });
});
