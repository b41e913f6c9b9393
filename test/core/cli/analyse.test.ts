import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zoneTable } from '../../../core/calendar/zone-table.ts';
import { roundTicks, timeTicks } from '../../../core/cli/analyse/scale.ts';
import { QuoteChunk, SIDE_BUY, SIDE_SELL, SIDE_UNKNOWN, TradeChunk } from '../../../core/domain/chunk.ts';
import { makeInstrument } from '../../../core/domain/instrument.ts';
import { TapeWriter } from '../../../core/tape/writer.ts';
import { answerTo } from './answer.ts';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-analyse-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (...args: string[]) => answerTo(['analyse', ...args], { cwd });

/** Regular hours of CME equity futures begin at 08:30 in Chicago. */
const T = Date.parse('2024-03-07T14:30:00Z') * 1000;
const SECOND = 1_000_000;
const instruments = [
  makeInstrument({ symbol: 'ESH4', tickSize: 0.25, pointValue: 50 }, 0),
  makeInstrument({ symbol: 'SPY   240308C00515000', pointValue: 100 }, 1),
  makeInstrument({ symbol: 'SPY   240308P00510000', pointValue: 100 }, 2),
  makeInstrument({ symbol: 'WHATEVER' }, 3),
];

const tapeAt = (name: string): TapeWriter =>
  new TapeWriter(join(cwd, name), {
    id: name,
    mode: 'paper',
    startedAt: T,
    configFile: undefined,
    config: {},
    instruments,
    plugins: {},
    seed: 1,
    versions: { millrace: '0.1.0', node: '24' },
  });

async function write(name: string, chunk: TradeChunk | QuoteChunk): Promise<void> {
  const tape = tapeAt(name);
  tape.append(chunk, 0, chunk.n);
  await tape.close({ stopped: 'by hand', endedAt: T, decisions: 0, decisionHash: '', strategyHashes: {} });
}

type Row = readonly [inst: number, second: number, price: number, size: number, side: number];

function trades(...rows: readonly Row[]): TradeChunk {
  const chunk = new TradeChunk(rows.length);
  for (const [inst, second, price, size, side] of rows) {
    const i = chunk.n++;
    chunk.seq[i] = i + 1;
    chunk.recv[i] = T + second * SECOND;
    chunk.event[i] = T + second * SECOND;
    chunk.inst[i] = inst;
    chunk.price[i] = price;
    chunk.size[i] = size;
    chunk.side[i] = side;
  }
  return chunk;
}

beforeAll(async () => {
  await write(
    'mixed',
    trades(
      [0, 0, 5100, 2, SIDE_BUY],
      [1, 1, 2, 10, SIDE_BUY],
      [0, 2, 5101, 12, SIDE_SELL],
      [2, 3, 4, 25, SIDE_UNKNOWN],
      [1, 4, 3, 30, SIDE_SELL],
      [0, 5, 5100.5, 1, SIDE_UNKNOWN],
      [3, 6, 7, 1, SIDE_BUY],
    ),
  );
  const quotes = new QuoteChunk(1);
  quotes.n = 1;
  quotes.recv[0] = T;
  quotes.event[0] = T;
  quotes.seq[0] = 1;
  await write('quotes', quotes);
});

interface Json {
  readonly page?: string;
  readonly instruments: readonly { readonly instrument: string; readonly calendar: string; readonly total: object }[];
  readonly options: object;
  readonly notes: readonly string[];
}

