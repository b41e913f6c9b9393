import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chunk, type MarketEvent, openTape, SIDE_BUY, SIDE_SELL } from '#core';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'core/cli/bin.js');
/** As short as it may be in the usual run; GATEWAY_SECONDS=20 for a closer look. */
const SECONDS = Number(process.env['GATEWAY_SECONDS'] ?? 5);
const RATE = 50;

const configs = readdirSync(join(root, 'config')).filter((name) => name.endsWith('-gateway.yaml'));

/** What the protocols do not carry: compared only where they do. */
interface Carries {
  readonly side: boolean;
}
const carries = (name: string): Carries => ({
  side: !name.startsWith('finnhub'),
});

const runCli = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], { cwd: root, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Record<string, unknown>;
};

describe.each(configs)('config/%s', (name) => {
  const provider = name.replace(/(-futures)?-gateway\.yaml$/, '');
  let dir: string;
  let summary: Record<string, unknown>;
  let sent: readonly MarketEvent[];
  beforeAll(
    async () => {
      dir = mkdtempSync(join(tmpdir(), 'millrace-gateway-'));
      const log = join(dir, 'sent.ndjson');
      summary = await runCli(
        ...['start', `config/${name}`, '--for', `${SECONDS}s`, '--json'],
        ...['--set', `providers.${provider}.loopback.sent=${log}`, '--set', `persistence.tape.folder=${dir}`],
        ...['--set', `providers.${provider}.loopback.rate=${RATE}`],
        // So lively that a few seconds bring decisions.
        ...['timeframe=250ms', 'fast=1', 'slow=2'].flatMap((set) => ['--set', `strategies.sma-cross.${set}`]),
      );
      const lines = readFileSync(log, 'utf8').trim().split('\n');
      sent = lines.map((line) => JSON.parse(line) as MarketEvent);
    },
    30_000 + SECONDS * 1000,
  );
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('records the trades that the venue sent, in count and content', async () => {
    const { trades } = await rowsOf(summary['tape'] as string, carries(name));
    const expected = sent.filter((event) => event.kind === 'trade').map((event) => tradeText(event, carries(name)));
    expect(trades.length).toBeGreaterThan(SECONDS * RATE * 0.4);
    // What the venue sent in the last moments may have been on its way when the run ended.
    const late = expected.length - trades.length;
    expect(late).toBeLessThan(RATE);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(trades.toSorted()).toEqual(expected.filter((text) => trades.includes(text)).toSorted());
    expect(expected.slice(0, trades.length - RATE).every((text) => trades.includes(text))).toBe(true);
  });

  it('replays to the same decisions', async () => {
    const replayed = await runCli('replay', summary['tape'] as string, '--json');
    expect(replayed['decisionHash']).toBe(summary['decisionHash']);
    expect(replayed['events']).toEqual(summary['events']);
    expect(summary['decisions']).toBeGreaterThan(0);
  });

  it('has nothing bad to tell of its connection', () => {
    const [connection] = summary['connections'] as readonly Record<string, unknown>[];
    expect(connection).toMatchObject({ provider, reconnects: 0, bad: {}, gaps: 0 });
    expect(summary['dropped']).toEqual({});
  });
});

const tradeText = (event: Extract<MarketEvent, { kind: 'trade' }>, { side }: Carries): string =>
  [event.instrument, event.price, event.size, side ? event.side : '', event.tsEvent].join(' ');

async function rowsOf(tape: string, { side }: Carries): Promise<{ readonly trades: readonly string[] }> {
  const { manifest, recording } = await openTape(tape);
  const symbols = manifest.run.instruments.map(({ symbol }) => symbol);
  const trades: string[] = [];
  const demand = { current: () => [], wants: () => true, changes$: undefined as never };
  for await (const { runs } of recording().batches(demand)) {
    for (const each of runs) {
      if ('input' in each || each.chunk.kind !== 'trades') continue;
      for (let i = each.from; i < each.to; i++) trades.push(rowText(each.chunk, i, symbols, side));
    }
  }
  return { trades };
}

function rowText(
  { inst, price, size, side, event }: Extract<Chunk, { kind: 'trades' }>,
  i: number,
  symbols: readonly string[],
  withSide: boolean,
): string {
  const name = side[i] === SIDE_BUY ? 'buy' : side[i] === SIDE_SELL ? 'sell' : 'unknown';
  return [symbols[inst[i] ?? 0], price[i], size[i], withSide ? name : '', (event[i] ?? 0) / 1000].join(' ');
}
