import type { Logger } from 'pino';
import { map, config as rxjsConfig, timer } from 'rxjs';
import type { LoadedPlugin, RunConfig } from '../config/run-config.ts';
import type { InputRow } from '../domain/chunk.ts';
import { GUESSED_TICK_SIZE, type Instrument } from '../domain/instrument.ts';
import { SeededRandom } from '../domain/random.ts';
import type { Micros } from '../domain/time.ts';
import { Kernel } from '../kernel/kernel.ts';
import { KernelClock } from '../kernel/kernel-clock.ts';
import { KernelMarket } from '../kernel/kernel-market.ts';
import type { Log } from '../plugin/context.ts';
import type { Provider } from '../plugin/provider.ts';
import type { Service } from '../plugin/service.ts';
import type { ConnectionStatistics } from '../plugin/statistics.ts';
import { asError } from './as-error.ts';
import { KindCounter } from './counter.ts';
import { DecisionLog } from './decision-log.ts';
import { Intake } from './intake.ts';
import { Journal } from './journal.ts';
import { logOf } from './log.ts';
import { OrderDesk } from './order-desk.ts';
import { PaperVenue } from './paper-venue.ts';
import { guessedTickSizes, instrumentFinder, recordedInstruments, resolveInstruments } from './resolve-instruments.ts';
import { RiskStage } from './risk-stage.ts';
import { type HostEvents, StrategyHost } from './strategy-host.ts';
import { wallMicros, wallScheduler, wallTimers } from './wall.ts';

/** How often services hear of the connections. */
const EVERY_MS = 1000;

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

/** What the run itself does with what its pieces tell it. */
export interface RunHandlers extends Omit<HostEvents, 'onDecision'> {
  readonly deliver: (row: InputRow) => void;
  readonly connections: () => readonly ConnectionStatistics[];
}

/** The pieces of a run, connected to each other; nothing has started. */
export interface Assembly {
  readonly instruments: readonly Instrument[];
  readonly instrumentOf: (symbol: string) => Instrument;
  readonly kernel: Kernel;
  readonly market: KernelMarket;
  readonly clock: KernelClock;
  readonly intake: Intake;
  readonly desk: OrderDesk;
  readonly decisions: DecisionLog;
  readonly risk: RiskStage;
  readonly venue: PaperVenue;
  readonly journal: Journal;
  readonly bad: KindCounter;
  /** In order of name. */
  readonly hosts: readonly StrategyHost[];
  readonly services: readonly Service[];
}

/** Builds the pieces from the configuration: kernel, records, order path, then the plugins that use them. */
export function assemble(parts: RunParts, handlers: RunHandlers): Assembly {
  const { config, logger } = parts;
  const log = logOf(logger, 'runtime');
  const report = (error: unknown): void => log.error('error outside of any strategy', { err: asError(error) });
  rxjsConfig.onUnhandledError = report;

  const instruments = instrumentsOf(parts, log);
  const instrumentOf = instrumentFinder(instruments);
  const traded = tradedOf(config, instruments);
  const kernel = new Kernel(instruments, { barGrace: config.run.barGraceUs, onError: report });
  kernel.start(parts.startedAt);
  const market = new KernelMarket(kernel, instrumentOf);
  const clock = new KernelClock(kernel);
  const context = ({ key, options }: LoadedPlugin) => ({
    name: key,
    options,
    instruments: traded,
    instrumentOf,
    log: logOf(logger, key),
    clock,
  });

  const sinks = config.persistence.map((loaded) => ({
    name: loaded.key,
    sink: loaded.plugin.create({ ...context(loaded), market, baseDir: config.baseDir, runId: parts.id }),
  }));
  const journal = new Journal(sinks, (name, error) =>
    log.error(`${name} could not keep a record; the run goes on`, { err: asError(error) }),
  );
  const decisions = new DecisionLog(
    () => kernel,
    (decision) => journal.append({ type: 'decision', decision }),
  );
  const append = journal.append.bind(journal);
  const risk = new RiskStage();
  const refusals = new KindCounter((kind, reason) =>
    log.warn(`refused ${kind}: ${String(reason)}; more of its kind are only counted`),
  );
  const desk = new OrderDesk({
    kernel,
    runId: parts.id,
    log: decisions,
    risk,
    instrumentOf,
    journal: append,
    onRefusal: (strategy, rule, reason) => refusals.add(`${strategy} by ${rule}`, reason),
  });
  risk.rules = config.risk.map((loaded) => {
    const made = loaded.plugin.create({ ...context(loaded), account: desk.account });
    return { name: loaded.key, ...(typeof made === 'function' ? { review: made } : made) };
  });
  const venue = new PaperVenue(kernel, instrumentOf, config.paper, (said) => desk.onReport(said));
  desk.connect(venue);
  kernel.connectVenue(venue);

  const bad = new KindCounter((fault, sample) =>
    log.warn('dropped a bad event; more of its kind are only counted', { fault, sample }),
  );
  const intake = new Intake({
    kernel,
    symbols: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
    journal: sinks.length === 0 ? undefined : append,
    wall: parts.ownClock ? undefined : wallMicros,
    onBad: (fault, event) => bad.add(fault, event),
    deliver: handlers.deliver,
  });

  // By name, not in YAML order: who is loaded first must not decide who trades first.
  const hosts = [...config.strategies].sort(byKey).map((loaded) => {
    const strategy = loaded.plugin.create({
      ...context(loaded),
      instrument: traded[0] as Instrument,
      market,
      account: desk.ledger(loaded.key),
      random: new SeededRandom(config.seed, loaded.key),
      print: parts.print,
    });
    return new StrategyHost(loaded.key, strategy, kernel, { ...handlers, onDecision: desk.decide.bind(desk) });
  });
  const services = config.services.map((loaded) =>
    loaded.plugin.create({
      ...context(loaded),
      market,
      account: desk.account,
      baseDir: config.baseDir,
      connections: () => timer(0, EVERY_MS, wallScheduler).pipe(map(handlers.connections)),
      wall: wallScheduler,
      later: (work) => void wallTimers.setImmediate(work),
      mode: parts.mode,
    }),
  );
  return {
    instruments,
    instrumentOf,
    kernel,
    market,
    clock,
    intake,
    desk,
    decisions,
    risk,
    venue,
    journal,
    bad,
    hosts,
    services,
  };
}

const byKey = (a: LoadedPlugin, b: LoadedPlugin): number => (a.key < b.key ? -1 : 1);

function instrumentsOf({ config, providers }: RunParts, log: Log): readonly Instrument[] {
  const recording = providers.find(({ provider }) => provider.recording !== undefined)?.provider.recording;
  if (recording !== undefined) return recordedInstruments(config.instruments, recording.instruments);
  const offers = providers.map(({ name, provider }) => ({ provider: name, specs: provider.instruments }));
  const instruments = resolveInstruments(config.instruments, offers);
  const guessed = guessedTickSizes(instruments, config.instruments, offers);
  if (guessed.length > 0) {
    const fix = `say it in the configuration, instruments: { ${guessed[0]}: { tickSize: … } }`;
    log.warn(`the tick size of ${guessed.join(', ')} is not known and taken as ${GUESSED_TICK_SIZE}; ${fix}`);
  }
  return instruments;
}

/** What plugins see: a recording may hold more than the configuration asks for. */
function tradedOf({ instruments: asked }: RunConfig, instruments: readonly Instrument[]): readonly Instrument[] {
  if (asked.length === 0) return instruments;
  return instruments.filter(({ symbol }) => asked.some((spec) => spec.symbol === symbol));
}
