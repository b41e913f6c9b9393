import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { interval, type Subscription } from 'rxjs';
import type { StreamDemand, StreamName } from '#core';
import type { Contracts, Resolved } from './contracts.ts';
import { errorRecord, mappingRecord, metadataBlock, NOWHERE, systemRecord } from './records.ts';
import type { SentLog } from './sent-log.ts';
import type { Sent } from './venue-book.ts';
import { zstdStream } from './zstd-stream.ts';

const DATASET = 'GLBX.MDP3';
const ANY = 0xffff;
const NO_STYPE = 255;
const DEFAULT_HEARTBEAT_S = 30;
const STREAMS: Readonly<Record<string, readonly StreamName[]>> = {
  trades: ['trades'],
  tbbo: ['trades', 'quotes'],
  'mbp-1': ['trades', 'quotes'],
  'mbp-10': ['trades', 'depth'],
  mbo: ['trades', 'depth'],
  'ohlcv-1s': ['bars'],
  'ohlcv-1m': ['bars'],
  'ohlcv-1h': ['bars'],
  'ohlcv-1d': ['bars'],
};
const QUIET = ['definition', 'statistics', 'status', 'imbalance', 'ohlcv-eod', 'bbo-1s', 'bbo-1m'];
const COMPRESSIONS = ['none', 'zstd'];
const CODE = { auth: 1, symbol: 4, subscription: 5, skipped: 7, agedOut: 8 };

interface Asked {
  readonly schema: string;
  readonly stype: string;
  readonly symbols: readonly string[];
  readonly start: bigint | undefined;
  readonly snapshot: boolean;
}

/** What a client needs to know of the gateway that it has come to. */
interface Gateway {
  readonly contracts: Contracts;
  readonly log: SentLog;
  readonly key: string;
  readonly lines: string[];
  readonly isSilent: boolean;
  readonly refusesKeys: boolean;
  /** Venue time, nanoseconds. */
  now(): bigint;
  noteAsked(schema: string, id: number): void;
}

/** One client of the gateway, from the greeting to the end. */
export class LiveClient {
  readonly #socket: Socket;
  readonly #server: Gateway;
  readonly #challenge: string;
  readonly #waiting: Asked[] = [];
  readonly #ids = new Map<string, Set<number>>();
  #text = '';
  #loggedIn = false;
  #started = false;
  #heartbeatMs = DEFAULT_HEARTBEAT_S * 1000;
  #heartbeats: Subscription | undefined;
  #isQuiet = true;
  /** Frames what is sent, once the session has begun. */
  #pack = (bytes: Uint8Array): Uint8Array => bytes;

  constructor(socket: Socket, server: Gateway) {
    this.#socket = socket;
    this.#server = server;
    this.#challenge = createHash('md5').update(`${server.lines.length} ${server.now()}`).digest('hex');
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#take(bytes.toString('latin1')));
    socket.write('lsg_version=0.8.0\n');
    socket.write(`cram=${this.#challenge}\n`);
  }

