import type { Observable } from 'rxjs';
import type { Instrument } from '../domain/instrument.ts';
import type { Decision } from '../domain/order.ts';
import type { Account, Market, PluginContext, Random } from './context.ts';

export interface StrategyContext<Options> extends PluginContext<Options> {
  /** The first instrument of the configuration, for strategies that trade one. */
  readonly instrument: Instrument;
  readonly market: Market;
  /** This strategy's orders, fills and positions. */
  readonly account: Account;
  readonly random: Random;
  /** Writes a line for the person who watches; never part of the decisions. */
  readonly print: (line: string) => void;
}

/** A strategy is an Observable of decisions. Subscribing starts it, unsubscribing stops it. */
export type Strategy = Observable<Decision>;
