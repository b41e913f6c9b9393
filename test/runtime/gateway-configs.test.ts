import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chunk, DEPTH_LAST, DEPTH_SNAPSHOT, type MarketEvent, openTape, SIDE_BUY, SIDE_SELL } from '#core';
import { answerTo } from '../core/cli/answer.ts';
import { bin } from '../core/cli/run-cli.ts';
import { SLOW } from '../helpers/slow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** As short as it may be in the usual run; GATEWAY_SECONDS=20 for a closer look. */
const SECONDS = Number(process.env['GATEWAY_SECONDS'] ?? (SLOW ? 5 : 2));
const RATE = 50;

const configs = readdirSync(join(root, 'config')).filter((name) => name.endsWith('-gateway.yaml'));

/** What a protocol carries; the rest of an event cannot be compared. */
interface Carries {
  readonly side: boolean;
  readonly quotes: 'all' | 'untimed' | 'prices' | 'none';
  readonly depth: boolean;
  readonly bars: boolean;
}
const ALL: Carries = { side: true, quotes: 'all', depth: true, bars: false };
const CARRIED: Readonly<Record<string, Carries>> = {
  // Best quotes of the spot market come without a time.
  binance: { ...ALL, bars: true, quotes: 'untimed' },
  'binance-futures': { ...ALL, bars: true },
  bluefin: { ...ALL, quotes: 'none', depth: false },
  ccxt: { ...ALL, quotes: 'none' },
  databento: ALL,
  finnhub: { side: false, quotes: 'none', depth: false, bars: false },
  projectx: { ...ALL, quotes: 'prices' },
};

/** In a process of its own: this one may be busy when a trade comes, and then it is late for its bar. */
const start = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const options = { cwd: root, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'start', ...args], options);
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
      summary = await start(
        ...[`config/${name}`, '--for', `${SECONDS}s`, '--json'],
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

  it('records what the venue sent, in count and content', async () => {
    const carries = CARRIED[name.replace('-gateway.yaml', '')] as Carries;
    const found = await linesOf(summary['tape'] as string, carries);
    const expected = new Lines(carries);
    for (const event of sent) expected.addEvent(event);
    expect(found.trades.length).toBeGreaterThan(SECONDS * RATE * 0.4);
    expectSame(found.trades, expected.trades);
    expectSame(found.quotes, expected.quotes);
    expectSame(found.bars, expected.bars);
    expect(found.quotes.length > 10).toBe(carries.quotes !== 'none');
    expect(found.books.size > 0).toBe(carries.depth);
    for (const [symbol, books] of found.books) {
      // The last book that was recorded is one that the venue had within its last moments.
      expect(expected.books.get(symbol)?.slice(-RATE), symbol).toContain(books.at(-1));
    }
  });

  it('replays to the same decisions', async () => {
    const { code, out, err } = await answerTo(['replay', summary['tape'] as string, '--json'], { cwd: root });
    expect(code, err).toBe(0);
    const replayed = JSON.parse(out) as Record<string, unknown>;
    expect(replayed['decisionHash']).toBe(summary['decisionHash']);
    expect(replayed['events']).toEqual(summary['events']);
    expect(summary['decisions']).toBeGreaterThan(0);
  });

  it('has nothing bad to tell of its connection', () => {
    const [connection] = summary['connections'] as readonly Record<string, unknown>[];
    expect(connection).toMatchObject({ provider, reconnects: 0, bad: {}, gaps: 0 });
    // A trade that comes after its bar says that this machine was busy.
    const { 'trades too late for their bar': late = 0, ...dropped } = summary['dropped'] as Record<string, number>;
    expect(dropped).toEqual({});
    expect(late).toBeLessThan(RATE);
  });
});

/** Equal, but for what was on its way when the run ended. */
function expectSame(found: readonly string[], expected: readonly string[]): void {
  const late = expected.length - found.length;
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(RATE);
  // Two trades of one millisecond may be equal in everything, so lines are counted.
  const left = new Map<string, number>();
  for (const line of expected) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of found) left.set(line, (left.get(line) ?? 0) - 1);
  expect([...left].filter(([, times]) => times < 0)).toEqual([]);
}

/** Events as lines that can be compared, and the books that they lead to. */
class Lines {
  readonly trades: string[] = [];
  readonly quotes: string[] = [];
  readonly bars: string[] = [];
  /** By symbol: the five best of each side after each message. */
  readonly books = new Map<string, string[]>();
  private readonly carries: Carries;
  private readonly levels = new Map<string, Map<string, number>>();

