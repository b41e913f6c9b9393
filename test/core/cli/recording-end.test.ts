import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { answerTo } from './answer.ts';
import { zipOf } from './import/helpers.ts';

const strategy = fileURLToPath(new URL('../../fixtures/strategies/bar-lines.ts', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'millrace-end-'));
const lines = join(cwd, 'bars.csv');

async function run(...args: string[]): Promise<string> {
  const { code, out, err } = await answerTo(args, { cwd });
  expect(code, err).toBe(0);
  return out;
}

/** When the bars begin that a replay shows. */
async function barStarts(timeframe: string, ...options: string[]): Promise<readonly string[]> {
  const config = `providers: { tape: { file: gold } }
instrument: GC
strategies:
  ${strategy}: { file: ${lines}, timeframe: ${timeframe} }
`;
  writeFileSync(join(cwd, 'bars.yaml'), config);
  writeFileSync(lines, '');
  await run('replay', 'gold', '--config', 'bars.yaml', '--json', ...options);
  return readFileSync(lines, 'utf8')
    .trim()
    .split('\n')
    .map((line) => new Date(Number(line.split(',')[0])).toISOString().slice(11, 19));
}

describe('at the end of a recording', () => {
  beforeAll(async () => {
    const day = 'future/comex/tick/gc/20131007_trade.zip';
    mkdirSync(join(cwd, 'future/comex/tick/gc'), { recursive: true });
    // Trades at 23:57:10, 23:59:20 and 23:59:50 of a file that LEAN made of the whole day.
    const trades = '86230000,1300,1,usa,,0\n86360000,1300.1,2,usa,,0\n86390000,1300.2,1,usa,,0\n';
    writeFileSync(join(cwd, day), zipOf({ '20131007_gc_tick_trade_201312.csv': trades }));
    await run('import', 'lean', day, '--out', 'gold');
    return () => rmSync(cwd, { recursive: true });
  });

  it('the bars close that ended while it went on', async () => {
    expect(await barStarts('1m')).toEqual(['23:57:00', '23:59:00']);
    expect(await barStarts('1d')).toEqual(['00:00:00']);
  });

  it('those close that ended before what --until says, and no others', async () => {
    expect(await barStarts('1m', '--until', '2013-10-07T23:58:00Z')).toEqual(['23:57:00']);
    expect(await barStarts('1m', '--until', '2013-10-07T23:59:59Z')).toEqual(['23:57:00']);
    expect(await barStarts('10s', '--until', '2013-10-07T23:59:45Z')).toEqual(['23:57:10', '23:59:20']);
  });

  it('the clock is where the recording ended', async () => {
    expect(await run('inspect', 'gold')).toContain('ended      2013-10-08T00:00:00.000000Z, imported');
  });
});
