import { defer, EMPTY, type Observer, Subscription } from 'rxjs';
import type { BrokerReport } from '../../domain/broker-report.ts';
import type { ProviderEvent, StatusEvent } from '../../domain/event.ts';
import type { ConnectionState } from '../../domain/market.ts';
import type { Micros } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import type { ConnectionSettings, Gap } from '../../plugin/connection.ts';
import type { Random } from '../../plugin/context.ts';
import type { Demand } from '../../plugin/demand.ts';
import type { Provider } from '../../plugin/provider.ts';
import type { ConnectionStatistics } from '../../plugin/statistics.ts';
import { wallMicros, wallTimers } from '../wall.ts';
import { ConnectionRecord, type RowsEvent } from './connection-record.ts';
import { DEFAULT_CONNECTION } from './defaults.ts';
import { LinkMeter } from './link-meter.ts';
import { lagOf, QuoteConflator } from './quote-conflator.ts';
import { SilenceWatch } from './silence-watch.ts';

/** Trying again changes nothing about these. */
const HOPELESS = ['PROVIDER_AUTH', 'PROVIDER_SYMBOL', 'PROVIDER_CAP', 'PROVIDER_PEER_MISSING'];
const LOOK_MS = 250;
/** How long health must stay below the threshold before a connection is given up. */
const POOR_US = 10_000_000;
/** Health is told again when it has moved by this much. */
const HEALTH_STEP = 10;

export interface SupervisorParts {
  readonly name: string;
  readonly provider: Provider;
  readonly demand: Demand;
  readonly random: Random;
  readonly meter?: LinkMeter | undefined;
  /** What the configuration says. */
  readonly settings?: Partial<ConnectionSettings> | undefined;
  /** Whether an instrument's calendar says that it does not trade at a time. Default: none has a calendar. */
  readonly isClosed?: ((symbol: string, at: Micros) => boolean) | undefined;
  /** `receivedAt`: when the bytes came in that it is made of; 0 when there are none, or nobody knows which. */
  readonly onRows: (event: RowsEvent, receivedAt: Micros) => void;
  /** A broker's answer. */
  readonly onReport?: (report: BrokerReport) => void;
  readonly onState: (state: ConnectionState, reason: string | undefined, health: number) => void;
  readonly onGap?: (gap: Gap) => void;
  /** The provider has no more events. */
  readonly onComplete: () => void;
  /** It cannot be connected, and trying again would not help. */
  readonly onGiveUp?: (error: Error) => void;
  /** Something of the provider failed that changes nothing. */
  readonly onProblem?: (what: string, error: unknown) => void;
}

/**
 * Keeps one provider connected. An error means lost, and is followed by a growing, jittered pause and a new connection; a
 * connection that falls silent, or whose health stays poor, is treated as lost. What was missed in between is a gap.
 */
export class Supervisor {
  readonly settings: ConnectionSettings;
  private readonly parts: SupervisorParts;
  private readonly meter: LinkMeter;
  private readonly record: ConnectionRecord;
  private readonly watch: SilenceWatch;
  private readonly conflator: QuoteConflator;
  // Fields that are set later are there from the start, so that there is one shape of supervisor.
  private connection: Subscription | undefined = undefined;
  private alarm: NodeJS.Timeout | undefined = undefined;
  private looks: NodeJS.Timeout | undefined = undefined;
  private failures = 0;
  private poorSince: number | undefined = undefined;
  private toldHealth = 0;
  /** Stale because of an instrument that others' data says nothing about. */
  private quiet = false;
  private stopped = false;
  /** Venue or receipt time of the last row before the connection was lost, ms; `undefined` while nothing is missing. */
  private missingSince: number | undefined = undefined;

  constructor(parts: SupervisorParts) {
    this.parts = parts;
    this.settings = { ...DEFAULT_CONNECTION, ...parts.provider.connection, ...parts.settings };
    this.meter = parts.meter ?? new LinkMeter();
    this.meter.onGap = (gap) => parts.onGap?.(gap);
    this.record = new ConnectionRecord(parts.name, this.meter, parts.provider.clock !== 'events');
    this.conflator = new QuoteConflator(
      (event) => this.deliver(event),
      (rows) => this.meter.conflated('quotes', rows),
    );
    this.watch = new SilenceWatch(this.settings, this.meter, parts.provider, parts.isClosed);
  }

