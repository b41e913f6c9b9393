import { BehaviorSubject, type Subscription, VirtualTimeScheduler } from 'rxjs';
import {
  type Chunk,
  type Demand,
  type InstrumentSpec,
  type Provider,
  type ProviderEvent,
  type ProviderPlugin,
  type StreamDemand,
  type StreamName,
  toMicros,
} from '#core';
import { SeededRandom } from '../../core/domain/random.ts';
import { testLink, testNet } from '../helpers/provider-rig.ts';

/** One row of any kind, on its own: what outlives a chunk that the provider refills. */
export interface SeenRow {
  readonly stream: StreamName;
  readonly instrument: string;
  readonly event: number;
  /** `undefined` where the runtime will stamp it. */
  readonly recv: number | undefined;
  readonly values: Readonly<Record<string, number>>;
}

/** A demand that a test can change. */
export class TestDemand implements Demand {
  readonly #now: BehaviorSubject<readonly StreamDemand[]>;
  readonly changes$;

  constructor(...wanted: readonly StreamDemand[]) {
    this.#now = new BehaviorSubject(wanted);
    this.changes$ = this.#now.asObservable();
  }

  current = (): readonly StreamDemand[] => this.#now.value;
  wants = (stream: StreamName, instrument: string): boolean =>
    this.#now.value.some((one) => one.stream === stream && one.instrument === instrument);
  change(...wanted: readonly StreamDemand[]): void {
    this.#now.next(wanted);
  }

  /** How many are told of changes. */
  get listeners(): number {
    return this.#now.observed ? 1 : 0;
  }
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A provider on virtual time, and everything that it says. */
export async function openProvider(plugin: ProviderPlugin, options: unknown, requested: readonly InstrumentSpec[]) {
  const wall = new VirtualTimeScheduler();
  let slept = 0;
  wall.now = () => wall.frame + slept;
  const provider: Provider = await plugin.create({
    name: plugin.type,
    options: plugin.options.parse(options),
    requested,
    log,
    random: new SeededRandom(1, plugin.type),
    wall,
    net: testNet(),
    link: testLink(),
    baseDir: process.cwd(),
  });
  const symbols = (provider.instruments ?? requested).map(({ symbol }) => symbol);
  return {
    provider,
    wall,
    symbols,
    /** Lets `ms` of wall-clock time pass. */
    pass: (ms: number): void => {
      wall.maxFrames = wall.frame + ms;
      wall.flush();
      wall.frame = wall.maxFrames;
    },
    /** The computer sleeps: the wall clock goes on, timers do not. */
    sleep: (ms: number): void => {
      slept += ms;
    },
    connect: (demand: Demand): Connection => connect(provider, demand, symbols),
  };
}

export interface Connection {
  readonly rows: SeenRow[];
  /** How the stream ended. */
  ended: 'complete' | 'error' | undefined;
  readonly subscription: Subscription;
}

function connect(provider: Provider, demand: Demand, symbols: readonly string[]): Connection {
  if (provider.events === undefined) throw new Error('the provider has no events');
  const rows: SeenRow[] = [];
  const state: { ended: Connection['ended'] } = { ended: undefined };
  const subscription = provider.events(demand).subscribe({
    next: (event) => rows.push(...rowsOf(event, symbols, provider.clock === 'events')),
    complete: () => {
      state.ended = 'complete';
    },
    error: () => {
      state.ended = 'error';
    },
  });
  return {
    rows,
    get ended() {
      return state.ended;
    },
    subscription,
  };
}

const STREAM = { trade: 'trades', quote: 'quotes', depth: 'depth', bar: 'bars' } as const;
const STAMPS = ['seq', 'recv', 'recvNs', 'event', 'eventNs', 'inst'];

function rowsOf(event: ProviderEvent, symbols: readonly string[], ownClock: boolean): SeenRow[] {
  if ('capacity' in event) return chunkRows(event, symbols, ownClock);
  if (event.kind === 'status' || event.kind === 'report') return [];
  const { kind, instrument, tsEvent, tsRecv, ...rest } = event;
  const values = Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
  const recv = ownClock && tsRecv !== undefined ? toMicros(tsRecv) : undefined;
  return [{ stream: STREAM[kind], instrument, event: toMicros(tsEvent ?? 0), recv, values }];
}

function chunkRows(chunk: Chunk, symbols: readonly string[], ownClock: boolean): SeenRow[] {
  const columns = Object.entries(chunk).filter(
    ([name, column]) => ArrayBuffer.isView(column) && !STAMPS.includes(name),
  );
  return Array.from({ length: chunk.n }, (_, row) => ({
    stream: chunk.kind,
    instrument: symbols[chunk.inst[row] ?? -1] ?? `unknown number ${chunk.inst[row]}`,
    event: chunk.event[row] ?? 0,
    recv: ownClock ? chunk.recv[row] : undefined,
    values: Object.fromEntries(columns.map(([name, column]) => [name, column[row]])),
  }));
}
