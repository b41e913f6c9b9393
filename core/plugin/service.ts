import type { Account, Market, PluginContext } from './context.ts';

export interface ServiceContext<Options> extends PluginContext<Options> {
  readonly market: Market;
  /** The whole account. Services read; they cannot place orders. */
  readonly account: Account;
  readonly baseDir: string;
}

export interface Service {
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}
