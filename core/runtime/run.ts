import { config as rxjsConfig } from 'rxjs';
import type { Logger } from 'pino';
import type { LoadedPlugin, RunConfig } from '../config/run-config.ts';
import type { InputRow } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { ConnectionStatus } from '../domain/market.ts';
import { SeededRandom } from '../domain/random.ts';
import type { Micros } from '../domain/time.ts';
import type { HistoryAnswer } from '../kernel/history-board.ts';
import { Kernel } from '../kernel/kernel.ts';
import { KernelClock } from '../kernel/kernel-clock.ts';
import { KernelMarket } from '../kernel/kernel-market.ts';
import type { Checkpoint, RestoredState } from '../plugin/persistence.ts';
import type { Provider } from '../plugin/provider.ts';
import type { Service } from '../plugin/service.ts';
import { KindCounter } from './counter.ts';
import { DecisionLog } from './decision-log.ts';
import { Intake } from './intake.ts';
import { Journal } from './journal.ts';
import { logOf } from './log.ts';
import { OrderDesk, RUNTIME } from './order-desk.ts';
import { PaperVenue } from './paper-venue.ts';
import { instrumentFinder, recordedInstruments, resolveInstruments } from './resolve-instruments.ts';
import { RiskStage } from './risk-stage.ts';
import { StrategyHost } from './strategy-host.ts';
import type { RunSummary, Verification } from './summary.ts';
import { wallMicros } from './wall.ts';

export interface RunParts {
  readonly id: string;
  readonly config: RunConfig;
  readonly mode: 'paper' | 'live' | 'replay';
  readonly providers: readonly { readonly name: string; readonly provider: Provider }[];
  /** The clock at the start. */
  readonly startedAt: Micros;
  /** Events bring their own receipt time: simulated or recorded. */
  readonly ownClock: boolean;
  readonly logger: Logger;
  /** A line for the person who watches. */
  readonly print: (line: string) => void;
  /** The version of millrace. */
  readonly version: string;
}

/**
 * One run: the kernel with everything around it, from the first event to the summary. It knows neither sockets nor tapes;
 * a driver (drivers/) feeds its intake and calls `finish`.
 */
export class Run {
  readonly id: string;
  readonly instruments: readonly Instrument[];
  readonly instrumentOf: (symbol: string) => Instrument;
  readonly kernel: Kernel;
  readonly market: KernelMarket;
  readonly clock: KernelClock;
  readonly intake: Intake;
  readonly desk: OrderDesk;
  readonly decisions: DecisionLog;
  readonly bad: KindCounter;
  readonly journal: Journal;
  /** Set by the driver; told when the strategies are to stop, and when nothing more will come. */
  onEnd: () => void = () => undefined;
  /** Why the run is stopping; `undefined` while it runs. */
  stopping: string | undefined;
  ended = false;
  readonly connections = new Map<string, { state: string; reconnects: number }>();
  private readonly parts: RunParts;
  private readonly risk: RiskStage;
  private readonly venue: PaperVenue;
  private readonly hosts: readonly StrategyHost[];
  private readonly services: readonly { readonly name: string; readonly service: Service }[];
  private readonly startedWall = wallMicros();
  private checkpoints = 0;
  private firstMismatch: Verification['firstMismatch'];

