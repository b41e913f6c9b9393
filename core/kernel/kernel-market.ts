import { concat, defer, filter, from, type Observable } from 'rxjs';
import type { BarSpec } from '../domain/bar-spec.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Bar, ConnectionStatus, DepthUpdate, Quote, Trade } from '../domain/market.ts';
import type { Roll } from '../domain/roll.ts';
import type { Session } from '../domain/session.ts';
import type { ReportedGap } from '../plugin/connection.ts';
import type { BookView, Market } from '../plugin/context.ts';
import { BarStreams } from './bars/bar-streams.ts';
import { asHistorical } from './bars/with-history.ts';
import { HistoryBoard } from './history-board.ts';
import { HotSource } from './hot-source.ts';
import { intervalMicros } from './interval.ts';
import type { Kernel } from './kernel.ts';
import { sessionsOf } from './sessions.ts';

/**
 * The market as plugins see it: names instead of numbers, and demand that follows subscriptions. Functions, not methods, so
 * that `const { trades } = market` works.
 */
export class KernelMarket implements Market {
  readonly history: HistoryBoard = new HistoryBoard();
  private readonly kernel: Kernel;
  private readonly instrumentOf: (symbol: string) => Instrument;
  private readonly barStreams: BarStreams;
  private readonly statuses = new Map<string, ConnectionStatus>();
  private readonly statusSource = new HotSource<ConnectionStatus>();
  private readonly gapSource = new HotSource<ReportedGap>();
  private readonly rollSource = new HotSource<Roll>();

  constructor(kernel: Kernel, instrumentOf: (symbol: string) => Instrument) {
    this.kernel = kernel;
    this.instrumentOf = instrumentOf;
    this.barStreams = new BarStreams(kernel, this.history);
  }

  trades = (instrument: string): Observable<Trade> => this.kernel.sources.trades(this.instrumentOf(instrument).index);

  quotes = (instrument: string): Observable<Quote> => this.kernel.sources.quotes(this.instrumentOf(instrument).index);

  depth = (instrument: string): Observable<DepthUpdate> =>
    this.kernel.sources.depth(this.instrumentOf(instrument).index);

  book = (instrument: string): Observable<BookView> => this.kernel.sources.book(this.instrumentOf(instrument).index);

  bars = (symbol: string, spec: BarSpec, options: { readonly warmup?: number } = {}): Observable<Bar> =>
    this.barStreams.closed(this.instrumentOf(symbol), spec, options.warmup ?? 0);

  forming = (symbol: string, spec: BarSpec): Observable<Bar> =>
    this.barStreams.forming(this.instrumentOf(symbol), spec);

  session = (symbol: string, { every }: { readonly every?: string } = {}): Observable<Session> =>
    sessionsOf(
      this.kernel,
      this.instrumentOf(symbol),
      every === undefined ? undefined : intervalMicros('every', every),
    );

  rolls = (symbol: string): Observable<Roll> => {
    const instrument = this.instrumentOf(symbol).symbol;
    return this.rollSource.pipe(filter((roll) => roll.instrument === instrument));
  };

  noteRoll(roll: Roll): void {
    this.rollSource.emit(roll);
  }

  status = (): Observable<ConnectionStatus> =>
    defer(() => concat(from([...this.statuses.values()]), this.statusSource));

  setStatus(status: ConnectionStatus): void {
    this.statuses.set(status.provider, status);
    this.statusSource.emit(status);
  }

  gaps = (): Observable<ReportedGap> => this.gapSource;

  noteGap(gap: ReportedGap): void {
    this.gapSource.emit(gap);
  }

  /** Bars of a gap, fetched afterwards: they reach their listeners as historical ones. */
  addMissed(symbol: string, bars: readonly Bar[]): void {
    const { kernel } = this;
    const outer = kernel.historical;
    kernel.historical = true;
    kernel.bars.addMissed(this.instrumentOf(symbol).index, bars.map(asHistorical));
    kernel.historical = outer;
  }
}
