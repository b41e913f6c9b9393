import type { Observable, SchedulerLike } from 'rxjs';
import type { BarSpec } from '../domain/bar-spec.ts';
import type { BrokerReport } from '../domain/broker-report.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Bar, ConnectionStatus, DepthUpdate, Quote, Trade } from '../domain/market.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { Equity, Position } from '../domain/position.ts';
import type { Roll } from '../domain/roll.ts';
import type { Session } from '../domain/session.ts';
import type { ReportedGap } from './connection.ts';

/**
 * A book as it is now. Read it inside the subscriber; it changes with the next update. Prices are in price units, sizes in
 * contracts or coins; what needs a side that is empty is `undefined`.
 */
export interface BookView {
  readonly instrument: string;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly bidSize: number;
  readonly askSize: number;
  /** Best bid at or above best ask: something was lost, or the venue is mid-change. */
  readonly crossed: boolean;
  /** Best ask minus best bid. */
  readonly spread: number | undefined;
  readonly mid: number | undefined;
  /** The mid weighted by the opposite sizes: (bid × ask size + ask × bid size) ÷ (bid size + ask size). */
  readonly microPrice: number | undefined;
  /** Epoch milliseconds of the last update, venue time; NaN before the first, and after the book was lost. */
  readonly tsEvent: number;
  /** Changes taken in so far: differs when the book does. */
  readonly updates: number;
  /** Milliseconds from the last update to `now`, which is the venue's time as well. */
  age(now: number): number;
  /** Levels of a side. */
  count(side: 'bid' | 'ask'): number;
  /** Resting size at a price; 0 where nothing rests. */
  sizeAt(side: 'bid' | 'ask', price: number): number;
  /** Resting size of the best levels of a side, all by default. */
  total(side: 'bid' | 'ask', levels?: number): number;
  /** (B − A) ÷ (B + A) of the sizes on the best levels, one by default: 1 all bids, -1 all asks. */
  imbalance(levels?: number): number | undefined;
  /** Up to `count` levels from the best outwards, as fresh arrays. */
  levels(side: 'bid' | 'ask', count: number): readonly (readonly [price: number, size: number])[];
  /** The same into arrays of yours, as many as fit; answers how many there were. Allocates nothing. */
  top(side: 'bid' | 'ask', prices: Float64Array, sizes: Float64Array): number;
}

/** Market streams. Hot, synchronous and multicast; subscribing is what makes the runtime and the provider produce them. */
export interface Market {
  trades(instrument: string): Observable<Trade>;
  quotes(instrument: string): Observable<Quote>;
  depth(instrument: string): Observable<DepthUpdate>;
  /** The book after each depth message. */
  book(instrument: string): Observable<BookView>;
  /**
   * Closed bars, each once: of a timeframe such as `1m`, or of any other kind (docs/bars.md), such as `1000t` or
   * `{ volume: 5000 }`, which carry their flow (VWAP, delta) as well. `warmup` loads that many bars of history before the first live one;
   * only bars that are made of time bars have any. Errors BAD_TIMEFRAME, BAD_BARS, BARS_WITHOUT_HISTORY, CALENDAR_NONE.
   */
  bars(instrument: string, spec: BarSpec, options?: { readonly warmup?: number }): Observable<Bar>;
  /** The bar under construction, after each trade. */
  forming(instrument: string, spec: BarSpec): Observable<Bar>;
  /**
   * The session of an instrument that has a calendar: the one now, then each change at its very instant. With `every` also at
   * the whole multiples of that duration, for the time that is left. CALENDAR_NONE for an instrument without a calendar.
   */
  session(instrument: string, options?: { readonly every?: string }): Observable<Session>;
  /** A continuous series goes over to its next contract. */
  rolls(instrument: string): Observable<Roll>;
  /** Connection states; the current one first. */
  status(): Observable<ConnectionStatus>;
  /** Stretches of market that did not arrive, as they become known. */
  gaps(): Observable<ReportedGap>;
}

/** A strategy's own orders and position; for risk, persistence and services the whole account's. */
export interface Account {
  orders(): Observable<Order>;
  fills(): Observable<Fill>;
  positions(): Observable<Position>;
  equity(): Observable<Equity>;
  /** What the venue itself says of the account: balances, positions, orders, fills. */
  reports(): Observable<BrokerReport>;
  /** The position now. */
  position(instrument: string): Position;
  /** Orders that are still open. */
  openOrders(instrument?: string): readonly Order[];
}

/** The run's only clock. It moves when an event enters or a timer falls due, never backwards. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Emits the time at every whole multiple of the interval (`5s` fires at :00, :05, :10 …). */
  every(interval: string): Observable<number>;
  /** For RxJS operators that take one. Those that are given none run on this clock as well. */
  readonly scheduler: SchedulerLike;
}

/** Structured log lines, with the plugin's name on each. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** A seeded generator: the same numbers in a run and in its replay. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number in [0, limit). */
  below(limit: number): number;
}

/** What every plugin gets. */
export interface PluginContext<Options> {
  /** The plugin's key in the YAML: its type, or `type/name`. */
  readonly name: string;
  readonly options: Options;
  readonly instruments: readonly Instrument[];
  /** Throws a MillraceError that lists the known symbols when there is none of that name. */
  readonly instrumentOf: (symbol: string) => Instrument;
  readonly log: Log;
  readonly clock: Clock;
}
