import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeInstrument, openTape, type Provider, TapeWriter, toMicros } from '#core';
import { isoMicros } from '../../../../core/domain/time.ts';
import tape from '../../../../plugins/providers/tape/index.ts';
import { answerTo } from '../../../core/cli/answer.ts';
import { run, summary, tempDir, trades } from '../../../core/tape/tapes.ts';
import { startProvider } from '../../../helpers/provider-rig.ts';

type Row = readonly [at: string, price: number, size: number];

// ESH24 expires on 15 March 2024, the third Friday; trading usually goes over on the Thursday of the week before, 7 March.
// Trading dates of cme-equity open at 17:00 in Chicago on the day before, 23:00 UTC before the change of clocks.
const ESH24: readonly Row[] = [
  ['2024-03-06T15:00:00Z', 5100, 9],
  ['2024-03-07T15:00:00Z', 5110, 2],
  ['2024-03-08T15:00:00Z', 5120, 1],
];
const ESM24: readonly Row[] = [
  ['2024-03-06T15:00:01Z', 5160, 1],
  ['2024-03-07T15:00:01Z', 5171, 8],
  ['2024-03-08T15:00:01Z', 5182, 9],
];

async function record(dir: string, symbol: string, rows: readonly Row[]): Promise<void> {
  const at = (i: number): number => toMicros(Date.parse(rows[i]?.[0] ?? ''));
  const instruments = [makeInstrument({ symbol, tickSize: 0.25, pointValue: 50 }, 0)];
  const writer = new TapeWriter(join(dir, symbol), { ...run, instruments, startedAt: at(0) });
  rows.forEach(([, price, size], i) => {
    writer.append(trades([{ seq: i, recv: at(i), event: at(i), price, size }]), 0, 1);
  });
  await writer.close(summary);
}

/** Orders at each trade and at each roll, so that the decision log tells what it saw. */
const witness = fileURLToPath(new URL('../../../fixtures/strategies/witness.ts', import.meta.url));

async function folder(...tapes: readonly (readonly [string, readonly Row[]])[]): Promise<string> {
  const dir = tempDir();
  for (const [symbol, rows] of tapes) await record(dir, symbol, rows);
  return dir;
}

async function open(dir: string, names: readonly string[], continuous: object): Promise<Provider> {
  const file = names.map((name) => join(dir, name));
  return (await startProvider(tape, { file, continuous }, { requested: [], demand: [] })).provider;
}

/** Why the strategy ordered what it ordered, with the time in UTC. */
async function witnessed(tape: string): Promise<readonly string[]> {
  const reasons: string[] = [];
  for await (const { kind, text, ts } of (await openTape(tape)).decisions()) {
    if (kind === 'order') reasons.push(`${isoMicros(ts).slice(5, 16)} ${(JSON.parse(text) as string[]).at(-1)}`);
  }
  return reasons;
}

describe('the tapes of two contracts as one series', () => {
  it.each([
    [
      'roll: volume, adjust: difference',
      // By hand: 5171 − 5110 = 61 on the last date before the roll, on which ESM24 was traded more.
      ['03-06T15:00 trade at 5161', '03-07T15:00 trade at 5171', '03-07T23:00 roll', '03-08T15:00 trade at 5182'],
      'ESH24 to ESM24 on 2024-03-08, 61',
    ],
    [
      'roll: date',
      // Prices as traded: 5160 − 5100 = 60.
      ['03-06T15:00 trade at 5100', '03-06T23:00 roll', '03-07T15:00 trade at 5171', '03-08T15:00 trade at 5182'],
      'ESH24 to ESM24 on 2024-03-07, 60',
    ],
  ])(
    'are played with %s, tell strategies of the roll, and replay to the same decisions',
    async (how, expected, roll) => {
      const dir = await folder(['ESH24', ESH24], ['ESM24', ESM24]);
      writeFileSync(
        join(dir, 'series.yaml'),
        `providers: { tape: { file: [ESM24, ESH24], continuous: { symbol: ES.c.0, ${how} } } }\n` +
          `strategies: { ${witness}: {} }\npersistence: { tape: { folder: runs } }\n`,
      );
      const { code, out, err } = await answerTo(['start', 'series.yaml', '--json'], { cwd: dir });
      expect(code, err).toBe(0);
      const { tape } = JSON.parse(out) as { tape: string };
      expect(await witnessed(tape)).toEqual(expected.map((line) => line.replace(/roll$/, roll)));
      expect((await openTape(tape)).instruments).toMatchObject([
        { symbol: 'ES.c.0', tickSize: 0.25, pointValue: 50, calendar: 'cme-equity' },
      ]);
      const again = await answerTo(['replay', tape, '--json'], { cwd: dir });
      expect(again.code, again.err).toBe(0);
    },
  );
});

describe('the contracts of a series', () => {
  it.each([
    [
      'are all of the root that the tapes have, in order of expiry, whichever way their year is written',
      ['ESM4', 'ESH24'],
    ],
    ['leave out those of another root', ['ESM4', 'NQH24', 'ESH24']],
  ])('%s', async (_, symbols) => {
    const dir = await folder(...symbols.map((symbol) => [symbol, symbol.endsWith('24') ? ESH24 : ESM24] as const));
    const { instruments } = await open(dir, symbols, { symbol: 'ES.c.0' });
    expect(instruments).toMatchObject([{ symbol: 'ES.c.0', description: 'ESH24, ESM4 in turn' }]);
  });

  it('are those that are named, of a root of which nothing is known', async () => {
    const dir = await folder(['FGBLH24', ESH24], ['FGBLM24', ESM24]);
    const contracts = ['FGBLH24', 'FGBLM24'];
    const { instruments } = await open(dir, contracts, { symbol: 'FGBL', contracts, calendar: 'crypto' });
    expect(instruments).toMatchObject([{ symbol: 'FGBL', calendar: 'crypto' }]);
  });

  it.each([
    ['one contract alone', ['ESH24'], { symbol: 'ES.c.0' }, 'ROLL_UNKNOWN_CONTRACT', 'ESH24 of ES among ESH24'],
    ['a root without known contracts', ['FGBLH24'], { symbol: 'FGBL.c.0' }, 'CALENDAR_UNKNOWN', "'FGBL'"],
    [
      'a root without a calendar',
      ['FGBLH24', 'FGBLM24'],
      { symbol: 'FGBL.c.0', contracts: ['FGBLH24', 'FGBLM24'] },
      'CALENDAR_UNKNOWN',
      'nothing is known of FGBL',
    ],
    [
      'usual dates for a contract that had expired',
      ['ESZ23', 'ESH24'],
      { symbol: 'ES.c.0', contracts: ['ESZ23', 'ESH24'], roll: 'date' },
      'ROLL_DATES',
      'ESZ23',
    ],
  ])('cannot be %s', async (_, symbols, series, code, was) => {
    const dir = await folder(...symbols.map((symbol) => [symbol, ESH24] as const));
    const refused = open(dir, symbols, series);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(was);
  });
});

describe('the options of a series', () => {
  it.each([
    ['another rule', { roll: 'open interest' }],
    ['a date that is none', { roll: ['2024-02-30'] }],
    ['one contract', { contracts: ['ESH24'] }],
    ['another adjustment', { adjust: 'log' }],
  ])('refuse %s', (_, wrong) => {
    const options = { file: ['a', 'b'], continuous: { symbol: 'ES.c.0', ...wrong } };
    expect(tape.options.safeParse(options).success).toBe(false);
  });
});