describe('runtime analyse', () => {
  it('prints tables and writes a page, named after the tape when it is not told where', async () => {
    const { code, out, err } = await run('mixed');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('charts: mixed-volume.html');
    expect(out).toMatch(/instrument +ESH4\n/);
    expect(out).toMatch(/calendar +cme-equity, times on the clock of America\/Chicago\n/);
    expect(out).toMatch(/volume +15 in 3 trades\n/);
    expect(out).toMatch(/08:00 +15 +100\.0 % +15 +0 +2 +12 +−10 +3 +5 +5100\.8333\n/);
    const html = readFileSync(join(cwd, 'mixed-volume.html'), 'utf8');
    expect(html.match(/<h2>[^<]+/g)).toEqual(['<h2>ESH4', '<h2>WHATEVER', '<h2>Options']);
  });

  it('tells options apart from the rest, and what was paid for them', async () => {
    const { out } = await run('mixed', '--json');
    const { instruments: told, options, notes, ...rest } = JSON.parse(out) as Json;
    expect(told.map(({ instrument, calendar }) => [instrument, calendar])).toEqual([
      ['ESH4', 'cme-equity'],
      ['WHATEVER', 'crypto'],
    ]);
    expect(rest).not.toHaveProperty('page');
    expect(notes).toEqual([expect.stringContaining('no calendar is known for WHATEVER')]);
    expect(options).toMatchObject({
      calls: { volume: 40, premium: 11_000, averagePremium: { all: 2.75, buy: 2, sell: 3 } },
      puts: { volume: 25, premium: 10_000 },
      putCallRatio: { volume: 0.625, trades: 0.5 },
      strikes: [{ strike: 515 }, { strike: 510 }],
    });
  });

  it('looks at one instrument, an option too, on a calendar that is named', async () => {
    const { out } = await run('mixed', '--json', '--instrument', 'SPY   240308C00515000', '--calendar', 'us-equities');
    expect((JSON.parse(out) as Json).instruments).toMatchObject([{ calendar: 'us-equities', total: { volume: 40 } }]);
  });

  it('infers sides by the tick rule when asked, and only those that are not known', async () => {
    const totalOf = async (...options: string[]) => {
      const { out } = await run('mixed', '--json', '--instrument', 'ESH4', ...options);
      return (JSON.parse(out) as Json).instruments[0]?.total;
    };
    expect(await totalOf()).toMatchObject({ buy: 2, sell: 12, unknown: 1 });
    // The last one fell from 5101 to 5100.5.
    expect(await totalOf('--sides', 'tick')).toMatchObject({ buy: 2, sell: 13, unknown: 0 });
  });

  it.each([
    [['mixed', '--session', 'NIGHT'], 'CLI_USAGE', 'one of RTH, ETH, all'],
    [['mixed', '--instrument', 'ESH5'], 'CLI_USAGE', 'did you mean ESH4?'],
    [['mixed', '--bar', '7m'], 'CLI_USAGE', 'a length that divides a day'],
    [['mixed', '--sizes', '10,x'], 'CLI_USAGE', 'numbers above 0'],
    [['mixed', '--sides', 'guess'], 'CLI_USAGE', 'one of venue, tick'],
    [['mixed', '--calendar', 'cme-equty'], 'CALENDAR_UNKNOWN', 'did you mean cme-equity?'],
    [['mixed', '--session', 'ETH', '--instrument', 'ESH4'], 'TAPE_NO_ROWS', 'no trade of ESH4 in ETH'],
    [['quotes'], 'TAPE_NO_ROWS', 'a tape without trades, with quotes'],
    [['nowhere'], 'TAPE_NOT_FOUND', 'nowhere'],
  ])('refuses %j with %s', async (args, code, message) => {
    const { code: exit, out, err } = await run(...args);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(code);
    expect(err).toContain(message);
    expect(existsSync(join(cwd, 'quotes-volume.html'))).toBe(false);
  });
});

describe('axes', () => {
  it.each([
    [0, 10, 5, [0, 2, 4, 6, 8, 10]],
    [4799.9, 4802.1, 4, [4800, 4801, 4802]],
    [-0.25, 0.3, 5, [-0.2, 0, 0.2]],
    [3, 3, 5, [3]],
  ])('from %f to %f are marked at round numbers', (from, to, count, ticks) => {
    expect(roundTicks(from, to, count)).toEqual(ticks);
  });

  it('of time are marked at round times of the zone, over a change of clocks too', () => {
    const zone = zoneTable('America/Chicago');
    const ticks = timeTicks(Date.parse('2024-03-10T04:30Z'), Date.parse('2024-03-10T12:00Z'), zone);
    expect(ticks.map(({ at, label }) => [new Date(at).toISOString().slice(11, 16), label])).toEqual([
      ['05:00', '23:00'],
      ['06:00', '03-10'],
      ['07:00', '01:00'],
      ['08:00', '03:00'],
      ['09:00', '04:00'],
      ['10:00', '05:00'],
      ['11:00', '06:00'],
      ['12:00', '07:00'],
    ]);
  });
});
