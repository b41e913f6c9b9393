import { Subscription as Held, type SchedulerLike, type Subscriber } from 'rxjs';
import {
  DBN_FLAG,
  DbnDecoder,
  type DbnMapping,
  type DbnSchema,
  type Demand,
  type Link,
  type Log,
  MillraceError,
  type ProviderEvent,
  RTYPE,
} from '#core';
import { Control } from './control.ts';
import type { LiveState } from './live-state.ts';
import { type Compression, START_SESSION, type Subscription, subscriptionLines } from './requests.ts';
import type { Schemas } from './schemas.ts';
import { type Gateway, lost } from './session.ts';
import { type Symbols, sameContract } from './symbology.ts';

const SNAPSHOT_COMPLETE = DBN_FLAG.snapshot | DBN_FLAG.last;
const SAMPLE_BYTES = 32;

export interface LiveParts {
  readonly gateway: Gateway;
  readonly key: string;
  readonly dataset: string;
  readonly heartbeatSeconds: number;
  readonly compression: Compression;
  readonly schemas: Schemas;
  readonly symbols: Symbols;
  /** Nanoseconds to replay from at first; 0 for all that is held. */
  readonly start: bigint | undefined;
  readonly link: Link;
  readonly log: Log;
  readonly wall: SchedulerLike;
}

/** One session from the moment that the key was accepted: what it subscribes to, and what becomes of its records. */
export class LiveConnection {
  readonly #parts: LiveParts;
  readonly #state: LiveState;
  readonly #demand: Demand;
  readonly #subscriber: Subscriber<ProviderEvent>;
  readonly #control: Control;
  readonly #decoder: DbnDecoder;
  readonly #held = new Held();
  readonly #subscribed = new Map<DbnSchema, Set<string>>();
  /** Schemas that begin at the present, so that the session's start is theirs. */
  readonly #present = new Set<DbnSchema>();
  #isLive = false;
  #requests = 0;
  #replays = 0;

