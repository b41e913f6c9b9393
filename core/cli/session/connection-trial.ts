import { NEVER } from 'rxjs';
import type { LoadedProvider } from '../../config/run-config.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { SeededRandom } from '../../domain/random.ts';
import type { Problem } from '../../errors/millrace-error.ts';
import type { Demand, StreamDemand, StreamName } from '../../plugin/demand.ts';
import type { ConnectionStatistics } from '../../plugin/statistics.ts';
import type { RowsEvent } from '../../runtime/connections/connection-record.ts';
import { Supervisor } from '../../runtime/connections/supervisor.ts';
import { wallMicros } from '../../runtime/wall.ts';
import type { NamedProvider } from './create-providers.ts';
import { explainFailure } from './explain-failure.ts';
import { judgeStreams, type StreamTrial, type Tally } from './judge-streams.ts';
import { overhear } from './overhear.ts';

const ALL_STREAMS: readonly StreamName[] = ['trades', 'quotes', 'depth', 'bars'];
const STREAM_OF = { trade: 'trades', quote: 'quotes', depth: 'depth', bar: 'bars' } as const;

export interface TrialReport {
  readonly provider: string;
  readonly type: string;
  readonly ok: boolean;
  /** From the beginning of its creation, logins included; `undefined` when it never was live. */
  readonly liveAfterMs: number | undefined;
  readonly capabilities: {
    readonly streams: readonly StreamName[];
    readonly history: boolean;
    /** It goes on where the last connection ended, or says itself what is missing. */
    readonly resumes: boolean;
    readonly recording: boolean;
  };
  readonly instruments: readonly Pick<Instrument, 'symbol' | 'tickSize' | 'pointValue' | 'currency' | 'description'>[];
  readonly streams: readonly StreamTrial[];
  /** What the venue told of accounts, by kind: balance, position, order, fill. */
  readonly accountReports: Readonly<Record<string, number>>;
  readonly statistics: ConnectionStatistics | undefined;
  readonly problems: readonly Problem[];
}

export interface TrialParts {
  readonly loaded: LoadedProvider;
  readonly named: NamedProvider;
  /** Those that this provider serves. */
  readonly instruments: readonly Instrument[];
  /** Time that its creation took, milliseconds. */
  readonly createdMs: number;
  readonly seed: number;
  readonly onLive: (afterMs: number) => void;
  /** Nothing more will come. */
  readonly onEnd: () => void;
}

/** One provider, connected and asked for everything that it has. */
export class ConnectionTrial {
  private readonly parts: TrialParts;
  private readonly wanted: readonly StreamDemand[];
  private readonly tallies = new Map<string, Tally>();
  private readonly reports: Record<string, number> = {};
  private supervisor: Supervisor | undefined;
  private startedAt = 0;
  private liveAfterMs: number | undefined;
  private lastError: unknown;

  constructor(parts: TrialParts) {
    this.parts = parts;
    const { streams = ALL_STREAMS } = parts.named.provider;
    this.wanted = parts.instruments.flatMap(({ symbol }) => streams.map((stream) => ({ stream, instrument: symbol })));
  }

  start(): void {
    const { named, seed, onEnd } = this.parts;
    const { name, provider, meter, connection } = named;
    if (provider.events === undefined) return onEnd();
    this.startedAt = wallMicros();
    this.supervisor = new Supervisor({
      name,
      provider: overhear(provider, (error) => {
        this.lastError = error;
      }),
      meter,
      settings: connection,
      demand: fixedDemand(this.wanted),
      random: new SeededRandom(seed, `reconnect/${name}`),
      onRows: (event) => this.take(event),
      onReport: ({ type }) => {
        this.reports[type] = (this.reports[type] ?? 0) + 1;
      },
      onState: (state) => {
        if (state === 'live') this.noteLive();
      },
      onComplete: onEnd,
      onGiveUp: (error) => {
        this.lastError = error;
        onEnd();
      },
    });
    this.supervisor.start();
  }

  /** Closes the connection and says how it was. */
  async stop(): Promise<TrialReport> {
    const statistics = this.supervisor?.statistics();
    const { loaded, named, instruments } = this.parts;
    const { provider, name } = named;
    this.supervisor?.stop();
    await named.close();
    const streams = provider.events === undefined ? [] : this.judged();
    const isThere = provider.events === undefined || this.liveAfterMs !== undefined;
    const problems = isThere ? [] : explainFailure(name, this.lastError);
    return {
      provider: name,
      type: loaded.plugin.type,
      ok: isThere && streams.every(({ verdict }) => verdict !== 'missing'),
      liveAfterMs: this.liveAfterMs,
      capabilities: {
        streams: provider.streams ?? ALL_STREAMS,
        history: provider.history !== undefined,
        resumes: provider.resumes === true,
        recording: provider.recording !== undefined,
      },
      instruments: instruments.map(({ symbol, tickSize, pointValue, currency, description }) => {
        return { symbol, tickSize, pointValue, currency, description };
      }),
      streams,
      accountReports: { ...this.reports },
      statistics,
      problems,
    };
  }

  private judged(): readonly StreamTrial[] {
    return judgeStreams({
      wanted: this.wanted,
      tallies: this.tallies,
      wasLive: this.liveAfterMs !== undefined,
      isDeclared: this.parts.named.provider.streams !== undefined,
      forMs: (wallMicros() - this.startedAt) / 1000,
    });
  }

  private noteLive(): void {
    if (this.liveAfterMs !== undefined) return;
    this.liveAfterMs = this.parts.createdMs + this.sinceStart();
    this.parts.onLive(this.liveAfterMs);
  }

  private take(event: RowsEvent): void {
    if ('capacity' in event) {
      for (let i = 0; i < event.n; i++) this.count(event.kind, this.symbolOf(event.inst[i] ?? -1));
    } else this.count(STREAM_OF[event.kind], event.instrument);
  }

  private count(stream: StreamName, instrument: string): void {
    const key = `${stream} ${instrument}`;
    const tally = this.tallies.get(key);
    if (tally === undefined) this.tallies.set(key, { rows: 1, firstAfterMs: this.sinceStart() });
    else tally.rows++;
  }

  private symbolOf(number: number): string {
    const { named, instruments } = this.parts;
    return (named.provider.instruments ?? instruments)[number]?.symbol ?? `instrument number ${number}`;
  }

  private sinceStart(): number {
    return Math.round((wallMicros() - this.startedAt) / 1000);
  }
}

const fixedDemand = (wanted: readonly StreamDemand[]): Demand => ({
  current: () => wanted,
  wants: (stream, instrument) => wanted.some((each) => each.stream === stream && each.instrument === instrument),
  changes$: NEVER,
});