  constructor(parts: RunParts) {
    this.parts = parts;
    this.id = parts.id;
    const { config, logger } = parts;
    const log = logOf(logger, 'runtime');
    const report = (error: unknown): void => log.error('error outside of any strategy', { err: asError(error) });
    rxjsConfig.onUnhandledError = report;
    this.instruments = instrumentsOf(parts);
    const asked = new Set(config.instruments.map(({ symbol }) => symbol));
    // A recording may hold more than the configuration asks for.
    const traded = asked.size === 0 ? this.instruments : this.instruments.filter(({ symbol }) => asked.has(symbol));
    const instrumentOf = instrumentFinder(this.instruments);
    this.instrumentOf = instrumentOf;
    this.bad = new KindCounter((fault, sample) => log.warn('dropped a bad event; more of its kind are only counted', { fault, sample }));
    this.kernel = new Kernel(this.instruments, { barGrace: config.run.barGraceUs, onError: report });
    this.kernel.start(parts.startedAt);
    this.market = new KernelMarket(this.kernel, instrumentOf);
    this.clock = new KernelClock(this.kernel);
    const context = (name: string, options: unknown) => ({
      name,
      options,
      instruments: traded,
      instrumentOf,
      log: logOf(logger, name),
      clock: this.clock,
    });

    this.journal = new Journal(
      config.persistence.map(({ key, plugin, options }) => ({
        name: key,
        sink: plugin.create({ ...context(key, options), market: this.market, baseDir: config.baseDir, runId: this.id }),
      })),
      (name, error) => log.error('persistence failed; the run goes on without it', { plugin: name, err: asError(error) }),
    );
    this.decisions = new DecisionLog(
      () => this.kernel,
      (decision) => this.journal.append({ type: 'decision', decision }),
    );
    this.risk = new RiskStage();
    this.desk = new OrderDesk({
      kernel: this.kernel,
      runId: this.id,
      log: this.decisions,
      risk: this.risk,
      instrumentOf,
      journal: (entry) => this.journal.append(entry),
    });
    this.risk.rules = config.risk.map(({ key, plugin, options }) => {
      const made = plugin.create({ ...context(key, options), account: this.desk.account });
      return { name: key, ...(typeof made === 'function' ? { review: made } : made) };
    });
    this.venue = new PaperVenue(this.kernel, instrumentOf, config.paper, (venueReport) => this.desk.onReport(venueReport));
    this.desk.connect(this.venue);
    this.kernel.connectVenue(this.venue);
    this.intake = new Intake({
      kernel: this.kernel,
      symbols: new Map(this.instruments.map((instrument) => [instrument.symbol, instrument])),
      journal: (entry) => this.journal.append(entry),
      wall: parts.ownClock ? undefined : wallMicros,
      onBad: (fault, event) => this.bad.add(fault, event),
      deliver: (row) => this.deliver(row),
    });

    const first = traded[0] as Instrument;
    // By name, not in YAML order: who is loaded first must not decide who trades first.
    const sorted = [...config.strategies].sort((a, b) => (a.key < b.key ? -1 : 1));
    const rx = { onDecision: this.desk.decide.bind(this.desk), onFailure: this.strategyFailed.bind(this) };
    this.hosts = sorted.map(({ key, plugin, options }) => {
      const strategy = plugin.create({
        ...context(key, options),
        instrument: first,
        market: this.market,
        account: this.desk.ledger(key),
        random: new SeededRandom(config.seed, key),
        print: parts.print,
      });
      return new StrategyHost(key, strategy, this.kernel, rx);
    });
    this.services = config.services.map(({ key, plugin, options }) => ({
      name: key,
      service: plugin.create({
        ...context(key, options),
        market: this.market,
        account: this.desk.account,
        baseDir: config.baseDir,
      }),
    }));
  }

  async start(): Promise<void> {
    const { config, mode, startedAt, version } = this.parts;
    await this.journal.open({
      id: this.id,
      mode,
      startedAt,
      configFile: config.file,
      config: config.source,
      instruments: this.instruments,
      plugins: Object.fromEntries(allPlugins(config).map(({ key, version: of }) => [key, of])),
      seed: config.seed,
      versions: { millrace: version, node: process.version },
    });
    for (const instrument of this.instruments) {
      // The simulated venue fills against these, whether or not a strategy looks at them.
      if (config.strategies.length === 0) break;
      this.kernel.demand.add('trades', instrument);
      this.kernel.demand.add('quotes', instrument);
    }
    for (const { stream, instrument } of this.journal.demand) this.kernel.demand.add(stream, this.instrumentOf(instrument));
    this.kernel.run(startedAt, 0, () => this.begin());
    for (const { service } of this.services) await service.start();
  }

  /** Subscribes rules, then strategies. Their demand is known afterwards. */
  private begin(): void {
    for (const { name, actions$ } of this.risk.rules) {
      actions$?.subscribe({
        next: (action) => this.kernel.after(() => this.desk.act(name, action)),
        error: (error: unknown) => this.kernel.after(() => this.ruleFailed(name, error)),
      });
    }
    for (const host of this.hosts) host.start();
  }

  /** Orders and positions of an earlier run, as an input of this one. */
  restore(state: RestoredState): void {
    this.intake.input('restore', state);
  }

  /** Strategies end, and orders are dealt with as configured. */
  requestStop(reason: string): void {
    if (this.stopping === undefined) this.intake.input('stop', { reason, action: this.parts.config.run.onStop });
  }

  /** Lets orders that are on their way arrive, then ends the run. */
  requestEnd(): void {
    if (!this.ended) this.intake.input('end', {});
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
    if (!this.ended) this.intake.input('status', status);
  }

  noteProblem(what: string, error: unknown): void {
    logOf(this.parts.logger, 'runtime').warn(`${what} failed`, { err: asError(error) });
  }

  /** Warm-up that nobody will answer any more: those who wait go on without. */
  giveUpHistory(): void {
    const keys = this.market.history.pending();
    this.kernel.run(this.kernel.now, 0, () => {
      for (const key of keys) this.market.history.answer({ key, bars: [] });
    });
  }

  get settleUs(): Micros {
    return this.venue.settleUs;
  }

  /** Everything so far becomes durable, with a checkpoint that proves it. */
  async checkpoint(): Promise<void> {
    if (this.kernel.busy || this.ended) return;
    const at = this.intake.stamp();
    this.kernel.advanceTo(at);
    const payload: Checkpoint = { decisions: this.decisions.count, hash: this.decisions.hash() };
    this.journal.append({ type: 'input', row: { seq: this.intake.lastSeq, recv: at, kind: 'checkpoint', payload } });
    this.journal.append({ type: 'equity', equity: this.desk.account.portfolio.equity() });
    await this.journal.flush();
  }

