import type { PaperSettings } from '../config/run-config.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Bar } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import { Kernel } from '../kernel/kernel.ts';
import { KernelClock } from '../kernel/kernel-clock.ts';
import { KernelMarket } from '../kernel/kernel-market.ts';
import type { HistoryRequest } from '../plugin/provider.ts';
import type { Assembly } from '../runtime/assemble.ts';
import { DecisionLog } from '../runtime/decision-log.ts';
import { Intake } from '../runtime/intake.ts';
import { OrderDesk } from '../runtime/order-desk.ts';
import { PaperVenue } from '../runtime/paper-venue.ts';
import { instrumentFinder, resolveInstruments } from '../runtime/resolve-instruments.ts';
import { RiskStage } from '../runtime/risk-stage.ts';

export interface WorldSetup {
  readonly instruments: readonly InstrumentSpec[];
  readonly paper: PaperSettings;
  readonly history: (request: HistoryRequest) => readonly Bar[];
  readonly startedAt: Micros;
  readonly onError: (error: unknown) => void;
}

/** The parts of a run that a strategy can see, wired as in a run, without providers, risk rules and records. */
export type TestWorld = Pick<
  Assembly,
  'instruments' | 'instrumentOf' | 'kernel' | 'market' | 'clock' | 'intake' | 'desk'
>;

export function makeTestWorld({ instruments: specs, paper, history, startedAt, onError }: WorldSetup): TestWorld {
  const instruments = resolveInstruments(specs, [{ provider: 'test', specs }]);
  const instrumentOf = instrumentFinder(instruments);
  const kernel = new Kernel(instruments, { barGrace: 0, onError });
  kernel.start(startedAt);
  const market = new KernelMarket(kernel, instrumentOf);
  market.history.onRequest = (key, request) => market.history.answer({ key, bars: history(request) });
  const desk = new OrderDesk({
    kernel,
    runId: 'test',
    log: new DecisionLog(
      () => kernel,
      () => undefined,
    ),
    risk: new RiskStage(),
    instrumentOf,
    journal: () => undefined,
  });
  const venue = new PaperVenue(kernel, instrumentOf, paper, (report) => desk.onReport(report));
  desk.connect(venue);
  kernel.connectVenue(venue);
  const intake = new Intake({
    kernel,
    symbols: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
    journal: () => undefined,
    wall: undefined,
    onBad: (fault, event) => onError(new Error(`the test sent a bad event, ${fault}: ${JSON.stringify(event)}`)),
    deliver: () => undefined,
  });
  return { instruments, instrumentOf, kernel, market, clock: new KernelClock(kernel), intake, desk };
}
