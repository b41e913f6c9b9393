import type { PaperSettings } from '../config/run-config.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Order, OrderRequest } from '../domain/order.ts';
import type { Micros } from '../domain/time.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { VenueHooks } from '../kernel/venue-hooks.ts';
import { type ApprovedOrder, isApproved } from './risk-stage.ts';
import type { Venue, VenueReport } from './venue.ts';

/** An order at the simulated venue. */
interface Resting {
  readonly id: string;
  readonly instrument: Instrument;
  readonly request: OrderRequest;
  /** Limit price or stop trigger. */
  price: number | undefined;
  quantity: number;
}

/**
 * The simulated venue of paper and replay.
 *
 * Latency   every submit, cancel and amend arrives `latencyUs` later, on the kernel's clock
 * Market    at the opposite side of the latest quote when it arrives; without quotes at the next trade; plus slippage
 * Limit     at the quote when it is marketable on arrival; else at its price, once a trade prints through it or the
 *           opposite quote reaches it. A trade at the price itself does not fill: we were last in the queue
 * Stop      becomes a market order when a trade prints at or past its trigger; slippage applies
 * Size      orders fill whole; prints of size 0 set prices and fill nothing
 * Fee       `feePerContract` × quantity
 */
export class PaperVenue implements Venue, VenueHooks {
  readonly settleUs: Micros;
  private readonly kernel: Kernel;
  private readonly instrumentOf: (symbol: string) => Instrument;
  private readonly settings: PaperSettings;
  private readonly report: (report: VenueReport) => void;
  /** Per instrument, in order of arrival. */
  private readonly resting: Resting[][];
  private readonly byId = new Map<string, Resting>();
  private fills = 0;

  constructor(
    kernel: Kernel,
    instrumentOf: (symbol: string) => Instrument,
    settings: PaperSettings,
    report: (report: VenueReport) => void,
  ) {
    this.kernel = kernel;
    this.instrumentOf = instrumentOf;
    this.settings = settings;
    this.settleUs = settings.latencyUs;
    this.report = report;
    this.resting = kernel.instruments.map(() => []);
  }

  submit(order: ApprovedOrder): void {
    if (!isApproved(order)) throw new Error(`order ${String((order as Order).id)} was not approved by the risk stage`);
    this.later(() => this.arrive(order.id, order, order.quantity));
  }

  cancel(orderId: string): void {
    this.later(() => {
      const resting = this.byId.get(orderId);
      if (resting === undefined) return;
      this.remove(resting);
      this.tell({ kind: 'cancelled', orderId, reason: 'cancelled on request' });
    });
  }

  amend(
    orderId: string,
    change: { readonly quantity?: number | undefined; readonly price?: number | undefined },
  ): void {
    this.later(() => {
      const resting = this.byId.get(orderId);
      if (resting === undefined) return;
      resting.quantity = change.quantity ?? resting.quantity;
      resting.price = change.price ?? resting.price;
      this.tell({ kind: 'amended', orderId, quantity: resting.quantity, price: resting.price });
      this.setBand(resting.instrument.index);
      this.tryQuote(resting);
    });
  }

  adopt(orders: readonly Order[]): void {
    for (const order of orders) this.arrive(order.id, order, order.quantity - order.filled);
  }

  onTrade(k: number, price: number, size: number): void {
    if (size === 0) return;
    for (const order of [...(this.resting[k] ?? [])]) {
      const at = fillAtTrade(order, price);
      if (at !== undefined) this.fill(order, at.price, at.slips);
    }
  }

  onQuote(k: number): void {
    const orders = this.resting[k];
    if (orders === undefined || orders.length === 0) return;
    for (const order of [...orders]) this.tryQuote(order);
  }

  private arrive(id: string, request: OrderRequest, quantity: number): void {
    const instrument = this.instrumentOf(request.instrument);
    const order: Resting = { id, instrument, request, price: request.price, quantity };
    this.byId.set(id, order);
    this.resting[instrument.index]?.push(order);
    this.tell({ kind: 'accepted', orderId: id });
    this.setBand(instrument.index);
    this.tryQuote(order);
  }

  /** Fills a market order, or a limit that the opposite quote has reached. */
  private tryQuote(order: Resting): void {
    const k = order.instrument.index;
    const buys = order.request.side === 'buy';
    const opposite = this.kernel.best[k * 4 + (buys ? 2 : 0)] ?? Number.NaN;
    if (Number.isNaN(opposite)) return;
    if (order.request.type === 'market') this.fill(order, opposite, true);
    else if (order.request.type === 'limit' && order.price !== undefined) {
      if (buys ? opposite <= order.price : opposite >= order.price) this.fill(order, opposite, false);
    }
  }

  private fill(order: Resting, price: number, slips: boolean): void {
    const { instrument, request, quantity } = order;
    const slippage = slips ? this.settings.slippageTicks : 0;
    const ticks = instrument.ticks(price) + (request.side === 'buy' ? slippage : -slippage);
    this.remove(order);
    this.fills++;
    this.tell({
      kind: 'filled',
      orderId: order.id,
      fillId: `${order.id}#${this.fills}`,
      price: instrument.price(ticks),
      quantity,
      fee: this.settings.feePerContract * quantity,
    });
  }

  private remove(order: Resting): void {
    this.byId.delete(order.id);
    const list = this.resting[order.instrument.index];
    list?.splice(list.indexOf(order), 1);
    this.setBand(order.instrument.index);
  }

  /** Tells the loop which prices can touch an order, so that all others pass with two compares. */
  private setBand(k: number): void {
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    for (const { request, price } of this.resting[k] ?? []) {
      if (request.type === 'market' || price === undefined) {
        low = Number.POSITIVE_INFINITY;
        high = Number.NEGATIVE_INFINITY;
      } else if ((request.side === 'buy') === (request.type === 'limit')) low = Math.max(low, price);
      else high = Math.min(high, price);
    }
    this.kernel.setTriggerBand(k, low, high);
  }

  private later(action: () => void): void {
    const { latencyUs } = this.settings;
    if (latencyUs === 0) this.kernel.after(action);
    else this.kernel.timers.schedule(action, latencyUs / 1000);
  }

  private tell(report: VenueReport): void {
    this.kernel.after(() => this.report(report));
  }
}

/** Where a trade at `price` fills the order, if it does. */
function fillAtTrade({ request, price }: Resting, trade: number): { price: number; slips: boolean } | undefined {
  if (request.type === 'market' || price === undefined) return { price: trade, slips: true };
  const buys = request.side === 'buy';
  if (request.type === 'limit') {
    return (buys ? trade < price : trade > price) ? { price, slips: false } : undefined;
  }
  // A gap through the trigger fills where the market is, not where we wished.
  return (buys ? trade >= price : trade <= price) ? { price: trade, slips: true } : undefined;
}
