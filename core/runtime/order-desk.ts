import type { BrokerReport } from '../domain/broker-report.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type Decision, type Fill, isOpen, type Order, type OrderRequest, type OrderStatus } from '../domain/order.ts';
import { HotSource } from '../kernel/hot-source.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { JournalEntry, RestoredState } from '../plugin/persistence.ts';
import type { RiskAction } from '../plugin/risk.ts';
import { checkAmend, checkDecision, checkOrder } from './check-order.ts';
import type { DecisionLog } from './decision-log.ts';
import { Ledger } from './ledger.ts';
import { OrderQuestion } from './order-question.ts';
import { changedOrder, newOrder, type OrderChange } from './order-state.ts';
import type { RiskStage } from './risk-stage.ts';
import type { Venue, VenueReport } from './venue.ts';

/** Who decides for the runtime itself, at a clean stop. */
export const RUNTIME = 'runtime';

export interface DeskParts {
  readonly kernel: Kernel;
  /** Part of every order id, so that no two runs ever use the same. */
  readonly runId: string;
  readonly log: DecisionLog;
  readonly risk: RiskStage;
  readonly instrumentOf: (symbol: string) => Instrument;
  readonly journal: (entry: JournalEntry) => void;
  /** For the person who watches. */
  readonly onRefusal?: (strategy: string, rule: string, reason: string) => void;
}

/**
 * The order path: decisions in, approved orders out to the venue, reports back into orders, positions and streams.
 * Every step that somebody decided is logged before it takes effect.
 */
export class OrderDesk {
  readonly counts = { orders: 0, fills: 0, refusals: 0 };
  /** The whole account. */
  readonly account: Ledger;
  /** What the venue says of the account, for everybody. */
  readonly reports = new HotSource<BrokerReport>();
  private readonly parts: DeskParts;
  private readonly ledgers = new Map<string, Ledger>();
  private readonly orders = new Map<string, Order>();
  /** Fill numbers seen, per open order. */
  private readonly seenFills = new Map<string, Set<string>>();
  private readonly sequences = new Map<string, number>();
  private venue: Venue | undefined;

  constructor(parts: DeskParts) {
    this.parts = parts;
    this.account = this.makeLedger();
    parts.kernel.sources.onMark = () => {
      this.account.noteEquity();
      for (const ledger of this.ledgers.values()) ledger.noteEquity();
    };
  }

  connect(venue: Venue): void {
    this.venue = venue;
  }

  ledger(strategy: string): Ledger {
    const known = this.ledgers.get(strategy);
    if (known !== undefined) return known;
    const ledger = this.makeLedger();
    this.ledgers.set(strategy, ledger);
    return ledger;
  }

  /** Runs after the delivery in which the decision was made. */
  decide(strategy: string, decision: Decision): void {
    const fault = checkDecision(decision, this.parts.instrumentOf);
    if (fault !== undefined) return this.refuse(strategy, 'order-check', fault);
    switch (decision.kind) {
      case 'order':
        return this.order(strategy, decision);
      case 'target':
        return this.target(strategy, decision.instrument, decision.quantity, decision.reason);
      case 'cancel':
        return this.cancel(strategy, decision.instrument, decision.tag, decision.reason);
      case 'amend':
        return this.amend(strategy, decision);
      case 'flatten':
        return this.flatten(strategy, strategy, decision.instrument, decision.reason, true);
    }
  }

  /** A rule acted by itself. */
  act(rule: string, action: RiskAction): void {
    this.parts.log.record(rule, action.kind, [action.reason]);
    if (action.kind === 'halt') this.parts.risk.halt(rule, action.reason);
    else if (action.kind === 'resume') this.parts.risk.resume(rule);
    else this.flattenAll(rule, action.reason);
  }

  /** At a clean stop, or when a strategy has failed. */
  cancelAll(actor: string, reason: string, strategy?: string): void {
    for (const order of this.account.openOrders()) {
      if (strategy !== undefined && order.strategy !== strategy) continue;
      this.parts.log.record(actor, 'cancel', [order.instrument, order.side, order.quantity - order.filled, reason]);
      this.venue?.cancel(order.id);
    }
  }

  flattenAll(actor: string, reason: string): void {
    for (const [strategy, ledger] of this.ledgers) {
      const held = ledger.portfolio.open().map(({ symbol }) => symbol);
      const working = ledger.openOrders().map(({ instrument }) => instrument);
      for (const symbol of new Set([...held, ...working])) this.flatten(actor, strategy, symbol, reason, false);
    }
  }

