import { Subscription } from 'rxjs';
import type { LoadedPlugin, RunConfig } from '../config/run-config.ts';
import type { BrokerReport } from '../domain/broker-report.ts';
import type { InputRow } from '../domain/chunk.ts';
import type { ConnectionStatus } from '../domain/market.ts';
import type { Decision } from '../domain/order.ts';
import type { Micros } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { ReportedGap } from '../plugin/connection.ts';
import type { Checkpoint, RestoredState } from '../plugin/persistence.ts';
import type { ConnectionStatistics } from '../plugin/statistics.ts';
import { asError } from './as-error.ts';
import { type Assembly, assemble, type RunParts } from './assemble.ts';
import { logOf } from './log.ts';
import { takeMarketInput } from './market-input.ts';
import { RUNTIME } from './order-desk.ts';
import { summarise } from './summarise.ts';
import type { RunSummary, Verification } from './summary.ts';
import { wallMicros } from './wall.ts';

/**
 * One run, from its first event to its summary. It knows neither sockets nor tapes: a driver (drivers/) feeds its intake
 * and ends it.
 */
export class Run {
  readonly id: string;
  readonly parts: RunParts;
  readonly pieces: Assembly;
  /** Set by the driver: nothing more will come. */
  onEnd: () => void = () => undefined;
  /** Why the run is stopping; `undefined` while it runs. */
  stopping: string | undefined = undefined;
  ended = false;
  /** Set by the driver: how every provider's connection is doing. */
  connections: () => readonly ConnectionStatistics[] = () => [];
  private readonly subscriptions = new Subscription();
  private readonly startedWall = wallMicros();
  private outside = 0;
  private stray = 0;
  private checkpoints = 0;
  private firstMismatch: Verification['firstMismatch'];

  constructor(parts: RunParts) {
    this.id = parts.id;
    this.parts = parts;
    this.pieces = assemble(parts, {
      deliver: (row) => this.deliver(row),
      onOutside: (name, decision) => this.fromOutside(name, decision),
      onFailure: (name, error) => this.strategyFailed(name, error),
      connections: () => this.connections(),
    });
  }

  /** Opens the records, starts rules, strategies and services. What they want is known afterwards. */
  async start(): Promise<void> {
    const { config, mode, startedAt, version } = this.parts;
    const { instruments, instrumentOf, journal, kernel, services } = this.pieces;
    const wanted = config.strategies.length + journal.demand.length + services.length;
    if (wanted === 0) throw nothingWanted(config);
    await journal.open({
      id: this.id,
      mode,
      startedAt,
      configFile: config.file,
      config: config.source,
      instruments,
      plugins: Object.fromEntries(allPlugins(config).map((loaded) => [loaded.key, loaded.version])),
      seed: config.seed,
      versions: { millrace: version, node: process.version },
    });
    if (config.strategies.length > 0) {
      // The simulated venue fills against these, whether or not a strategy looks at them.
      for (const instrument of instruments) {
        kernel.demand.add('trades', instrument);
        kernel.demand.add('quotes', instrument);
      }
    }
    for (const { stream, instrument } of journal.demand) kernel.demand.add(stream, instrumentOf(instrument));
    kernel.run(startedAt, 0, () => this.begin());
    for (const service of services) await service.start();
  }

  /** Orders and positions of an earlier run, as an input of this one. */
  restore(state: RestoredState): void {
    this.pieces.intake.input('restore', state);
  }

  /** Strategies end, and orders are dealt with as configured. */
  requestStop(reason: string): void {
    const action = this.parts.config.run.onStop;
    if (this.stopping === undefined) this.pieces.intake.input('stop', { reason, action });
  }

  /** Nothing more will come; what is on its way to the venue has arrived. */
  requestEnd(): void {
    if (!this.ended) this.pieces.intake.input('end', {});
  }

  /** How long an order, or its cancellation, is on its way. */
  get settleUs(): Micros {
    return this.pieces.venue.settleUs;
  }