  constructor(parts: LiveParts, state: LiveState, demand: Demand, subscriber: Subscriber<ProviderEvent>) {
    this.#parts = parts;
    this.#state = state;
    this.#demand = demand;
    this.#subscriber = subscriber;
    this.#control = new Control({
      ...parts,
      lastMillis: () => (state.resume.last === 0n ? undefined : Number(state.resume.last / 1000n) / 1000),
      isLive: () => this.#isLive,
      onLive: () => this.#live(),
      onAgedOut: () => state.forget(),
      onReplayed: () => state.resume.replayed(),
      fail: (error) => this.#fail(error),
    });
    this.#decoder = new DbnDecoder({
      metadata: ({ start }) => this.#begin(start),
      record: (data, at) => this.#record(data, at),
    });
    state.emit = (event) => subscriber.next(event);
  }

  /** Subscribes to what is wanted, starts the session, and follows the demand from then on. */
  open(send: (lines: readonly string[]) => void): void {
    const { gate, resume } = this.#state;
    const subscribe = (isFirst: boolean): readonly string[] => {
      gate.set(this.#demand, this.#parts.symbols);
      return this.#linesFor(this.#news(isFirst));
    };
    const lines = subscribe(true);
    this.#replays = lines.filter((line) => line.includes('|start=')).length;
    send([...lines, START_SESSION]);
    this.#held.add(
      this.#demand.changes$.subscribe(() => {
        const lines = subscribe(false);
        // A session does not replay what is asked for after its start: it begins at the present.
        resume.follow(this.#subscribed.keys(), resume.last);
        if (lines.length > 0) send(lines);
      }),
    );
  }

  take(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes);
    } catch (error) {
      if (!(error instanceof MillraceError && error.code.startsWith('DBN_'))) throw error;
      this.#parts.link.bad('stream', Buffer.from(bytes.subarray(0, SAMPLE_BYTES)).toString('hex'));
      return this.#fail(lost(this.#parts.dataset, error.problems[0]?.was ?? error.message));
    }
    this.#state.writer.flush();
  }

  close(): void {
    this.#held.unsubscribe();
  }

  #begin(start: bigint): void {
    const { resume } = this.#state;
    resume.begin(this.#replays);
    resume.follow(this.#present, start);
    if (this.#subscribed.size === 0) this.#live();
  }

  #record(data: DataView, at: number): void {
    // Records behind one that ended the session belong to the next, which is sent them again.
    if (this.#subscriber.closed) return;
    const rtype = data.getUint8(at + 1);
    if (rtype < RTYPE.status || rtype > RTYPE.system || this.#parts.schemas.byRtype(rtype) !== undefined) {
      return this.#marketRecord(data, at, rtype);
    }
    const record = this.#decoder.read(data, at);
    if (record?.kind === 'mapping') this.#map(record);
    else if (record?.kind === 'system') this.#control.system(record);
    else if (record?.kind === 'error') this.#control.error(record);
  }

  #marketRecord(data: DataView, at: number, rtype: number): void {
    const { link, schemas, symbols } = this.#parts;
    const { market, resume } = this.#state;
    const inst = this.#state.instOf(data.getUint32(at + 4, true));
    if (schemas.byRtype(rtype) === undefined) return link.bad('a record type that was not asked for', rtype);
    if (inst === undefined) return link.bad('a record before its symbol', data.getUint32(at + 4, true));
    if (!resume.accept(data, at)) return;
    this.#live();
    market.take(data, at);
    if (rtype === RTYPE.mbo && (data.getUint8(at + 36) & SNAPSHOT_COMPLETE) === SNAPSHOT_COMPLETE) {
      this.#state.followed.add(inst);
    }
    if (rtype !== RTYPE.status) return;
    const record = this.#decoder.read(data, at);
    if (record?.kind === 'status') this.#control.status(record, symbols.nameOf(inst));
  }

  #map({ instrumentId, stypeInSymbol, stypeOutSymbol }: DbnMapping): void {
    const { symbols, schemas, log, dataset } = this.#parts;
    const { market, followed } = this.#state;
    const inst = symbols.find(stypeInSymbol, stypeOutSymbol);
    if (inst === undefined) return;
    const name = symbols.nameOf(inst);
    const other = this.#state.instOf(instrumentId);
    if (other !== undefined && other !== inst) {
      return this.#fail(sameContract(stypeOutSymbol, [symbols.nameOf(other), name]));
    }
    const before = this.#state.idOf(inst);
    if (before === instrumentId) return;
    log.info(`${name} is ${stypeOutSymbol}`, { instrumentId });
    this.#state.map(instrumentId, inst);
    market.assign(instrumentId, inst, schemas.feeds);
    // The orders of another contract are not known: it has to begin with a snapshot.
    if (before !== undefined && followed.delete(inst))
      this.#fail(lost(dataset, `${name} has become ${stypeOutSymbol}`));
  }

  #live(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#subscriber.next({ kind: 'status', state: 'live' });
  }

  #fail(error: MillraceError): void {
    this.#state.writer.flush();
    this.#subscriber.error(error);
  }

  /** What is wanted and not subscribed to yet. */
  #news(isFirst: boolean): readonly Subscription[] {
    const news: Subscription[] = [];
    for (const [schema, names] of this.#parts.schemas.wanted(this.#demand.current())) {
      const known = this.#subscribed.get(schema) ?? new Set();
      const fresh = [...names].filter((name) => !known.has(name));
      if (fresh.length === 0) continue;
      this.#subscribed.set(schema, new Set([...known, ...fresh]));
      news.push(...this.#subscriptions(schema, fresh, isFirst));
    }
    return news;
  }

  #subscriptions(schema: DbnSchema, names: readonly string[], isFirst: boolean): readonly Subscription[] {
    const start = isFirst ? (this.#state.resume.startOf(schema) ?? this.#parts.start) : undefined;
    if (start === undefined) this.#present.add(schema);
    if (schema !== 'mbo') return [{ schema, symbols: names, start }];
    const { followed } = this.#state;
    const instOf = (name: string): number => this.#parts.symbols.instOf(name) ?? -1;
    // From a start of the user's own there is no snapshot: the book fills as orders come.
    if (this.#parts.start !== undefined && start !== undefined) for (const name of names) followed.add(instOf(name));
    const known = start === undefined ? [] : names.filter((name) => followed.has(instOf(name)));
    const unknown = names.filter((name) => !known.includes(name));
    if (start !== undefined) for (const name of unknown) this.#gapOf(name);
    return [
      ...(known.length === 0 ? [] : [{ schema, symbols: known, start }]),
      ...(unknown.length === 0 ? [] : [{ schema, symbols: unknown, snapshot: true }]),
    ];
  }

  /** A book that was not whole when the connection was lost begins anew, and the trades in between with it. */
  #gapOf(instrument: string): void {
    const { last } = this.#state.resume;
    const from = last === 0n ? undefined : Number(last / 1000n) / 1000;
    this.#parts.link.gap({ instrument, from, filled: 'none', reason: 'lost before the book was whole' });
  }

  #linesFor(subscriptions: readonly Subscription[]): readonly string[] {
    const { symbols } = this.#parts;
    const named = subscriptions.map((one) => ({ ...one, symbols: one.symbols.map((name) => symbols.venueOf(name)) }));
    const lines = subscriptionLines(named, this.#requests + 1);
    this.#requests += lines.length;
    return lines;
  }
}
