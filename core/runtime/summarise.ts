import type { Equity } from '../domain/position.ts';
import { asError } from './as-error.ts';
import type { Assembly } from './assemble.ts';
import { peakMemoryMb } from './peak-memory.ts';
import type { StrategyHost } from './strategy-host.ts';
import type { RunSummary, StrategySummary, Verification } from './summary.ts';

export interface SummaryFacts {
  readonly mode: RunSummary['mode'];
  readonly stopped: string;
  readonly elapsedMs: number;
  readonly connections: RunSummary['connections'];
  /** Of a replay. */
  readonly verified: Verification | undefined;
  /** Decisions that strategies made from outside of the run's clock while it was replayed. */
  readonly outside: number;
  /** Errors that nobody caught. */
  readonly stray: number;
}

/** What the run did so far. */
export function summarise(run: Assembly, facts: SummaryFacts): RunSummary {
  const { trades, quotes, depth, bars } = run.kernel.counts;
  const { decisions, desk, kernel, hosts, journal } = run;
  return {
    mode: facts.mode,
    tape: journal.locations.find(({ name }) => name.startsWith('tape'))?.location,
    instruments: run.instruments.map(({ symbol }) => symbol),
    events: { trades, quotes, depth, bars: kernel.bars.emitted },
    ...desk.counts,
    decisions: decisions.count,
    decisionHash: decisions.hash(),
    pnl: pnlOf(desk.account.portfolio.equity()),
    positions: desk.account.portfolio.positions(),
    strategies: hosts.map((host) => strategySummary(run, host)),
    connections: facts.connections,
    dropped: dropped(run, facts),
    elapsedMs: Math.round(facts.elapsedMs),
    eventsPerSecond: Math.round((trades + quotes + depth + bars) / Math.max(facts.elapsedMs / 1000, 0.001)),
    peakRssMb: peakMemoryMb(),
    stopped: facts.stopped,
    ...(facts.verified === undefined ? {} : { verified: facts.verified }),
  };
}

function strategySummary({ decisions, desk }: Assembly, { name, state, error }: StrategyHost): StrategySummary {
  const own = decisions.hashOf(name);
  return {
    name,
    state,
    ...(error === undefined ? {} : { error: asError(error).message }),
    decisions: own.decisions,
    decisionHash: own.hash,
    pnl: pnlOf(desk.ledger(name).portfolio.equity()),
  };
}

function dropped({ bad, kernel, hosts }: Assembly, { outside, stray }: SummaryFacts): Record<string, number> {
  const kinds = {
    ...bad.counts,
    'trades too late for their bar': kernel.bars.late,
    'decisions on warm-up bars': hosts.reduce((sum, host) => sum + host.droppedHistorical, 0),
    'decisions from outside of the run’s clock': outside,
    'errors that nobody caught': stray,
  };
  return Object.fromEntries(Object.entries(kinds).filter(([, times]) => times > 0));
}

const pnlOf = ({ realised, open, fees }: Equity): RunSummary['pnl'] => ({ realised, open, fees });
