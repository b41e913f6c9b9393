import type { Observable, SchedulerLike } from 'rxjs';
import type { Account, Market, PluginContext } from './context.ts';
import type { ConnectionStatistics } from './statistics.ts';

export interface ServiceContext<Options> extends PluginContext<Options> {
  readonly market: Market;
  /** The whole account. Services read; they cannot place orders. */
  readonly account: Account;
  readonly baseDir: string;
  readonly mode: 'live' | 'paper' | 'replay';
  /** Every provider's connection, at once and then every second by the wall clock. Empty in a replay. */
  readonly connections: () => Observable<readonly ConnectionStatistics[]>;
  /** Wall-clock timers: for what a service does towards the outside, never for what a strategy sees. */
  readonly wall: SchedulerLike;
  /** Runs `work` when all else that is due in this process has had its turn: for long work that is done in slices. */
  readonly later: (work: () => void) => void;
}

export interface Service {
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}