  get state(): ConnectionState {
    return this.record.state;
  }

  get reconnects(): number {
    return this.record.reconnects;
  }

  statistics(): ConnectionStatistics {
    return this.record.statistics(this.watch.share(wallMicros()));
  }

  start(): void {
    const { provider, demand } = this.parts;
    if (provider.events === undefined) return;
    const now = wallMicros();
    this.looks ??= wallTimers.setInterval(() => this.look(), LOOK_MS);
    this.watch.connected(now);
    this.record.begin();
    this.quiet = false;
    this.poorSince = undefined;
    this.turn('connecting');
    const connection = new Subscription();
    this.connection = connection;
    // A provider that throws while it connects has lost its connection like any other.
    const events$ = defer(() => provider.events?.(demand) ?? EMPTY);
    connection.add(events$.subscribe(this.listenerOf(connection)));
  }

  stop(): void {
    this.stopped = true;
    wallTimers.clearTimeout(this.alarm);
    wallTimers.clearInterval(this.looks);
    this.leave();
    this.conflator.stop();
    this.record.turn('closed');
  }

  /** A provider that emits while it is subscribed to may lose its connection, or end the run, before it can be unsubscribed. */
  private listenerOf(connection: Subscription): Observer<ProviderEvent> {
    return {
      next: (event) => {
        if (!connection.closed) this.take(event);
      },
      error: (error) => {
        if (!connection.closed) this.lost(error);
      },
      complete: () => {
        if (connection.closed) return;
        this.turn('closed', 'the provider has no more events');
        this.parts.onComplete();
      },
    };
  }

  private take(event: ProviderEvent): void {
    // Columns first, and by their shape, which the engine knows already: kinds are texts that it has to look up.
    if ('capacity' in event) this.takeRows(event);
    else if (event.kind === 'status') this.takeStatus(event);
    else if (event.kind === 'report') this.parts.onReport?.(event.report);
    else this.takeRows(event);
  }

  private takeRows(event: RowsEvent): void {
    if (!this.record.isLive && !this.quiet) this.turn('live');
    if (this.missingSince !== undefined) this.endGap();
    // The clock was read when the bytes came in, just now; reading it again for each row would cost more than the row.
    const now = this.meter.receivedAt === 0 ? wallMicros() : this.meter.receivedAt;
    // Before it is delivered: then it has the run's numbers in place of the provider's.
    this.watch.noteRows(event, now);
    const isBehind = 'bidSize' in event && this.isBehind(event, now);
    if (isBehind || this.conflator.holding) this.conflator.take(event, isBehind);
    else this.deliver(event);
    // The strategies have it first.
    this.record.noteRows(event, now);
  }

  /** Whether the run is so far behind the market that a newer quote may take the place of this one. */
  private isBehind(quotes: RowsEvent, now: Micros): boolean {
    const { conflateAfterUs } = this.settings;
    return conflateAfterUs > 0 && this.record.lateness(lagOf(quotes, now), now) > conflateAfterUs;
  }

  private deliver(event: RowsEvent): void {
    // Reading the clock takes 50 ns, a tenth of what a frame of one trade takes from here to the strategy.
    this.parts.onRows(event, this.meter.reading ? this.meter.receivedAt : 0);
  }

  /** A connection that the provider itself calls ended must not stay so for good. */
  private takeStatus({ state, reason }: StatusEvent): void {
    if (state === 'lost' || state === 'closed') this.lost(new Error(reason ?? `the provider says ${state}`));
    else this.turn(state, reason);
  }

  /** The first row after an outage: what lies between is missing, unless the provider sees to that itself. */
  private endGap(): void {
    const from = this.missingSince;
    this.missingSince = undefined;
    if (this.parts.provider.resumes === true) return;
    this.meter.gap({ from, until: wallMicros() / 1000, filled: 'none', reason: 'reconnect' });
  }

