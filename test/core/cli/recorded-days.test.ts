import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readZip } from '../../../core/cli/import/zip.ts';
import { describeWithData, sharedData } from '../../helpers/shared-data.ts';
import { answerTo } from './answer.ts';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-days-'));
afterAll(() => rmSync(cwd, { recursive: true }));

async function run(...args: string[]): Promise<string> {
  const { code, out, err } = await answerTo(args, { cwd });
  expect(code, err).toBe(0);
  return out;
}

const rowsOf = (csv: string): string[][] =>
  csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));

const barLines = fileURLToPath(new URL('../../fixtures/strategies/bar-lines.ts', import.meta.url));

describeWithData('gold futures, bars of a minute built from the trades of a day', () => {
  // LEAN builds its minute bars from the same prints; how many there are stands in the data's README.
  it.each([
    ['20131007', 1_314],
    ['20131008', 1_377],
  ])('equal the minute bars of LEAN on %s, all %i', async (day, count) => {
    const trades = sharedData(`lean/future/comex/tick/gc/${day}_trade.zip`);
    await run('import', 'lean', trades, '--contract', '201312', '--instrument', 'GC', '--out', day);
    await run('export', day, '--stream', 'bars', '--timeframe', '1m', '--format', 'csv', '--out', `${day}.csv`);

    const [header = [], ...exported] = rowsOf(readFileSync(join(cwd, `${day}.csv`), 'utf8'));
    const column = (row: readonly string[], name: string): string => row[header.indexOf(name)] ?? '';
    const prices = ['open', 'high', 'low', 'close', 'volume'];
    const ours = exported.map((row) => [
      Date.parse(column(row, 'ts_event')) - 60_000,
      ...prices.map((name) => Number(column(row, name))),
    ]);

    const entries = await readZip(sharedData(`lean/future/comex/minute/gc/${day}_trade.zip`));
    const theirs = rowsOf(entries.find(({ name }) => name.includes('201312'))?.text() ?? '');
    const midnight = Date.parse(day.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3T00:00:00Z'));
    const expected = theirs.map(([ms, ...values]) => [midnight + Number(ms), ...values.slice(0, 5).map(Number)]);
    expect(ours).toHaveLength(count);
    expect(ours).toEqual(expected);

    const seen = join(cwd, `${day}-seen.csv`);
    writeFileSync(
      join(cwd, 'bars.yaml'),
      `instrument: GC\nproviders: { tape: { file: '${day}' } }\nstrategies:\n  ${barLines}: { file: ${seen} }\n`,
    );
    await run('replay', day, '--config', 'bars.yaml');
    expect(rowsOf(readFileSync(seen, 'utf8')).map((row) => row.map(Number))).toEqual(expected);
  });
});

interface Summary {
  readonly events: { readonly trades: number };
  readonly decisions: number;
  readonly decisionHash: string;
  readonly strategies: readonly { readonly name: string; readonly decisionHash: string }[];
}

const CROSS = '  sma-cross: { timeframe: 1m, quantity: 0.1 }';
const VOTES = '  confluence: { timeframes: [1m, 5m, 15m, 1h], quantity: 0.1 }';
const FINER = '  sma-cross/finer: { timeframe: 5s, quantity: 0.1 }';

describeWithData('a day of BTCUSDT', () => {
  beforeAll(async () => {
    const day = sharedData('nautilus/crypto/binance-futures_btcusdt_trades_20200222.csv.gz');
    await run('import', 'csv', day, '--instrument', 'BTCUSDT', '--out', 'btc');
  });

  async function replay(strategies: readonly string[], ...options: string[]): Promise<Summary> {
    const name = `${strategies.length}.yaml`;
    const instruments = 'instruments: { BTCUSDT: { tickSize: 0.01, lotSize: 0.001 } }';
    const text = [instruments, 'providers: { tape: { file: btc } }', 'strategies:', ...strategies].join('\n');
    writeFileSync(join(cwd, name), `${text}\n`);
    return JSON.parse(await run('replay', 'btc', '--config', name, '--json', ...options)) as Summary;
  }
  const hashOf = ({ strategies }: Summary, strategy: string): string | undefined =>
    strategies.find(({ name }) => name === strategy)?.decisionHash;

  it('is decided alike at any speed, in whatever order the strategies stand', async () => {
    const summary = await replay([CROSS, VOTES]);
    expect(summary.events.trades).toBe(137_988);
    expect(summary.decisions).toBeGreaterThan(100);
    expect((await replay([VOTES, CROSS])).decisionHash).toBe(summary.decisionHash);
    expect((await replay([VOTES, CROSS], '--speed', '50000x')).decisionHash).toBe(summary.decisionHash);
  });

  it('is decided alike by a strategy whatever others are loaded, also when they look at finer bars', async () => {
    const alone = await replay([CROSS]);
    expect(hashOf(alone, 'sma-cross')).toBe(alone.decisionHash);
    const together = await replay([FINER, VOTES, CROSS]);
    expect(hashOf(together, 'sma-cross')).toBe(alone.decisionHash);
    expect(hashOf(together, 'confluence')).toBe(hashOf(await replay([VOTES]), 'confluence'));
  });
});
