import { interval, Subject, VirtualTimeScheduler } from 'rxjs';
import {
  type Account,
  type Equity,
  isOpen,
  makeInstrument,
  type Order,
  type OrderRequest,
  type Position,
  type RiskAction,
  type RiskPlugin,
  type RiskQuestion,
  type RiskVerdict,
  type Side,
  signedQuantity,
} from '#core';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const MNQ = makeInstrument({ symbol: 'MNQ', tickSize: 0.25, pointValue: 2 }, 0);

export const buy = (quantity: number): OrderRequest => market('buy', quantity);
export const sell = (quantity: number): OrderRequest => market('sell', quantity);
const market = (side: Side, quantity: number): OrderRequest => ({
  instrument: 'MNQ',
  side,
  quantity,
  type: 'market',
  reason: 'test',
});

/** What a test says of the world that a rule is asked in. */
export interface Asked {
  readonly order: OrderRequest;
  /** Contracts that the account holds; the strategy's own part is the same unless said. */
  readonly position?: number;
  readonly strategyPosition?: number;
  readonly strategy?: string;
  readonly instrument?: typeof MNQ;
}

/** One rule on virtual time, with an account that the test moves. */
export class RiskDesk {
  readonly scheduler = new VirtualTimeScheduler();
  readonly actions: RiskAction[] = [];
  readonly #orders = new Subject<Order>();
  readonly #equities = new Subject<Equity>();
  readonly #open = new Map<string, Order>();
  #equity: Equity = { realised: 0, open: 0, fees: 0, net: 0, ts: 0 };
  #count = 0;
  readonly #review: (question: RiskQuestion) => RiskVerdict;

  constructor(plugin: RiskPlugin, options: unknown, startAt = '2026-01-05T14:30:00Z', instruments = [MNQ]) {
    this.scheduler.frame = Date.parse(startAt);
    this.scheduler.maxFrames = this.scheduler.frame;
    const made = plugin.create({
      name: plugin.type,
      options: plugin.options.parse(options),
      instruments,
      instrumentOf: () => MNQ,
      log,
      clock: { now: () => this.scheduler.now(), every: (ms) => interval(Number(ms)), scheduler: this.scheduler },
      account: this.#account(),
    });
    this.#review = typeof made === 'function' ? made : made.review;
    if (typeof made !== 'function') made.actions$?.subscribe((action) => this.actions.push(action));
  }

  pass(ms: number): void {
    this.scheduler.maxFrames += ms;
    this.scheduler.flush();
    this.scheduler.frame = this.scheduler.maxFrames;
  }

  ask({ order, position = 0, strategyPosition = position, strategy = 'test', instrument = MNQ }: Asked): RiskVerdict {
    const working = (of: readonly Order[]): number => of.reduce((sum, one) => sum + signedQuantity(one), 0);
    const open = [...this.#open.values()];
    return this.#review({
      order,
      strategy,
      instrument,
      position: held(position),
      strategyPosition: held(strategyPosition),
      working: working(open),
      strategyWorking: working(open.filter((one) => one.strategy === strategy)),
      equity: this.#equity,
    });
  }

  /** The order is made, and stays open. */
  place(order: OrderRequest, { strategy = 'test', filled = 0 } = {}): Order {
    const ts = this.scheduler.now();
    const id = `run/${strategy}/${++this.#count}`;
    const placed: Order = { ...order, id, strategy, status: 'pending', filled, createdAt: ts, updatedAt: ts };
    this.note(placed);
    return placed;
  }

  note(order: Order): void {
    if (isOpen(order)) this.#open.set(order.id, order);
    else this.#open.delete(order.id);
    this.#orders.next(order);
  }

  /** Asks, and places the order if it is approved. */
  send(order: OrderRequest): RiskVerdict {
    const verdict = this.ask({ order });
    if (verdict.approved) this.note({ ...this.place(order), status: 'filled' });
    return verdict;
  }

  /** The account's money changes, as a fill or a new price would have it; untold, only the next question shows it. */
  equity(parts: { realised?: number; open?: number; fees?: number }, { told = true } = {}): void {
    const { realised = 0, open = 0, fees = 0 } = parts;
    this.#equity = { realised, open, fees, net: realised + open - fees, ts: this.scheduler.now() };
    if (told) this.#equities.next(this.#equity);
  }

  #account(): Account {
    return {
      orders: () => this.#orders,
      fills: () => new Subject(),
      positions: () => new Subject(),
      equity: () => this.#equities,
      reports: () => new Subject(),
      position: () => held(0),
      openOrders: () => [...this.#open.values()],
    };
  }
}

const held = (quantity: number): Position => ({ instrument: 'MNQ', quantity, realised: 0, open: 0, fees: 0 });