  restore(state: RestoredState): void {
    for (const { strategy, instrument: symbol, quantity, averagePrice } of state.positions) {
      const instrument = this.parts.instrumentOf(symbol);
      this.ledger(strategy).portfolio.adopt(instrument, quantity, averagePrice);
      this.account.portfolio.adopt(instrument, quantity, averagePrice);
      this.markDemand(instrument);
    }
    for (const order of state.orders) this.note(order);
    this.venue?.adopt(state.orders);
  }

  /** What the venue says, in the order in which it says it. */
  onReport(report: VenueReport): void {
    const order = this.orders.get(report.orderId);
    if (order === undefined) return;
    if (report.kind === 'filled') return this.onFill(order, report);
    if (report.kind === 'accepted') this.change(order, { status: order.filled > 0 ? 'partial' : 'working' });
    else if (report.kind === 'rejected') this.change(order, { status: 'rejected', note: report.reason });
    else if (report.kind === 'cancelled') this.change(order, { status: 'cancelled', note: report.reason });
    else {
      const { quantity, price } = report;
      this.change(order, { quantity: quantity + order.filled, ...(price === undefined ? {} : { price }) });
    }
  }

  private order(strategy: string, request: OrderRequest): void {
    const { log } = this.parts;
    const { instrument, side, quantity, type, price, tag, reason } = request;
    log.record(strategy, 'order', [instrument, side, quantity, type, price ?? null, tag ?? null, reason]);
    const open = this.ledger(strategy).openOrders(instrument);
    const fault = checkOrder(request, this.parts.instrumentOf(instrument), open);
    if (fault !== undefined) return this.refuse(strategy, 'order-check', fault);
    this.submit(strategy, request);
  }

  private target(strategy: string, symbol: string, quantity: number, reason: string): void {
    const ledger = this.ledger(strategy);
    this.parts.log.record(strategy, 'target', [symbol, quantity, reason]);
    this.bring(strategy, symbol, quantity - ledger.position(symbol).quantity - ledger.arriving(symbol), reason);
  }

  /** @param reviewed false where all strategies close at once: one by one they may well add to what the account holds */
  private flatten(actor: string, strategy: string, symbol: string, reason: string, reviewed: boolean): void {
    const ledger = this.ledger(strategy);
    this.parts.log.record(actor, 'flatten', [strategy, symbol, reason]);
    // A market order is filled before a cancel of it arrives, so it counts as held.
    for (const order of ledger.openOrders(symbol)) if (order.type !== 'market') this.venue?.cancel(order.id);
    this.bring(strategy, symbol, -ledger.position(symbol).quantity - ledger.arriving(symbol), reason, reviewed);
  }

  /** Buys or sells `change` at the market. */
  private bring(strategy: string, symbol: string, change: number, reason: string, reviewed = true): void {
    const instrument = this.parts.instrumentOf(symbol);
    const quantity = instrument.quantity(instrument.lots(Math.abs(change)));
    if (quantity === 0) return;
    const side = change > 0 ? 'buy' : 'sell';
    this.submit(strategy, { instrument: symbol, side, quantity, type: 'market', reason }, reviewed);
  }

  private submit(strategy: string, request: OrderRequest, reviewed = true): void {
    const { kernel, runId, log } = this.parts;
    const sequence = (this.sequences.get(strategy) ?? 0) + 1;
    const id = `${runId}/${strategy}/${sequence}`;
    const verdict = reviewed ? this.review(strategy, request, id) : this.parts.risk.approve(request, strategy, id);
    if (!verdict.approved) return this.refuse(strategy, verdict.rule, verdict.reason);
    this.sequences.set(strategy, sequence);
    const { order } = verdict;
    const { instrument, side, quantity, type, price } = order;
    log.record(strategy, 'approved', [
      sequence,
      instrument,
      side,
      quantity,
      type,
      price ?? null,
      verdict.reducedBy ?? null,
    ]);
    this.counts.orders++;
    const ts = kernel.now / 1000;
    this.note(newOrder(order, ts));
    this.venue?.submit(order);
  }

  private cancel(strategy: string, symbol: string, tag: string | undefined, reason: string): void {
    this.parts.log.record(strategy, 'cancel', [symbol, tag ?? null, reason]);
    for (const order of this.ledger(strategy).openOrders(symbol)) {
      if (tag === undefined || order.tag === tag) this.venue?.cancel(order.id);
    }
  }

