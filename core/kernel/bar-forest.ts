import type { BarChunk, TradeChunk } from '../domain/chunk.ts';
import type { Instrument } from '../domain/instrument.ts';
import { Bar } from '../domain/market.ts';
import type { Micros } from '../domain/time.ts';
import { type Timeframe, timeframeName } from '../domain/timeframe.ts';
import type { BarLevel } from './bar-level.ts';
import { END, LAST, LAST_AT, MINUTE_END, PATIENCE, ROW, START } from './bar-row.ts';
import { BarTree } from './bar-tree.ts';
import { HotSource } from './hot-source.ts';
import { LagWatch } from './lag.ts';

interface BarStream {
  readonly span: Micros;
  readonly k: number;
  readonly source: HotSource<Bar>;
  count: number;
}

/**
 * All bars of a run. Timeframes that are demanded before the first trade share one tree, whose base rows are the kernel's
 * own. One that comes later joins it when the base divides it; otherwise it starts a tree of its own.
 */
export class BarForest {
  /** The first tree accumulates in the kernel's loop; the others here. */
  trees: BarTree[] = [];
  private readonly instruments: readonly Instrument[];
  private readonly rows: Float64Array;
  readonly lag: LagWatch;
  private readonly streams = new Map<string, BarStream>();
  /** 1 once a trade of the instrument has come: ready-made bars would count it twice. */
  readonly traded: Uint8Array;
  /** Of bars that no tree makes: see bars/. */
  readonly apart = { late: 0, emitted: 0 };
  /** Missed bars that were handed out. */
  recovered = 0;
  /** Told when a tree is added that the kernel's loop does not accumulate. */
  onLaterTree: () => void = () => undefined;
  private started = false;
  /** The trees are those of `streams`. */
  private settled = false;

  constructor(instruments: readonly Instrument[], rows: Float64Array, grace: Micros) {
    this.instruments = instruments;
    this.rows = rows;
    this.lag = new LagWatch(rows, grace);
    this.traded = new Uint8Array(instruments.length);
    for (let k = 0; k < instruments.length; k++) this.ignore(rows, k);
  }

  get deadline(): Micros {
    let next = Number.POSITIVE_INFINITY;
    // By index: with an iterator the kernel's loop does not inline it.
    for (let t = 0; t < this.trees.length; t++) if (this.trees[t]!.deadline < next) next = this.trees[t]!.deadline;
    return next;
  }

  get late(): number {
    return this.trees.reduce((sum, tree) => sum + tree.late, this.apart.late);
  }

  get emitted(): number {
    return this.trees.reduce((sum, tree) => sum + tree.emitted, this.apart.emitted);
  }

  /** Closed bars of one instrument and timeframe. */
  source(k: number, span: Micros): HotSource<Bar> {
    const key = `${k} ${span}`;
    const known = this.streams.get(key);
    if (known !== undefined) return known.source;
    const source = new HotSource<Bar>((count) => this.count(key, count));
    this.streams.set(key, { k, span, source, count: 0 });
    return source;
  }

  /** Builds what is due. Called before rows are processed. */
  settle(): void {
    if (this.settled) return;
    this.settled = true;
    this.started = true;
    const wanted = [...this.streams.values()].filter(({ count }) => count > 0);
    const spans = [...new Set(wanted.map(({ span }) => span))];
    this.trees = spans.length === 0 ? [] : [new BarTree(this.instruments, spans, this.lag, this.rows)];
    for (const stream of wanted) this.connect(stream);
  }

  /** A trade that is not simply the next one of its instrument's open bar in the first tree. */
  take(chunk: TradeChunk, i: number): void {
    const { rows } = this;
    const k = chunk.inst[i]!;
    const b = k * ROW;
    const event = chunk.event[i]!;
    const recv = chunk.recv[i]!;
    if (event >= rows[b + MINUTE_END]! || recv - event > rows[b + PATIENCE]!) {
      if (this.lag.note(k, event, recv)) for (const tree of this.trees) tree.reconsider(k);
    }
    if (rows[b + START] === Number.NEGATIVE_INFINITY) return this.keepPrice(b, event, chunk.price[i]!);
    this.traded[k] = 1;
    this.trees[0]?.cross(chunk, i);
  }

  levelOf(span: Micros): { tree: BarTree; level: BarLevel } | undefined {
    for (const tree of this.trees) {
      const level = tree.level(span);
      if (level !== undefined) return { tree, level };
    }
    return undefined;
  }

