import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrialReport } from '../../../core/cli/session/connection-trial.ts';
import { answerTo } from './answer.ts';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-connect-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const tiny = fileURLToPath(new URL('../../fixtures/providers/tiny/index.ts', import.meta.url));

function config(name: string, options: string, instruments = '[NQ, ES]'): string {
  const file = join(cwd, `${name}.yaml`);
  const providers = `providers:\n  ${tiny}: { ${options} }\n`;
  writeFileSync(file, `instruments: ${instruments}\n${providers}strategies: { ticker: {} }\n`);
  return file;
}

const played = 'url: "ws://x", token: secret-token-81f, loopback: { rate: 100 }';

async function connect(file: string, ...args: readonly string[]) {
  const { code, out, err } = await answerTo(['connect', file, '--json', ...args], { cwd });
  const { ok, providers } = JSON.parse(out) as { ok: boolean; providers: readonly TrialReport[] };
  return { code, ok, out: out + err, report: providers[0], providers };
}

describe('runtime connect', () => {
  it('shows what came of every stream and instrument, and how the line was', async () => {
    const { code, ok, report, out } = await connect(config('good', played), '--for', '1s');
    expect({ code, ok, provider: report?.provider }).toEqual({ code: 0, ok: true, provider: tiny });
    expect(report?.capabilities.streams).toEqual(['trades', 'quotes', 'depth']);
    expect(report?.streams.map(({ stream, instrument, verdict }) => [stream, instrument, verdict])).toEqual(
      ['ES', 'NQ'].flatMap((symbol) => ['trades', 'quotes', 'depth'].map((stream) => [stream, symbol, 'data'])),
    );
    for (const { rows, firstAfterMs } of report?.streams ?? []) {
      expect(rows).toBeGreaterThan(10);
      expect(firstAfterMs).toBeLessThan(1000);
    }
    expect(report?.liveAfterMs).toBeGreaterThan(0);
    expect(report?.statistics).toMatchObject({ health: 100, gaps: 0, bad: {}, reconnects: 0, connects: 1 });
    expect(report?.statistics?.lagMs?.p99).toBeLessThan(500);
    expect(out).not.toContain('secret-token-81f');
  });

  it('is readable: a verdict, then each stream by name, then the line', async () => {
    const { code, out } = await answerTo(['connect', config('text', played), '--for', '1s'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/✓ .*tiny\/index\.ts {2}live after \d+ ms, health 100 of 100\n/);
    expect(out).toMatch(/✓ trades {2}NQ {2}\d+ rows, the first after \d+ ms\n/);
    expect(out).toMatch(/bad frames {2}none\n/);
  });

  it('names an unknown host, and what to do', async () => {
    const { code, ok, report } = await connect(
      config('host', 'url: "ws://no-such-host.invalid", token: t'),
      '--for',
      '1s',
    );
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    const [problem] = report?.problems ?? [];
    expect(problem).toMatchObject({ code: 'NET_UNREACHABLE', fix: expect.stringContaining('the host is unknown') });
    expect(problem?.was).toContain('no-such-host.invalid');
  });

  it('names a port where nothing listens', async () => {
    const { code, report } = await connect(
      config('port', `url: "ws://127.0.0.1:${await freePort()}", token: t`),
      '--for',
      '1s',
    );
    expect(code).toBe(1);
    expect(report?.problems[0]).toMatchObject({ fix: expect.stringContaining('nothing listens at that port') });
  });

  it('ends at once when the venue refuses the key', async () => {
    const refused = `${played.replace('rate: 100', 'rate: 100, faults: [{ fault: wrong-token, after: 0s }]')}`;
    const startedAt = Date.now();
    const { code, report, out } = await connect(config('key', refused), '--for', '1m');
    expect(code).toBe(1);
    expect(report?.problems[0]).toMatchObject({ code: 'PROVIDER_AUTH', fix: 'check the variable that holds it' });
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect(out).not.toContain('secret-token-81f');
  });

  it('says which stream did not come', async () => {
    const faults = 'faults: [{ fault: silent, after: 0s }]';
    // The line is given up as silent, so that the venue is subscribed again when it has a book to show.
    const connection = 'connection: { silence: 200ms, firstPause: 10ms }';
    const silent = `${played.replace('rate: 100', `rate: 100, ${faults}`)}, ${connection}`;
    const { code, report } = await connect(config('silent', silent), '--for', '2s');
    expect(code).toBe(1);
    const missing = report?.streams.filter(({ verdict }) => verdict === 'missing') ?? [];
    // The venue sends the book when it is subscribed, and nothing after that.
    expect(missing.map(({ stream, instrument }) => `${stream} ${instrument}`)).toEqual(['quotes ES', 'quotes NQ']);
    expect(missing[0]?.why).toBe('depth came, but no quotes: does the plan include them?');
  });

  it('refuses a faulty configuration with exit code 2', async () => {
    const { code, out } = await answerTo(['connect', config('bad', 'url: 5, token: t'), '--json'], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toHaveProperty('problems');
  });
});

/** A port on which nothing listens any more. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