  async finish(): Promise<RunSummary> {
    for (const { service } of this.services) await service.stop();
    for (const host of this.hosts) host.stop();
    const summary = this.summary();
    await this.journal.close({
      stopped: summary.stopped,
      endedAt: this.kernel.now,
      decisions: summary.decisions,
      decisionHash: summary.decisionHash,
      strategyHashes: Object.fromEntries(summary.strategies.map(({ name, decisionHash }) => [name, decisionHash])),
    });
    return summary;
  }

  summary(): RunSummary {
    const elapsedMs = (wallMicros() - this.startedWall) / 1000;
    const { trades, quotes, depth, bars } = this.kernel.counts;
    const rows = trades + quotes + depth + bars;
    const { realised, open, fees } = this.desk.account.portfolio.equity();
    return {
      mode: this.parts.mode,
      tape: this.journal.locations.find(({ name }) => name.startsWith('tape'))?.location,
      instruments: this.instruments.map(({ symbol }) => symbol),
      events: { trades, quotes, depth, bars: this.kernel.bars.emitted },
      ...this.desk.counts,
      decisions: this.decisions.count,
      decisionHash: this.decisions.hash(),
      pnl: { realised, open, fees },
      positions: this.desk.account.portfolio.positions(),
      strategies: this.hosts.map((host) => this.strategySummary(host)),
      connections: [...this.connections].map(([provider, state]) => ({ provider, ...state })),
      dropped: this.droppedCounts(),
      elapsedMs: Math.round(elapsedMs),
      eventsPerSecond: Math.round(rows / Math.max(elapsedMs / 1000, 0.001)),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      stopped: this.stopping ?? 'running',
      ...(this.parts.mode === 'replay'
        ? { verified: { checkpoints: this.checkpoints, firstMismatch: this.firstMismatch } }
        : {}),
    };
  }

  private strategySummary(host: StrategyHost): RunSummary['strategies'][number] {
    const { decisions, hash } = this.decisions.hashOf(host.name);
    const { realised, open, fees } = this.desk.ledger(host.name).portfolio.equity();
    return {
      name: host.name,
      state: host.state,
      ...(host.error === undefined ? {} : { error: asError(host.error).message }),
      decisions,
      decisionHash: hash,
      pnl: { realised, open, fees },
    };
  }

  private droppedCounts(): Record<string, number> {
    const late = this.kernel.bars.late;
    const historical = this.hosts.reduce((sum, host) => sum + host.droppedHistorical, 0);
    return {
      ...this.bad.counts,
      ...(late > 0 ? { 'trades too late for their bar': late } : {}),
      ...(historical > 0 ? { 'decisions on warm-up bars': historical } : {}),
    };
  }

  /** Inputs, in a live run and in its replay alike. */
  private deliver(row: InputRow): void {
    switch (row.kind) {
      case 'history':
        return this.market.history.answer(row.payload as HistoryAnswer);
      case 'status':
        return this.market.setStatus(row.payload as ConnectionStatus);
      case 'restore':
        return this.desk.restore(row.payload as RestoredState);
      case 'stop':
        return this.stop(row.payload as { reason: string; action: RunConfig['run']['onStop'] });
      case 'checkpoint':
        return this.compare(row, row.payload as Checkpoint);
      case 'end':
        this.ended = true;
        return this.onEnd();
    }
  }

  private stop({ reason, action }: { reason: string; action: RunConfig['run']['onStop'] }): void {
    this.stopping = reason;
    for (const host of this.hosts) host.stop();
    if (action === 'cancel') this.desk.cancelAll(RUNTIME, 'the run stops');
    else if (action === 'flatten') this.desk.flattenAll(RUNTIME, 'the run stops');
  }

  private compare(row: InputRow, { decisions, hash }: Checkpoint): void {
    const found = this.decisions.hash();
    if (found === hash && this.decisions.count === decisions) this.checkpoints++;
    else this.firstMismatch ??= { seq: row.seq, expected: hash, found };
  }

  private strategyFailed(name: string, error: unknown): void {
    logOf(this.parts.logger, name).error('the strategy threw and was stopped; its open orders are cancelled', {
      err: asError(error),
    });
    this.desk.cancelAll(name, 'the strategy failed', name);
  }

  private ruleFailed(name: string, error: unknown): void {
    logOf(this.parts.logger, name).error('the risk rule threw; no new risk is taken', { err: asError(error) });
    this.desk.act(name, { kind: 'halt', reason: 'the rule failed' });
  }
}

function instrumentsOf({ config, providers }: RunParts): readonly Instrument[] {
  const recording = providers.find(({ provider }) => provider.recording !== undefined)?.provider.recording;
  if (recording !== undefined) return recordedInstruments(config.instruments, recording.instruments);
  const offers = providers.map(({ name, provider }) => ({ provider: name, specs: provider.instruments }));
  return resolveInstruments(config.instruments, offers);
}

const allPlugins = (config: RunConfig): readonly LoadedPlugin[] => [
  ...config.providers,
  ...config.strategies,
  ...config.risk,
  ...config.persistence,
  ...config.services,
];

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