  /** Does the stop change orders, so that it is worth waiting for the venue? */
  get awaitsOrders(): boolean {
    return this.parts.config.run.onStop !== 'keep';
  }

  /** A connection's state, as an input: strategies may act on it. */
  noteStatus(status: ConnectionStatus): void {
    const log = logOf(this.parts.logger, status.provider);
    const line = `${status.state}${status.reason === undefined ? '' : `: ${status.reason}`}`;
    if (status.state === 'lost') log.warn(line);
    else log.debug(line);
    if (!this.ended) this.pieces.intake.input('status', status);
  }

  /** Something did not arrive, as an input like the connection's state. */
  noteGap(gap: ReportedGap): void {
    const of = [gap.instrument, gap.stream].filter((part) => part !== undefined).join(' ');
    logOf(this.parts.logger, gap.provider).warn(`gap${of === '' ? '' : ` in ${of}`}: ${gap.reason}`, { ...gap });
    if (!this.ended) this.pieces.intake.input('gap', gap);
  }

  /** A provider is gone for good, and others are not. */
  noteGone(provider: string, error: Error, others: readonly string[]): void {
    logOf(this.parts.logger, provider).error(`gave up for good; the run goes on with ${others.join(', ')}`, {
      err: error,
    });
  }

  noteProblem(what: string, error: unknown): void {
    logOf(this.parts.logger, 'runtime').warn(`${what} failed`, { err: asError(error) });
  }

  /** An error that nobody caught, from a promise or a timer of some plugin. */
  noteStray(error: unknown): void {
    this.stray++;
    if (this.stray > MOST_STRAY_LINES) return;
    const more = this.stray === MOST_STRAY_LINES ? '; more of these are only counted' : '';
    logOf(this.parts.logger, 'runtime').error(`an error that nobody caught; the run goes on${more}`, {
      err: asError(error),
    });
  }

  /** Warm-up that nobody will answer any more: those who wait go on without. */
  giveUpHistory(): void {
    const { kernel, market } = this.pieces;
    const keys = market.history.pending();
    kernel.run(kernel.now, 0, () => {
      for (const key of keys) market.history.answer({ key, bars: [] });
    });
  }

  /** Everything so far becomes durable, with a checkpoint that proves it. */
  async checkpoint(): Promise<void> {
    const { decisions, desk, intake, journal, kernel } = this.pieces;
    if (kernel.busy || this.ended) return;
    const recv = intake.stamp();
    kernel.advanceTo(recv);
    const payload: Checkpoint = { decisions: decisions.count, hash: decisions.hash() };
    journal.append({ type: 'input', row: { seq: intake.lastSeq, recv, kind: 'checkpoint', payload } });
    journal.append({ type: 'equity', equity: desk.account.portfolio.equity() });
    await journal.flush();
  }

  async finish(): Promise<RunSummary> {
    const { hosts, journal, kernel, services } = this.pieces;
    for (const service of services) await service.stop();
    for (const host of hosts) host.stop();
    this.subscriptions.unsubscribe();
    const summary = this.summary();
    await journal.close({
      stopped: summary.stopped,
      endedAt: kernel.now,
      decisions: summary.decisions,
      decisionHash: summary.decisionHash,
      strategyHashes: Object.fromEntries(summary.strategies.map(({ name, decisionHash }) => [name, decisionHash])),
    });
    return summary;
  }

  summary(): RunSummary {
    const { mode } = this.parts;
    return summarise(this.pieces, {
      mode,
      stopped: this.stopping ?? 'running',
      elapsedMs: (wallMicros() - this.startedWall) / 1000,
      connections: this.connections(),
      verified: mode === 'replay' ? { checkpoints: this.checkpoints, firstMismatch: this.firstMismatch } : undefined,
      outside: this.outside,
      stray: this.stray,
    });
  }

  /** Rules first: what they watch must be watched before anything trades. */
  private begin(): void {
    const { desk, hosts, kernel, risk } = this.pieces;
    for (const { name, actions$ } of risk.rules) {
      const acting = actions$?.subscribe({
        next: (action) => kernel.after(() => desk.act(name, action)),
        error: (error: unknown) => kernel.after(() => this.ruleFailed(name, error)),
      });
      this.subscriptions.add(acting);
    }
    for (const host of hosts) host.start();
  }