  /** What the client is subscribed to. */
  demand(): readonly StreamDemand[] {
    if (!this.#started) return [];
    return [...this.#ids].flatMap(([schema, ids]) =>
      [...ids].flatMap((id) =>
        (STREAMS[schema] ?? []).map((stream) => ({ stream, instrument: this.#server.contracts.byId(id)?.name ?? '' })),
      ),
    );
  }

  deliver(records: readonly Sent[]): void {
    if (!this.#started) return;
    for (const { schema, id, bytes } of records) if (this.#ids.get(schema)?.has(id) === true) this.write(bytes);
  }

  /** Bytes within the session; they are lost while the venue is silent. */
  write(bytes: Uint8Array): void {
    if (this.#server.isSilent || !this.#started) return;
    this.#isQuiet = false;
    this.#socket.write(this.#pack(bytes));
  }

  /** An error that ends the session. */
  dismiss(code: number, text: string): void {
    this.write(errorRecord(this.#server.now(), code, text));
    this.#socket.end();
  }

  sayGoodbye(): void {
    this.#socket.end();
  }

  skip(): void {
    this.write(errorRecord(this.#server.now(), CODE.skipped, 'Slow client detected for trades: records skipped'));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  end(): void {
    this.#heartbeats?.unsubscribe();
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n'); end !== -1; end = this.#text.indexOf('\n')) {
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      this.#server.lines.push(line);
      this.#line(line);
    }
  }

  #line(line: string): void {
    const fields = new Map(line.split('|').map((pair): [string, string] => split(pair)));
    if (fields.has('auth')) this.#logIn(fields);
    else if (!this.#loggedIn) this.#socket.destroy();
    else if (fields.has('schema')) this.#subscribe(fields);
    else if (fields.has('start_session')) this.#start();
    else this.#socket.destroy();
  }

  #logIn(fields: ReadonlyMap<string, string>): void {
    const reason = this.#objection(fields);
    if (this.#server.isSilent) return;
    if (reason !== undefined) {
      this.#socket.end(`success=0|error=${reason}\n`);
      return;
    }
    this.#loggedIn = true;
    if (fields.get('compression') === 'zstd') this.#pack = zstdStream();
    this.#heartbeatMs = Number(fields.get('heartbeat_interval_s') ?? DEFAULT_HEARTBEAT_S) * 1000;
    this.#socket.write('success=1|session_id=1749800000\n');
  }

  #objection(fields: ReadonlyMap<string, string>): string | undefined {
    const { key, refusesKeys } = this.#server;
    const hash = createHash('sha256').update(`${this.#challenge}|${key}`).digest('hex');
    if (refusesKeys || fields.get('auth') !== `${hash}-${key.slice(-5)}`) return 'Authentication failed.';
    if (fields.get('dataset') !== DATASET) return `Unknown dataset ${fields.get('dataset') ?? ''}.`;
    if (fields.get('encoding') !== 'dbn') return 'Unsupported encoding.';
    if (!COMPRESSIONS.includes(fields.get('compression') ?? 'none')) return 'Unsupported compression.';
    const heartbeat = Number(fields.get('heartbeat_interval_s') ?? DEFAULT_HEARTBEAT_S);
    return heartbeat >= 5 && heartbeat <= 1800 ? undefined : 'Invalid heartbeat_interval_s.';
  }

  #subscribe(fields: ReadonlyMap<string, string>): void {
    const schema = fields.get('schema') ?? '';
    const stype = fields.get('stype_in') ?? 'raw_symbol';
    const start = fields.get('start');
    const snapshot = fields.get('snapshot') === '1';
    const symbols = (fields.get('symbols') ?? '').split(',').filter((symbol) => symbol !== '');
    const isKnown = schema in STREAMS || QUIET.includes(schema);
    const isPossible = !(snapshot && (schema !== 'mbo' || start !== undefined)) && symbols.length > 0;
    if (!isKnown || !isPossible || !this.#server.contracts.isKind(stype)) {
      this.#begin();
      this.dismiss(CODE.subscription, `Invalid subscription to ${schema}`);
      return;
    }
    const asked = { schema, stype, symbols, start: start === undefined ? undefined : BigInt(start), snapshot };
    // A running session does not replay: it takes no notice of a start.
    if (this.#started) this.#serve({ ...asked, start: undefined });
    else this.#waiting.push(asked);
  }

  #start(): void {
    this.#begin();
    for (const asked of this.#waiting) this.#serve(asked);
  }

  #begin(): void {
    if (this.#started) return;
    this.#started = true;
    const { log } = this.#server;
    const start = log.latest > 0n ? log.latest + 1n : this.#server.now();
    const facts = { dataset: DATASET, schema: ANY, start, end: NOWHERE, stypeIn: NO_STYPE, mappings: [] };
    this.write(metadataBlock(facts));
    this.#heartbeats = interval(this.#heartbeatMs).subscribe(() => {
      if (this.#isQuiet) this.write(systemRecord(this.#server.now(), 0, 'Heartbeat'));
      this.#isQuiet = true;
    });
  }

  #serve({ schema, stype, symbols, start, snapshot }: Asked): void {
    const { contracts, log } = this.#server;
    if (start !== undefined && start !== 0n && start < log.agedOut) {
      return this.dismiss(CODE.agedOut, 'The requested start is no longer held');
    }
    const resolved: Resolved[] = [];
    for (const symbol of symbols) {
      const found = contracts.resolve(symbol, stype);
      if (found.length === 0) this.#saySymbol(symbol);
      resolved.push(...found);
    }
    const fresh = this.#note(schema, resolved);
    const now = this.#server.now();
    for (const { contract, asked, stype: kind } of resolved) {
      this.write(mappingRecord(now, { id: contract.id, stype: kind, asked, raw: contract.raw }));
    }
    this.write(systemRecord(now, 1, `Subscription request for ${schema} data succeeded`));
    if (snapshot)
      for (const { contract } of resolved) for (const bytes of contract.book.snapshot(now)) this.write(bytes);
    if (start === undefined) return;
    for (const { bytes } of log.select(schema, fresh, start)) this.write(bytes);
    this.write(systemRecord(now, 3, `Finished ${schema} replay`));
  }

  #note(schema: string, resolved: readonly Resolved[]): ReadonlySet<number> {
    const ids = this.#ids.get(schema) ?? new Set<number>();
    this.#ids.set(schema, ids);
    const fresh = new Set(resolved.map(({ contract }) => contract.id).filter((id) => !ids.has(id)));
    for (const id of fresh) {
      ids.add(id);
      this.#server.noteAsked(schema, id);
    }
    return fresh;
  }

  #saySymbol(symbol: string): void {
    this.write(errorRecord(this.#server.now(), CODE.symbol, `Failed to resolve symbol ${symbol}`));
  }
}

function split(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}
