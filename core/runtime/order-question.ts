import type { Instrument } from '../domain/instrument.ts';
import type { OrderRequest } from '../domain/order.ts';
import type { Equity, Position } from '../domain/position.ts';
import type { RiskQuestion } from '../plugin/risk.ts';
import type { Ledger } from './ledger.ts';

/** What the rules are asked about one order: the state of the account as it is at that moment. */
export class OrderQuestion implements RiskQuestion {
  readonly order: OrderRequest;
  readonly strategy: string;
  readonly instrument: Instrument;
  readonly position: Position;
  readonly strategyPosition: Position;
  readonly working: number;
  readonly strategyWorking: number;
  readonly #account: Ledger;

  constructor(order: OrderRequest, strategy: string, instrument: Instrument, account: Ledger, ledger: Ledger) {
    this.order = order;
    this.strategy = strategy;
    this.instrument = instrument;
    this.position = account.portfolio.position(instrument);
    this.strategyPosition = ledger.portfolio.position(instrument);
    this.working = account.working(instrument.symbol);
    this.strategyWorking = ledger.working(instrument.symbol);
    this.#account = account;
  }

  /** It goes through all positions, and few rules ask for it. */
  get equity(): Equity {
    return this.#account.portfolio.equity();
  }
}
