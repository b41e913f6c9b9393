import type { ProviderEvent } from '../../domain/event.ts';
import type { ConnectionState } from '../../domain/market.ts';
import { type Micros, toMicros } from '../../domain/time.ts';
import type { StreamName } from '../../plugin/demand.ts';
import type { ConnectionStatistics, Percentiles } from '../../plugin/statistics.ts';
import { wallMicros } from '../wall.ts';
import { healthOf } from './health.ts';
import { LagMeter } from './lag-meter.ts';
import type { LatencySketch } from './latency-sketch.ts';
import type { LinkMeter } from './link-meter.ts';

const RECENT_US = 600_000_000;

export type RowsEvent = Exclude<ProviderEvent, { kind: 'status' } | { kind: 'report' }>;

/** What there is to know of one provider's connection: the history behind its health and its statistics. */
export class ConnectionRecord {
  state: ConnectionState = 'closed';
  /** Whether that is `live`. */
  isLive = false;
  connects = 0;
  reconnects = 0;
  /** Wall clock of the last market row, microseconds. */
  lastRowAt = 0;
  private readonly name: string;
  private readonly meter: LinkMeter;
  /** Venue times are of our time, so that their distance from it means something. */
  private readonly onWallClock: boolean;
  private readonly rows: Record<StreamName, number> = { trades: 0, quotes: 0, depth: 0, bars: 0 };
  private readonly lag = new LagMeter();
  private liveAt: number | undefined = undefined;
  private losses: number[] = [];
  private lastError: string | undefined = undefined;

  constructor(name: string, meter: LinkMeter, onWallClock: boolean) {
    this.name = name;
    this.meter = meter;
    this.onWallClock = onWallClock;
  }

  get hasRows(): boolean {
    return this.lastRowAt !== 0;
  }

  /** A new connection is judged by itself. */
  begin(): void {
    this.meter.begin();
    this.lag.begin();
  }

  turn(state: ConnectionState, now: number = wallMicros()): void {
    this.state = state;
    this.isLive = state === 'live';
    if (state === 'live' && this.liveAt === undefined) {
      this.liveAt = now;
      this.connects++;
    }
    if (state === 'lost' || state === 'closed') this.liveAt = undefined;
  }

  lost(now: number, reason: string): void {
    this.lastError = reason;
    this.losses = [...this.losses.filter((at) => now - at < RECENT_US), now];
  }

  /** How long the present connection has been live, microseconds. */
  liveFor(now: number): number {
    return this.liveAt === undefined ? 0 : now - this.liveAt;
  }

  /** Once per event or chunk, by its last row. */
  noteRows(event: RowsEvent, now: number): void {
    this.lastRowAt = now;
    if ('capacity' in event) {
      this.rows[event.kind] += event.n;
      if (event.n > 0 && event.kind !== 'bars') this.noteLag(event.event[event.n - 1] ?? now, now);
      return;
    }
    this.rows[STREAM_OF[event.kind]]++;
    if (event.tsEvent !== undefined && event.kind !== 'bar') this.noteLag(toMicros(event.tsEvent), now);
  }

  private noteLag(event: Micros, now: Micros): void {
    if (this.onWallClock) this.lag.add((now - event) / 1000, now);
  }

  /** How late a row is beyond what its connection takes at best. */
  lateness(lag: Micros, now: Micros): Micros {
    const least = this.onWallClock ? this.lag.least(now) : undefined;
    return least === undefined ? 0 : lag - least * 1000;
  }

  health(silence: number, now: Micros): ReturnType<typeof healthOf> {
    return healthOf({
      state: this.state,
      silence,
      badShare: this.meter.badShare(now),
      delayMs: this.meter.roundTrips.percentile(0.99, now) ?? this.lag.delay(0.99, now),
      recentLosses: this.losses.filter((at) => now - at < RECENT_US).length,
    });
  }

  statistics(silence: number): ConnectionStatistics {
    const { meter } = this;
    const now = wallMicros();
    const { health, parts } = this.health(silence, now);
    return {
      provider: this.name,
      state: this.state,
      health,
      healthParts: parts,
      connects: this.connects,
      reconnects: this.reconnects,
      messages: meter.messages,
      bytes: meter.bytes,
      rows: { ...this.rows },
      bad: Object.fromEntries(meter.badFrames),
      conflated: { ...meter.conflatedRows },
      gaps: meter.gaps,
      lastMessage: meter.receivedAt === 0 ? undefined : meter.receivedAt / 1000,
      uptimeMs: this.liveAt === undefined ? 0 : (now - this.liveAt) / 1000,
      roundTripMs: percentilesOf(meter.roundTrips, now),
      lagMs: percentilesOf(this.lag, now),
      skewMs: this.lag.least(now),
      lastError: this.lastError,
    };
  }
}

const STREAM_OF = { trade: 'trades', quote: 'quotes', depth: 'depth', bar: 'bars' } as const;

function percentilesOf(measured: LatencySketch | LagMeter, now: Micros): Percentiles | undefined {
  const p50 = measured.percentile(0.5, now);
  const p99 = measured.percentile(0.99, now);
  return p50 === undefined || p99 === undefined ? undefined : { p50: rounded(p50), p99: rounded(p99) };
}

const rounded = (ms: number): number => Number(ms.toPrecision(3));