  private lost(error: unknown): void {
    if (this.stopped) return;
    this.leave();
    this.conflator.flush();
    const { settings } = this;
    const now = wallMicros();
    if (this.record.liveFor(now) >= settings.stableUs) this.failures = 0;
    this.failures++;
    if (this.record.hasRows) this.missingSince ??= this.record.lastRowAt / 1000;
    const reason = reasonOf(error);
    this.record.lost(now, reason);
    if (this.hopeless(error)) return this.giveUp(error as Error, reason);
    if (settings.attempts > 0 && this.failures > settings.attempts) {
      return this.giveUp(gaveUp(this.parts.name, settings.attempts, reason), reason);
    }
    const ceiling = Math.min(settings.longestPauseUs, settings.firstPauseUs * 2 ** Math.min(this.failures - 1, 30));
    // Full jitter: a thousand clients that lost the same server must not come back together.
    const pauseMs = Math.ceil((ceiling * this.parts.random.next()) / 1000);
    this.record.reconnects++;
    this.turn('lost', `${reason}; trying again in ${pauseMs} ms`);
    this.alarm = wallTimers.setTimeout(() => this.start(), pauseMs);
  }

  /** Closes the connection. A provider that fails at that must not keep the next one from being made. */
  private leave(): void {
    try {
      this.connection?.unsubscribe();
    } catch (error) {
      this.parts.onProblem?.(`closing the connection of ${this.parts.name}`, error);
    }
  }

  /** A venue that has once let us in may be confused; one that never did means it. */
  private hopeless(error: unknown): boolean {
    return this.record.connects === 0 && error instanceof MillraceError && HOPELESS.includes(error.code);
  }

  private giveUp(error: Error, reason: string): void {
    this.turn('closed', reason);
    wallTimers.clearInterval(this.looks);
    this.parts.onGiveUp?.(error);
  }

  /** Four times a second: silence, and poor health. */
  private look(): void {
    const now = wallMicros();
    const { state } = this.record;
    if (state === 'lost' || state === 'closed') return;
    const silent = this.watch.find(now, this.parts.demand, state === 'connecting');
    if (silent?.lost === true) return this.lost(new Error(silent.reason));
    if (silent !== undefined && state === 'live') {
      this.quiet = true;
      this.turn('stale', silent.reason);
    } else if (silent === undefined && this.quiet) {
      this.quiet = false;
      this.turn('live', 'data is flowing again');
    }
    const { health, parts } = this.record.health(this.watch.share(now), now);
    if (Math.abs(health - this.toldHealth) >= HEALTH_STEP) this.tell(undefined, health);
    // Losing it once more would not mend what earlier losses took.
    this.judge(health + parts.stability, now);
  }

  private judge(health: number, now: number): void {
    const { reconnectBelow } = this.settings;
    const poor = health < reconnectBelow && this.record.state !== 'connecting';
    this.poorSince = poor ? (this.poorSince ?? now) : undefined;
    if (this.poorSince === undefined || now - this.poorSince < POOR_US) return;
    this.lost(new Error(`health below ${reconnectBelow} for 10 s`));
  }

  private turn(state: ConnectionState, reason?: string): void {
    if (this.record.state === state && reason === undefined) return;
    const now = wallMicros();
    this.record.turn(state, now);
    this.tell(reason, this.record.health(this.watch.share(now), now).health);
  }

  private tell(reason: string | undefined, health: number): void {
    this.toldHealth = health;
    this.parts.onState(this.record.state, reason, health);
  }
}

function reasonOf(error: unknown): string {
  // One line for a status: what was found, and where.
  if (error instanceof MillraceError) {
    const [problem] = error.problems;
    return [problem?.where.path, problem?.was].filter((part) => part !== undefined && part !== '').join(': ');
  }
  return error instanceof Error ? error.message : String(error);
}

const gaveUp = (name: string, attempts: number, reason: string): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_GAVE_UP',
    where: { path: `providers.${name}` },
    was: `${attempts} attempts in a row to connect again failed, the last with: ${reason}`,
    expected: 'a connection',
    fix: 'mend what the venue says, or raise connection.attempts (0 goes on for ever)',
  });
