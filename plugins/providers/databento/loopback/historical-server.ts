import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { zstdCompressSync } from 'node:zlib';
import { closeLocally, listenLocally } from '#core/testing';
import type { Contracts } from './contracts.ts';
import { barRecord, metadataBlock } from './records.ts';
import type { SentLog } from './sent-log.ts';

const USD_PER_RANGE = 0.01;
const NS_PER_MS = 1_000_000n;
const MOST_BARS = 100_000;
const SCHEMA_NUMBERS: Readonly<Record<string, number>> = {
  mbo: 0,
  'mbp-1': 1,
  'mbp-10': 2,
  tbbo: 3,
  trades: 4,
  'ohlcv-1s': 5,
  'ohlcv-1m': 6,
  'ohlcv-1h': 7,
  'ohlcv-1d': 8,
};
const BARS: Readonly<Record<string, readonly [rtype: number, spanMs: number]>> = {
  'ohlcv-1s': [0x20, 1000],
  'ohlcv-1m': [0x21, 60_000],
  'ohlcv-1h': [0x22, 3_600_000],
  'ohlcv-1d': [0x23, 86_400_000],
};
const STYPE_NUMBERS: Readonly<Record<string, number>> = { instrument_id: 0, raw_symbol: 1, continuous: 3, parent: 4 };

class Refusal extends Error {
  readonly status: number;
  readonly kind: string;

  constructor(status: number, kind: string, message: string) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

/** The bar that the venue's history has for an interval: made of its time, so that anyone can say what it must be. */
function historicalBar(startMs: number, spanMs: number) {
  const open = 20_000 + ((startMs / spanMs) % 100);
  return { open, high: open + 2, low: open - 1, close: open + 1, volume: 10 };
}

/** The historical API, as far as the provider uses it: what was sent live, and invented bars for all times. */
export class HistoricalServer {
  isBusy = false;
  refusesKeys = false;
  /** Methods that were called, in order. */
  readonly calls: string[] = [];
  readonly #contracts: Contracts;
  readonly #log: SentLog;
  readonly #key: string;
  readonly #now: () => number;
  #server: Server | undefined;

  constructor(contracts: Contracts, log: SentLog, key: string, now: () => number) {
    this.#contracts = contracts;
    this.#log = log;
    this.#key = key;
    this.#now = now;
  }

  async listen(): Promise<number> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    return listenLocally(server);
  }

  async close(): Promise<void> {
    await closeLocally(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await textOf(request);
      const url = new URL(request.url ?? '/', 'http://localhost');
      this.#admit(request);
      const method = url.pathname.replace('/v0/', '');
      this.calls.push(method);
      const fields = request.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
      const answer = this.#call(method, fields);
      if (answer instanceof Uint8Array) response.end(answer);
      else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error));
      if (refusal.status === 429) response.setHeader('retry-after', '1');
      response.statusCode = refusal.status;
      response.end(JSON.stringify({ detail: { case: refusal.kind, message: refusal.message } }));
    }
  }

  #admit({ headers }: IncomingMessage): void {
    const expected = `Basic ${Buffer.from(`${this.#key}:`).toString('base64')}`;
    if (this.refusesKeys || headers.authorization !== expected) {
      throw new Refusal(401, 'auth_authentication_failed', 'Authentication failed.');
    }
    if (this.isBusy) throw new Refusal(429, 'rate_limit', 'Too many requests.');
  }

  #call(method: string, fields: URLSearchParams): unknown {
    if (fields.get('dataset') !== 'GLBX.MDP3') throw new Refusal(422, 'data_unknown_dataset', 'Unknown dataset.');
    switch (method) {
      case 'timeseries.get_range':
        return this.#range(fields);
      case 'metadata.get_cost':
        return USD_PER_RANGE;
      case 'metadata.get_dataset_range':
        return { start: '2010-06-06T00:00:00.000000000Z', end: new Date(this.#now()).toISOString() };
      case 'symbology.resolve':
        return this.#resolve(fields);
      default:
        throw new Refusal(404, 'not_found', `No method ${method}.`);
    }
  }

  #resolve(fields: URLSearchParams): unknown {
    const stype = fields.get('stype_in') ?? 'raw_symbol';
    const toId = fields.get('stype_out') === 'instrument_id';
    const symbols = (fields.get('symbols') ?? '').split(',');
    const result = symbols.map((symbol): [string, unknown] => [
      symbol,
      this.#contracts.resolve(symbol, stype).map(({ contract: { id, raw } }) => ({
        d0: fields.get('start_date'),
        d1: '2100-01-01',
        s: toId ? String(id) : raw,
      })),
    ]);
    return {
      result: Object.fromEntries<unknown>(result),
      symbols,
      partial: [],
      not_found: [],
      message: 'OK',
      status: 0,
    };
  }

  #range(fields: URLSearchParams): Uint8Array {
    const schema = fields.get('schema') ?? '';
    const stype = fields.get('stype_in') ?? 'raw_symbol';
    const [from, until] = [Date.parse(fields.get('start') ?? ''), Date.parse(fields.get('end') ?? '')];
    if (!(from < until)) throw new Refusal(422, 'data_time_range_start_on_or_after_end', 'Invalid time range query.');
    if (!(schema in SCHEMA_NUMBERS)) throw new Refusal(422, 'data_schema_unknown', `Unknown schema ${schema}.`);
    const symbols = (fields.get('symbols') ?? '').split(',');
    const resolved = symbols.flatMap((symbol) => this.#contracts.resolve(symbol, stype));
    if (resolved.length === 0)
      throw new Refusal(422, 'symbology_invalid_request', 'None of the symbols could be resolved.');
    const ids = new Set(resolved.map(({ contract }) => contract.id));
    const head = metadataBlock({
      dataset: 'GLBX.MDP3',
      schema: SCHEMA_NUMBERS[schema] ?? 0,
      start: BigInt(from) * NS_PER_MS,
      end: BigInt(until) * NS_PER_MS,
      stypeIn: STYPE_NUMBERS[stype] ?? 1,
      mappings: resolved.map(({ contract, asked }) => [stype === 'parent' ? contract.raw : asked, contract.id]),
    });
    const bars = BARS[schema];
    const rows = bars === undefined ? this.#sent(schema, ids, from, until) : barsOf(bars, ids, from, until);
    return zstdCompressSync(Buffer.concat([head, ...rows]));
  }

  #sent(schema: string, ids: ReadonlySet<number>, from: number, until: number): readonly Uint8Array[] {
    const within = (recv: bigint): boolean => recv >= BigInt(from) * NS_PER_MS && recv < BigInt(until) * NS_PER_MS;
    const records = this.#log.select(schema, ids, 0n).filter(({ recv }) => within(recv));
    return records.map(({ bytes }) => bytes);
  }
}

function barsOf(
  [rtype, spanMs]: readonly [number, number],
  ids: ReadonlySet<number>,
  from: number,
  until: number,
): readonly Uint8Array[] {
  const rows: Uint8Array[] = [];
  for (let start = Math.ceil(from / spanMs) * spanMs; start < until && rows.length < MOST_BARS; start += spanMs) {
    for (const id of ids) rows.push(barRecord(rtype, id, BigInt(start) * NS_PER_MS, historicalBar(start, spanMs)));
  }
  return rows;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