  /** Ready-made bars, in place of trades. */
  addBar(chunk: BarChunk, i: number): void {
    const k = chunk.inst[i]!;
    if (this.traded[k] === 1) return;
    const span = chunk.span[i]!;
    const end = chunk.event[i]!;
    const instrument = this.instruments[k]!;
    const timeframe = timeframeName(span);
    const bar = new Bar(
      instrument.symbol,
      timeframe,
      (end - span) / 1000,
      end / 1000,
      chunk.open[i]!,
      chunk.high[i]!,
      chunk.low[i]!,
      chunk.close[i]!,
      chunk.volume[i]!,
      chunk.trades[i]!,
    );
    // The clock has to wait for the last bar of a coarser one, which comes at its end or later.
    const eager = this.lag.note(k, end - 1, chunk.recv[i]!);
    for (const tree of this.trees) {
      if (eager) tree.reconsider(k);
      tree.addBar(k, bar, span);
    }
  }

  /** Timeframes that somebody listens to, by instrument. */
  wanted(): readonly { readonly instrument: string; readonly timeframe: Timeframe }[] {
    const heard = [...this.streams.values()].filter(({ count }) => count > 0);
    return heard.map(({ k, span }) => ({ instrument: this.instruments[k]!.symbol, timeframe: timeframeName(span) }));
  }

  /** Hands out bars that were missed. Those that were closed here already, in part or whole, are left as they are. */
  addMissed(k: number, bars: readonly Bar[]): void {
    for (const bar of bars) {
      const span = Math.round((bar.end - bar.start) * 1000);
      const stream = this.streams.get(`${k} ${span}`);
      const level = this.levelOf(span)?.level;
      if (stream === undefined || stream.count === 0 || level === undefined) continue;
      if (!level.takesMissed(k, Math.round(bar.start * 1000))) continue;
      this.recovered++;
      stream.source.emit(bar);
    }
  }

  private count(key: string, count: number): void {
    const stream = this.streams.get(key);
    if (stream === undefined) return;
    const before = stream.count;
    stream.count = count;
    if (!this.started) {
      this.settled = false;
      return;
    }
    if (before === 0 && count > 0) this.join(stream);
    if (count === 0) {
      const level = this.levelOf(stream.span)?.level;
      if (level !== undefined) level.wanted[stream.k] = 0;
    }
  }

  /** A timeframe that is wanted while trades are already flowing. */
  private join(stream: BarStream): void {
    if (this.levelOf(stream.span) === undefined) {
      const host = this.trees.find((tree) => stream.span > tree.base && stream.span % tree.base === 0);
      if (host !== undefined) host.addLevel(stream.span);
      else if (this.trees.length === 0)
        this.trees.push(new BarTree(this.instruments, [stream.span], this.lag, this.rows));
      else {
        this.trees.push(this.ownTree(stream));
        this.onLaterTree();
      }
    }
    this.connect(stream);
  }

  private ownTree(stream: BarStream): BarTree {
    const tree = new BarTree(this.instruments, [stream.span], this.lag);
    const rows = tree.levels[0]?.rows;
    if (rows !== undefined) for (let k = 0; k < this.instruments.length; k++) this.ignore(rows, k);
    return tree;
  }

  private connect(stream: BarStream): void {
    const home = this.levelOf(stream.span);
    const base = home?.tree.levels[0];
    if (home === undefined || base === undefined) return;
    home.level.sources[stream.k] = stream.source;
    home.level.wanted[stream.k] = 1;
    const b = stream.k * ROW;
    if (base.rows[b + START] === Number.NEGATIVE_INFINITY) {
      base.rows[b + START] = Number.POSITIVE_INFINITY;
      base.rows[b + LAST_AT] = Number.POSITIVE_INFINITY;
      base.rows[b + END] = Number.NEGATIVE_INFINITY;
    }
  }

  /** A trade of an instrument without bars. Its row ends with the minute, so that the lag is looked at as in any other. */
  private keepPrice(b: number, event: Micros, price: number): void {
    const { rows } = this;
    rows[b + END] = rows[b + MINUTE_END]!;
    if (event < rows[b + LAST_AT]!) return;
    rows[b + LAST] = price;
    rows[b + LAST_AT] = event;
  }

  /** A row that makes no bars: the loop keeps its last price, and looks at each minute because of the lag. */
  private ignore(rows: Float64Array, k: number): void {
    rows[k * ROW + START] = Number.NEGATIVE_INFINITY;
    rows[k * ROW + LAST_AT] = Number.NEGATIVE_INFINITY;
    rows[k * ROW + END] = Number.NEGATIVE_INFINITY;
  }
}