  /** Inputs, in a live run and in its replay alike. */
  private deliver(row: InputRow): void {
    const { desk, market } = this.pieces;
    if (takeMarketInput(market, row)) return;
    switch (row.kind) {
      case 'report':
        return desk.reports.emit(row.payload as BrokerReport);
      case 'restore':
        return desk.restore(row.payload as RestoredState);
      case 'decision': {
        const { strategy, decision } = row.payload as { strategy: string; decision: Decision };
        return desk.decide(strategy, decision);
      }
      case 'failure': {
        const { strategy, message } = row.payload as { strategy: string; message: string };
        return this.pieces.hosts.find(({ name }) => name === strategy)?.fail(new Error(message));
      }
      case 'stop':
        return this.stop(row.payload as { reason: string; action: RunConfig['run']['onStop'] });
      case 'checkpoint':
        return this.compare(row, row.payload as Checkpoint);
      case 'end':
        this.ended = true;
        return this.onEnd();
    }
  }

  /**
   * A strategy decided outside of any delivery, after an awaited call for example. No clock of ours can make that happen at
   * the same moment again, so it is an input: recorded, and in a replay taken from the tape instead of from the strategy.
   */
  private fromOutside(strategy: string, decision: Decision): void {
    if (this.parts.mode === 'replay') this.outside++;
    else if (!this.ended) this.pieces.intake.input('decision', { strategy, decision });
  }

  /** The same for a strategy that failed there: its orders are cancelled at a moment that a replay finds again. */
  private failedOutside(strategy: string, error: unknown): void {
    if (this.parts.mode === 'replay') this.outside++;
    else if (!this.ended) this.pieces.intake.input('failure', { strategy, message: asError(error).message });
  }

  private stop({ reason, action }: { reason: string; action: RunConfig['run']['onStop'] }): void {
    const { desk, hosts } = this.pieces;
    this.stopping = reason;
    for (const host of hosts) host.stop();
    if (action === 'cancel') desk.cancelAll(RUNTIME, 'the run stops');
    else if (action === 'flatten') desk.flattenAll(RUNTIME, 'the run stops');
  }

  private compare(row: InputRow, { decisions, hash }: Checkpoint): void {
    const found = this.pieces.decisions.hash();
    if (found === hash && this.pieces.decisions.count === decisions) this.checkpoints++;
    else this.firstMismatch ??= { seq: row.seq, expected: hash, found };
  }

  private strategyFailed(name: string, error: unknown): void {
    if (!this.pieces.kernel.busy) return this.failedOutside(name, error);
    logOf(this.parts.logger, name).error('the strategy threw and was stopped; its open orders are cancelled', {
      err: asError(error),
    });
    this.pieces.desk.cancelAll(name, 'the strategy failed', name);
  }

  private ruleFailed(name: string, error: unknown): void {
    logOf(this.parts.logger, name).error('the risk rule threw; no new risk is taken', { err: asError(error) });
    this.pieces.desk.act(name, { kind: 'halt', reason: 'the rule failed' });
  }
}

/** A plugin that fails in a loop must not flood the log. */
const MOST_STRAY_LINES = 10;

/** A run that asks for nothing would sit there for ever, and record nothing. */
const nothingWanted = ({ file }: RunConfig): MillraceError =>
  new MillraceError({
    code: 'NOTHING_WANTED',
    where: { file, path: 'strategies' },
    was: 'no strategy, and no record or service that asks for a stream',
    expected: 'something that wants market data',
    fix: 'add a strategy, or record the market: persistence: { tape: { record: [trades, quotes] } }',
  });

const allPlugins = (config: RunConfig): readonly LoadedPlugin[] => [
  ...config.providers,
  ...config.strategies,
  ...config.risk,
  ...config.persistence,
  ...config.services,
];
