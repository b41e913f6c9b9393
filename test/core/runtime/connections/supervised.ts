import { NEVER, type Observable } from 'rxjs';
import { vi } from 'vitest';
import type { ConnectionSettings, Gap, Provider, ProviderEvent, StreamDemand } from '#core';
import { LinkMeter } from '../../../../core/runtime/connections/link-meter.ts';
import { Supervisor } from '../../../../core/runtime/connections/supervisor.ts';
import { TestDemand } from '../../../contracts/provider-kit.ts';

export const trade = (instrument = 'ES', tsEvent?: number): ProviderEvent => ({
  kind: 'trade',
  instrument,
  price: 1,
  size: 1,
  tsEvent,
});

export interface Setup extends Partial<Provider> {
  readonly settings?: Partial<ConnectionSettings>;
  /** What the dice say; 1 gives the longest pauses. */
  readonly dice?: number;
  readonly wanted?: readonly StreamDemand[];
  readonly isClosed?: (symbol: string, at: number) => boolean;
  /** What the run does with an event. */
  readonly deliver?: (event: unknown) => void;
}

/** A provider that goes through the given connections, then stays silent. Needs fake timers and the fake wall clock. */
export function supervise(connections: readonly (() => Observable<ProviderEvent>)[], setup: Setup = {}) {
  const { settings, dice = 1, wanted = [{ stream: 'trades', instrument: 'ES' }], isClosed, deliver, ...own } = setup;
  const states: string[] = [];
  const healths: number[] = [];
  const events: unknown[] = [];
  /** When the bytes of each event came in; 0 where that is not known. */
  const receipts: number[] = [];
  const connected: number[] = [];
  const gaps: Gap[] = [];
  const problems: string[] = [];
  const gaveUp: Error[] = [];
  let completed = 0;
  const meter = new LinkMeter();
  const demand = new TestDemand(...wanted);
  const supervisor = new Supervisor({
    name: 'feed',
    provider: {
      events: () => {
        connected.push(Date.now());
        return (connections[connected.length - 1] ?? (() => NEVER))();
      },
      ...own,
    },
    demand,
    meter,
    settings,
    isClosed,
    random: { next: () => dice, below: () => 0 },
    onRows: (event, receivedAt) => {
      events.push(event);
      receipts.push(receivedAt);
      deliver?.(event);
    },
    onReport: (report) => void events.push(report),
    onState: (state, reason, health) => {
      states.push(reason === undefined ? state : `${state}: ${reason}`);
      healths.push(health);
    },
    onGap: (gap) => {
      gaps.push(gap);
      events.push(gap);
    },
    onComplete: () => {
      completed++;
    },
    onGiveUp: (error) => gaveUp.push(error),
    onProblem: (what, error) => problems.push(`${what}: ${(error as Error).message}`),
  });
  const all = { supervisor, states, healths, events, receipts, connected, gaps, problems, gaveUp, meter, demand };
  return { ...all, completed: () => completed };
}

export const pass = (ms: number): void => void vi.advanceTimersByTime(ms);