  private amend(strategy: string, change: Extract<Decision, { kind: 'amend' }>): void {
    const { instrument, tag, quantity, price, reason } = change;
    this.parts.log.record(strategy, 'amend', [instrument, tag, quantity ?? null, price ?? null, reason]);
    const order = this.ledger(strategy)
      .openOrders(instrument)
      .find((open) => open.tag === tag);
    const fault = checkAmend(change, order, this.parts.instrumentOf(instrument));
    if (order === undefined || fault !== undefined)
      return this.refuse(strategy, 'order-check', fault ?? 'no such order');
    const more = (quantity ?? order.quantity) - order.quantity;
    if (more > 0) {
      const verdict = this.review(strategy, { ...order, quantity: more, reason }, order.id);
      if (!verdict.approved) return this.refuse(strategy, verdict.rule, verdict.reason);
      if (verdict.order.quantity < more)
        return this.refuse(strategy, verdict.reducedBy ?? 'risk', 'the amend would be reduced');
    }
    this.venue?.amend(order.id, { quantity: quantity === undefined ? undefined : quantity - order.filled, price });
  }

  private review(strategy: string, order: OrderRequest, id: string): ReturnType<RiskStage['review']> {
    const { account } = this;
    const instrument = this.parts.instrumentOf(order.instrument);
    const question = new OrderQuestion(order, strategy, instrument, account, this.ledger(strategy));
    return this.parts.risk.review(question, id, account.arriving(order.instrument));
  }

  private refuse(strategy: string, rule: string, reason: string): void {
    this.counts.refusals++;
    this.parts.log.record(strategy, 'refused', [rule, reason]);
    this.parts.onRefusal?.(strategy, rule, reason);
  }

  private onFill(order: Order, report: Extract<VenueReport, { kind: 'filled' }>): void {
    // A venue may repeat itself after a reconnect; the same fill never counts twice.
    if (this.seenFills.get(order.id)?.has(report.fillId) === true) return;
    const instrument = this.parts.instrumentOf(order.instrument);
    const { price, quantity, fee, fillId } = report;
    const filled = instrument.quantity(instrument.lots(order.filled + quantity));
    const status: OrderStatus = filled >= order.quantity ? 'filled' : 'partial';
    const averagePrice = ((order.averagePrice ?? 0) * order.filled + price * quantity) / filled;
    const { strategy, id: orderId, side, instrument: symbol } = order;
    const ts = this.parts.kernel.now / 1000;
    const fill: Fill = { orderId, strategy, instrument: symbol, side, price, quantity, fee, ts, id: fillId };
    this.counts.fills++;
    // A filled order is not open any more, and reports on it are not heard.
    if (status === 'partial') this.seenFills.set(orderId, (this.seenFills.get(orderId) ?? new Set()).add(fillId));
    this.change(order, { status, filled, averagePrice });
    this.parts.journal({ type: 'fill', fill });
    const ledger = this.ledger(strategy);
    this.account.noteFill(instrument, fill);
    ledger.noteFill(instrument, fill);
    this.parts.journal({ type: 'position', strategy, position: ledger.position(symbol), ts });
    this.markDemand(instrument);
  }

  private change(order: Order, change: OrderChange): void {
    this.note(changedOrder(order, change, this.parts.kernel.now / 1000));
  }

  private note(order: Order): void {
    if (isOpen(order)) this.orders.set(order.id, order);
    else {
      this.orders.delete(order.id);
      this.seenFills.delete(order.id);
    }
    this.parts.journal({ type: 'order', order });
    this.account.noteOrder(order);
    this.ledger(order.strategy).noteOrder(order);
  }

  private makeLedger(): Ledger {
    const { kernel, instrumentOf } = this.parts;
    return new Ledger(kernel, instrumentOf, this.reports, () => {
      for (const each of kernel.instruments) this.markDemand(each);
    });
  }

  /** Open positions are marked at every trade, as long as somebody listens to equity. */
  private markDemand(instrument: Instrument): void {
    const listened = this.account.equityWanted || [...this.ledgers.values()].some(({ equityWanted }) => equityWanted);
    this.parts.kernel.sources.wantMarks(instrument.index, listened && this.account.portfolio.holds(instrument));
  }
}
