import type { Observable } from 'rxjs';
import type { BrokerReport } from '../domain/broker-report.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type Fill, isOpen, type Order, signedQuantity } from '../domain/order.ts';
import type { Equity, Position } from '../domain/position.ts';
import { HotSource } from '../kernel/hot-source.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Account } from '../plugin/context.ts';
import { Portfolio } from './portfolio.ts';

/** Orders, fills and positions of one owner as streams and as state: what a strategy calls its account. */
export class Ledger implements Account {
  readonly portfolio: Portfolio;
  private readonly instrumentOf: (symbol: string) => Instrument;
  private readonly openById = new Map<string, Order>();
  private readonly orderSource = new HotSource<Order>();
  private readonly fillSource = new HotSource<Fill>();
  private readonly positionSource = new HotSource<Position>();
  private readonly equitySource: HotSource<Equity>;
  private readonly reportSource: Observable<BrokerReport>;

  /**
   * @param reports what the venue says of the account
   * @param onEquityWanted told whether somebody listens to equity, so that marks are made only then
   */
  constructor(
    kernel: Kernel,
    instrumentOf: (symbol: string) => Instrument,
    reports: Observable<BrokerReport>,
    onEquityWanted: () => void,
  ) {
    this.reportSource = reports;
    this.portfolio = new Portfolio(kernel);
    this.instrumentOf = instrumentOf;
    this.equitySource = new HotSource(onEquityWanted);
  }

  orders = (): Observable<Order> => this.orderSource;
  fills = (): Observable<Fill> => this.fillSource;
  positions = (): Observable<Position> => this.positionSource;
  equity = (): Observable<Equity> => this.equitySource;
  reports = (): Observable<BrokerReport> => this.reportSource;

  get equityWanted(): boolean {
    return this.equitySource.observed;
  }

  position(symbol: string): Position {
    return this.portfolio.position(this.instrumentOf(symbol));
  }

  openOrders(symbol?: string): readonly Order[] {
    if (this.openById.size === 0) return NONE;
    const open = [...this.openById.values()];
    return symbol === undefined ? open : open.filter((order) => order.instrument === symbol);
  }

  /** Signed quantity that is still to be filled. */
  working(symbol: string): number {
    let sum = 0;
    for (const order of this.openById.values()) if (order.instrument === symbol) sum += unfilled(order);
    return sum;
  }

  /** The part of it that nothing can stop any more: that of market orders. */
  arriving(symbol: string): number {
    let sum = 0;
    for (const order of this.openById.values()) {
      if (order.instrument === symbol && order.type === 'market') sum += unfilled(order);
    }
    return sum;
  }

  noteOrder(order: Order): void {
    if (isOpen(order)) this.openById.set(order.id, order);
    else this.openById.delete(order.id);
    this.orderSource.emit(order);
  }

  /** State first, streams after: whoever hears of the fill already sees the position. */
  noteFill(instrument: Instrument, fill: Fill): void {
    this.portfolio.apply(instrument, fill);
    this.fillSource.emit(fill);
    this.positionSource.emit(this.portfolio.position(instrument));
    this.noteEquity();
  }

  noteEquity(): void {
    if (this.equitySource.observed) this.equitySource.emit(this.portfolio.equity());
  }
}

const NONE: readonly Order[] = [];

const unfilled = ({ side, quantity, filled }: Order): number => signedQuantity({ side, quantity: quantity - filled });
