import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  BarChunk,
  type Chunk,
  type Demand,
  DepthChunk,
  makeInstrument,
  QuoteChunk,
  type RecordedRun,
  type RunInfo,
  type RunSummaryRecord,
  type Tape,
  TradeChunk,
} from '#core';

/** 2024-08-08T23:54:15Z in microseconds. */
export const START = 1_723_161_255_000_000;

export const run: RunInfo = {
  id: 'run-1',
  mode: 'paper',
  startedAt: START,
  configFile: 'config/demo.yaml',
  config: { instruments: ['BTCUSDT', 'ESZ5'] },
  instruments: [
    makeInstrument({ symbol: 'BTCUSDT', tickSize: 0.1 }, 0),
    makeInstrument({ symbol: 'ESZ5', tickSize: 0.25, pointValue: 50 }, 1),
  ],
  plugins: { simulator: '0.1.0' },
  seed: 7,
  versions: { millrace: '0.1.0', node: 'v24.0.0' },
};

export const summary: RunSummaryRecord = {
  stopped: 'the test is over',
  endedAt: START + 60_000_000,
  decisions: 0,
  decisionHash: 'c0ffee',
  strategyHashes: {},
};

/** A folder that goes when the test ends. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-tape-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

interface Stamps {
  readonly seq: number;
  readonly recv?: number;
  readonly recvNs?: number;
  readonly event?: number;
  readonly eventNs?: number;
  readonly inst?: number;
  readonly id?: number;
}
type Row<Name extends string> = Stamps & Readonly<Partial<Record<Name, number>>>;
type Tradelike = Row<'price' | 'size' | 'side'>;
type Quotelike = Row<'bid' | 'bidSize' | 'ask' | 'askSize'>;
type Depthlike = Row<'price' | 'size' | 'side' | 'flags'>;
type Barlike = Row<'span' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'trades'>;

export const trades = (rows: readonly Tradelike[]): Chunk => fill(new TradeChunk(rows.length), rows);
export const quotes = (rows: readonly Quotelike[]): Chunk => fill(new QuoteChunk(rows.length), rows);
export const depth = (rows: readonly Depthlike[]): Chunk => fill(new DepthChunk(rows.length), rows);
export const bars = (rows: readonly Barlike[]): Chunk => fill(new BarChunk(rows.length), rows);

/** Receipt time of a row that names none: one millisecond per sequence number. */
export const recvOf = (seq: number): number => START + 1_000 * seq;

function fill(chunk: Chunk, rows: readonly Stamps[]): Chunk {
  rows.forEach((row, at) => {
    const stamped = { recv: recvOf(row.seq), event: recvOf(row.seq) - 300, ...row };
    for (const [name, value] of Object.entries(stamped)) column(chunk, name)[at] = value;
  });
  chunk.n = rows.length;
  return chunk;
}

/** The rows of a chunk as objects, every column of it. */
export function rowsOf(chunk: Chunk, from = 0, to = chunk.n): Record<string, number>[] {
  const names = Object.keys(chunk).filter((name) => ArrayBuffer.isView(column(chunk, name)));
  return Array.from({ length: to - from }, (_, row) =>
    Object.fromEntries(names.map((name) => [name, column(chunk, name)[from + row] ?? Number.NaN])),
  );
}

const column = (chunk: Chunk, name: string) => (chunk as unknown as Record<string, Float64Array>)[name] ?? [];

const nobody: Demand = {
  current: () => [],
  wants: () => false,
  get changes$(): never {
    throw new Error('a tape does not watch the demand');
  },
};

/** One entry per market row and input, in the order of a recording. */
export async function replayed(tape: Tape, options?: Parameters<Tape['recording']>[0]): Promise<string[]> {
  const order: string[] = [];
  for await (const { runs } of tape.recording(options).batches(nobody)) order.push(...runs.flatMap(labels));
  return order;
}

function labels(recorded: RecordedRun): string[] {
  if ('input' in recorded) return [`input ${recorded.input.seq} ${recorded.input.kind}`];
  const { chunk, from, to } = recorded;
  return rowsOf(chunk, from, to).map(({ seq }) => `${chunk.kind} ${seq}`);
}

export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

/** All rows of one kind. */
export async function readRows(tape: Tape, kind: Chunk['kind']): Promise<Record<string, number>[]> {
  const rows: Record<string, number>[] = [];
  for await (const chunk of tape.rows(kind)) rows.push(...rowsOf(chunk));
  return rows;
}
