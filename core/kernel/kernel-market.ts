import { concat, defer, filter, from, Observable } from 'rxjs';
import type { Instrument } from '../domain/instrument.ts';
import { Bar, type ConnectionStatus, type DepthUpdate, type Quote, type Trade } from '../domain/market.ts';
import type { Roll } from '../domain/roll.ts';
import type { Session } from '../domain/session.ts';
import type { Micros } from '../domain/time.ts';
import { type Timeframe, timeframeMicros } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { ReportedGap } from '../plugin/connection.ts';
import type { BookView, Market } from '../plugin/context.ts';
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
  private readonly statuses = new Map<string, ConnectionStatus>();
  private readonly statusSource = new HotSource<ConnectionStatus>();
  private readonly gapSource = new HotSource<ReportedGap>();
  private readonly rollSource = new HotSource<Roll>();

  constructor(kernel: Kernel, instrumentOf: (symbol: string) => Instrument) {
    this.kernel = kernel;
    this.instrumentOf = instrumentOf;
  }

  trades = (instrument: string): Observable<Trade> => this.kernel.sources.trades(this.instrumentOf(instrument).index);

  quotes = (instrument: string): Observable<Quote> => this.kernel.sources.quotes(this.instrumentOf(instrument).index);

  depth = (instrument: string): Observable<DepthUpdate> =>
    this.kernel.sources.depth(this.instrumentOf(instrument).index);

  book = (instrument: string): Observable<BookView> => this.kernel.sources.book(this.instrumentOf(instrument).index);

  bars = (symbol: string, timeframe: Timeframe, options: { readonly warmup?: number } = {}): Observable<Bar> => {
    const instrument = this.instrumentOf(symbol);
    const span = spanOf(timeframe);
    const live = this.demanding(instrument, this.kernel.bars.source(instrument.index, span));
    const count = options.warmup ?? 0;
    return count === 0 ? live : this.warmed(live, { instrument: symbol, timeframe, count }, span);
  };

  forming = (symbol: string, timeframe: Timeframe): Observable<Bar> => {
    const instrument = this.instrumentOf(symbol);
    const span = spanOf(timeframe);
    const closed = this.kernel.bars.source(instrument.index, span);
    const forming = this.demanding(instrument, this.kernel.sources.formingBars(instrument.index, span));
    // Wanting the closed bars is what makes the timeframe exist.
    return new Observable((subscriber) => {
      subscriber.add(closed.subscribe());
      return forming.subscribe(subscriber);
    });
  };

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

  /** Bars are made of trades, or come ready made; either way somebody has to ask the provider. */
  private demanding<T>(instrument: Instrument, source: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      const { demand } = this.kernel;
      subscriber.add(demand.add('trades', instrument));
      subscriber.add(demand.add('bars', instrument));
      return source.subscribe(subscriber);
    });
  }

  /** History first, then live. Live bars that close while history is on its way wait for it. */
  private warmed(
    live: Observable<Bar>,
    wanted: { readonly instrument: string; readonly timeframe: Timeframe; readonly count: number },
    span: Micros,
  ): Observable<Bar> {
    return new Observable((subscriber) => {
      let held: Bar[] | undefined = [];
      /** End of the last bar that history brought; a slow live bar may repeat it. */
      let known = Number.NEGATIVE_INFINITY;
      const until = Math.floor(this.kernel.now / span) * span;
      const deliver = (history: readonly Bar[]): void => {
        const waiting = held ?? [];
        held = undefined;
        const outer = this.kernel.historical;
        this.kernel.historical = true;
        for (const bar of history.slice(-wanted.count)) subscriber.next(asHistorical(bar));
        known = history.at(-1)?.end ?? known;
        for (const bar of waiting) {
          // Bars that were missed in the meantime are as historical as the others.
          this.kernel.historical = outer || bar.historical;
          if (bar.end > known) subscriber.next(bar);
        }
        this.kernel.historical = outer;
      };
      subscriber.add(this.history.ask({ ...wanted, until: until / 1000 }, deliver));
      return live.subscribe({
        next: (bar) => {
          if (held !== undefined) held.push(bar);
          else if (bar.end > known) subscriber.next(bar);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
  }
}

function spanOf(timeframe: Timeframe): Micros {
  const span = timeframeMicros(timeframe);
  if (span !== undefined) return span;
  throw new MillraceError({
    code: 'BAD_TIMEFRAME',
    where: {},
    was: `'${timeframe}'`,
    expected: 'a timeframe from 100ms to 1d that divides the day, such as 1s, 30s, 5m, 4h',
    fix: 'use one of 100ms, 1s, 5s, 15s, 30s, 45s, 1m, 5m, 15m, 1h, 4h, 1d',
  });
}

const asHistorical = (bar: Bar): Bar =>
  new Bar(
    bar.instrument,
    bar.timeframe,
    bar.start,
    bar.end,
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    bar.volume,
    bar.trades,
    true,
  );