  constructor(carries: Carries) {
    this.carries = carries;
  }

  addEvent(event: MarketEvent): void {
    const { instrument: symbol, tsEvent = 0 } = event;
    if (event.kind === 'trade') this.addTrade(symbol, event.price, event.size, event.side ?? 'unknown', tsEvent);
    else if (event.kind === 'quote') {
      this.addQuote(symbol, [event.bid ?? Number.NaN, event.ask ?? Number.NaN, event.bidSize, event.askSize], tsEvent);
    } else if (event.kind === 'bar') {
      const { start, open, high, low, close, volume } = event;
      this.addBar(symbol, [start, open, high, low, close, volume]);
    } else {
      if (event.snapshot === true) this.clearBook(symbol);
      for (const [price, size] of event.bids) this.setLevel(symbol, 'bid', price, size);
      for (const [price, size] of event.asks) this.setLevel(symbol, 'ask', price, size);
      this.noteBook(symbol);
    }
  }

  addTrade(symbol: string, price: number, size: number, side: string, ts: number): void {
    this.trades.push([symbol, price, size, this.carries.side ? side : '', ts].join(' '));
  }

  addQuote(symbol: string, values: readonly number[], ts: number): void {
    const { quotes } = this.carries;
    if (quotes === 'none') return;
    const carried = quotes === 'prices' ? values.slice(0, 2) : values;
    this.quotes.push([symbol, ...carried, quotes === 'untimed' ? '' : ts].join(' '));
  }

  addBar(symbol: string, values: readonly number[]): void {
    if (this.carries.bars) this.bars.push([symbol, ...values].join(' '));
  }

  clearBook(symbol: string): void {
    this.levels.set(symbol, new Map());
  }

  setLevel(symbol: string, side: 'bid' | 'ask', price: number, size: number): void {
    const levels = this.levels.get(symbol) ?? new Map<string, number>();
    this.levels.set(symbol, levels);
    if (size === 0) levels.delete(`${side} ${price}`);
    else levels.set(`${side} ${price}`, size);
  }

  noteBook(symbol: string): void {
    if (!this.carries.depth) return;
    const sorted = [...(this.levels.get(symbol) ?? [])].map(([key, size]) => `${key} × ${size}`).sort();
    this.books.set(symbol, [...(this.books.get(symbol) ?? []), sorted.join(', ')]);
  }
}

async function linesOf(tape: string, carries: Carries): Promise<Lines> {
  const { manifest, recording } = await openTape(tape);
  const symbols = manifest.run.instruments.map(({ symbol }) => symbol);
  const lines = new Lines(carries);
  const demand = { current: () => [], wants: () => true, changes$: undefined as never };
  for await (const { runs } of recording().batches(demand)) {
    for (const each of runs) {
      if ('input' in each) continue;
      for (let i = each.from; i < each.to; i++) addRow(lines, each.chunk, i, symbols);
    }
  }
  return lines;
}

function addRow(lines: Lines, chunk: Chunk, i: number, symbols: readonly string[]): void {
  const symbol = symbols[chunk.inst[i] ?? 0] ?? '';
  const of = (column: Float64Array): number => column[i] ?? Number.NaN;
  const ts = of(chunk.event) / 1000;
  if (chunk.kind === 'trades') {
    const side = chunk.side[i] === SIDE_BUY ? 'buy' : chunk.side[i] === SIDE_SELL ? 'sell' : 'unknown';
    lines.addTrade(symbol, of(chunk.price), of(chunk.size), side, ts);
  } else if (chunk.kind === 'quotes') {
    lines.addQuote(symbol, [chunk.bid, chunk.ask, chunk.bidSize, chunk.askSize].map(of), ts);
  } else if (chunk.kind === 'bars') {
    const { span, open, high, low, close, volume } = chunk;
    lines.addBar(symbol, [ts - of(span) / 1000, ...[open, high, low, close, volume].map(of)]);
  } else {
    const flags = chunk.flags[i] ?? 0;
    if ((flags & DEPTH_SNAPSHOT) !== 0) lines.clearBook(symbol);
    lines.setLevel(symbol, chunk.side[i] === SIDE_BUY ? 'bid' : 'ask', of(chunk.price), of(chunk.size));
    if ((flags & DEPTH_LAST) !== 0) lines.noteBook(symbol);
  }
}
