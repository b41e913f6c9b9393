import { Observable } from 'rxjs';
import { type BarPlan, barName, barProblem, readBarSpec } from '../../domain/bar-kinds.ts';
import type { BarSpec, PrintSpec } from '../../domain/bar-spec.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Bar } from '../../domain/market.ts';
import type { Micros } from '../../domain/time.ts';
import { type Timeframe, timeframeMicros } from '../../domain/timeframe.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import type { HistoryBoard } from '../history-board.ts';
import type { Kernel } from '../kernel.ts';
import type { BarFeed } from './bar-feed.ts';
import { derivedBars, derivedForming } from './derived-bars.ts';
import { sessions } from './intervals.ts';
import { withHistory } from './with-history.ts';

/** Bars of every kind as Observables: who listens raises the demand that makes them. */
export class BarStreams {
  private readonly kernel: Kernel;
  private readonly history: HistoryBoard;

  constructor(kernel: Kernel, history: HistoryBoard) {
    this.kernel = kernel;
    this.history = history;
  }

  /** Closed bars, after `warmup` historical ones. */
  closed(instrument: Instrument, spec: BarSpec, warmup: number): Observable<Bar> {
    if (typeof spec === 'string' && !isTicks(spec)) return this.timeBars(instrument, spec, warmup);
    const plan = planOf(spec, instrument);
    const others = othersOf(plan);
    if (others !== undefined) {
      const each = plan.kind === 'bars' ? plan.bars : 1;
      return derivedBars(plan, this.parts(instrument), this.closed(instrument, withFlow(others), warmup * each));
    }
    const live = this.fed(instrument, plan, (feed) => feed.closed);
    if (warmup === 0) return live;
    if (plan.kind !== 'time' || plan.from !== 'trades') throw noHistory(plan);
    return this.warmed(live, instrument, plan.time, warmup);
  }

  /** The bar under construction, after each row that it is made of. */
  forming(instrument: Instrument, spec: BarSpec): Observable<Bar> {
    if (typeof spec === 'string' && !isTicks(spec)) return this.formingTimeBars(instrument, spanOf(spec));
    const plan = planOf(spec, instrument);
    const others = othersOf(plan);
    if (others === undefined) return this.fed(instrument, plan, (feed) => feed.forming);
    const full = withFlow(others);
    const [bars$, forming$] = [this.closed(instrument, full, 0), this.forming(instrument, full)];
    return derivedForming(plan, this.parts(instrument), bars$, forming$);
  }

  private timeBars(instrument: Instrument, timeframe: Timeframe, warmup: number): Observable<Bar> {
    const source = this.kernel.bars.source(instrument.index, spanOf(timeframe));
    const live = this.demanding(instrument, ['trades', 'bars'], () => source);
    return warmup === 0 ? live : this.warmed(live, instrument, timeframe, warmup);
  }

  private formingTimeBars(instrument: Instrument, span: Micros): Observable<Bar> {
    const closed = this.kernel.bars.source(instrument.index, span);
    const forming = this.kernel.sources.formingBars(instrument.index, span);
    // Wanting the closed bars is what makes the timeframe exist.
    return new Observable((subscriber) => {
      subscriber.add(closed.subscribe());
      return this.demanding(instrument, ['trades', 'bars'], () => forming).subscribe(subscriber);
    });
  }

  private fed<T>(instrument: Instrument, plan: BarPlan, of: (feed: BarFeed) => Observable<T>): Observable<T> {
    const quotes = 'from' in plan && plan.from !== undefined && plan.from !== 'trades';
    const streams = quotes ? QUOTES : plan.kind === 'time' ? READY_OR_TRADES : TRADES;
    return this.demanding(instrument, streams, () => of(this.kernel.sources.made.feed(instrument.index, plan)));
  }

  /** Bars are made of trades or quotes, or come ready made; either way somebody has to ask the provider. */
  private demanding<T>(
    instrument: Instrument,
    streams: readonly ('trades' | 'quotes' | 'bars')[],
    source: () => Observable<T>,
  ): Observable<T> {
    return new Observable((subscriber) => {
      for (const stream of streams) subscriber.add(this.kernel.demand.add(stream, instrument));
      return source().subscribe(subscriber);
    });
  }

  private warmed(live: Observable<Bar>, { symbol }: Instrument, timeframe: Timeframe, count: number): Observable<Bar> {
    const wanted = { instrument: symbol, timeframe, count };
    return withHistory(live, { kernel: this.kernel, history: this.history, wanted, span: spanOf(timeframe) });
  }

  private parts(instrument: Instrument) {
    return this.kernel.sources.made.partsOf(instrument.index);
  }
}

const TRADES = ['trades'] as const;
const QUOTES = ['quotes'] as const;
const READY_OR_TRADES = ['trades', 'bars'] as const;

const isTicks = (text: string): text is `${number}t` => /^\d+t$/.test(text);

/** Other bars are asked for with their flow, so that what is made of them has it too. */
const withFlow = (spec: PrintSpec): PrintSpec => (typeof spec === 'string' && !isTicks(spec) ? { time: spec } : spec);

const othersOf = (plan: BarPlan): PrintSpec | undefined =>
  plan.kind === 'heikinAshi' ? plan.heikinAshi : 'of' in plan ? plan.of : undefined;

function planOf(spec: BarSpec, instrument: Instrument): BarPlan {
  const read = readBarSpec(spec);
  if (!('plan' in read)) throw new MillraceError(read.issues.map((issue) => barProblem(spec, issue)));
  // Now rather than when somebody subscribes: the error belongs to whoever asked.
  if (read.plan.kind === 'session') sessions(instrument, read.plan);
  return read.plan;
}

const noHistory = (plan: BarPlan): MillraceError =>
  new MillraceError({
    code: 'BARS_WITHOUT_HISTORY',
    where: {},
    was: `warm-up for bars of ${barName(plan)}`,
    expected:
      'warm-up only for bars of a timeframe, or for bars that are made of those: history holds no single trades',
    fix: 'leave out warmup, or use for example 1m, { heikinAshi: 1m } or { renko: 4, of: 1m }',
  });

function spanOf(timeframe: Timeframe): Micros {
  const span = timeframeMicros(timeframe);
  if (span !== undefined) return span;
  throw new MillraceError({
    code: 'BAD_TIMEFRAME',
    where: {},
    was: `'${timeframe}'`,
    expected: 'a timeframe from 100ms to 1d that divides the day, such as 1s, 30s, 5m, 4h',
    fix: 'use one of 100ms, 1s, 5s, 15s, 30s, 45s, 1m, 5m, 15m, 1h, 4h, 1d; other kinds of bars are in docs/bars.md',
  });
}
