import {
  BarChunk,
  type Chunk,
  DEPTH_LAST,
  DEPTH_SNAPSHOT,
  DepthChunk,
  type InputRow,
  QuoteChunk,
  SIDE_BUY,
  SIDE_SELL,
  SIDE_UNKNOWN,
  TradeChunk,
} from '../domain/chunk.ts';
import type { BarEvent, DepthEvent, QuoteEvent, TradeEvent } from '../domain/event.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Level } from '../domain/market.ts';
import { type Micros, toMicros } from '../domain/time.ts';
import { timeframeMicros } from '../domain/timeframe.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { JournalEntry } from '../plugin/persistence.ts';
import { findFault } from './event-fault.ts';

type RowEvent = TradeEvent | QuoteEvent | DepthEvent | BarEvent;

export interface IntakeParts {
  readonly kernel: Kernel;
  readonly symbols: ReadonlyMap<string, Instrument>;
  /** `undefined` when nobody keeps a record: making an entry takes a twentieth of the way of a trade. */
  readonly journal: ((entry: JournalEntry) => void) | undefined;
  /** The clock that stamps; `undefined` when events bring their own receipt time. */
  readonly wall: (() => Micros) | undefined;
  /** Told of each event that was dropped: its kind of fault, and the event. */
  readonly onBad: (fault: string, event: unknown) => void;
  /** Delivers an input row to those it is for. */
  readonly deliver: (row: InputRow) => void;
}

/**
 * The only way into a run. Everything gets a sequence number and a receipt time, is written ahead to the journal, and is
 * delivered, all in one call; what arrives during a delivery waits for its end. So the order of everything is the order
 * on the tape.
 */
export class Intake {
  // Each on its own: an object in between is one more thing to wait for on the way of a trade.
  private readonly kernel: Kernel;
  private readonly symbols: IntakeParts['symbols'];
  private readonly journal: IntakeParts['journal'];
  private readonly wall: IntakeParts['wall'];
  private readonly onBad: IntakeParts['onBad'];
  private readonly deliver: IntakeParts['deliver'];
  private seq = 0;
  private waiting: (() => void)[] = [];
  private readonly trade = new TradeChunk(1);
  private readonly quote = new QuoteChunk(1);
  private readonly bar = new BarChunk(1);
  private depth = new DepthChunk(64);

  constructor({ kernel, symbols, journal, wall, onBad, deliver }: IntakeParts) {
    this.kernel = kernel;
    this.symbols = symbols;
    this.journal = journal;
    this.wall = wall;
    this.onBad = onBad;
    this.deliver = deliver;
  }

  get lastSeq(): number {
    return this.seq;
  }

  /**
   * Takes one market event or one chunk from a provider.
   *
   * @param numbers the run's instrument number for each of the provider's own, for chunks; `undefined` when they are equal
   * @param receivedAt the wall clock when a chunk's bytes came in; 0 for now
   */
  take(event: RowEvent | Chunk, numbers?: readonly (number | undefined)[], receivedAt: Micros = 0): void {
    if (this.kernel.busy) {
      // A provider refills its chunk as soon as we return, so one that has to wait is copied.
      const kept = 'capacity' in event ? structuredClone(event) : event;
      return this.wait(() => this.takeNow(kept, numbers, receivedAt));
    }
    if (this.waiting.length > 0) this.takeWaiting();
    this.takeNow(event, numbers, receivedAt);
  }

  /** Takes anything that is not a market row. */
  input(kind: string, payload: unknown): void {
    if (this.kernel.busy) return this.wait(() => this.takeInput(kind, payload));
    if (this.waiting.length > 0) this.takeWaiting();
    this.takeInput(kind, payload);
  }

  /** Rows of a recording keep the numbers and times that they have. */
  replay(chunk: Chunk, from: number, to: number): void {
    if (to <= from) return;
    this.journal?.({ type: 'market', chunk, from, to });
    this.kernel.process(chunk, from, to);
    this.seq = chunk.seq[to - 1] ?? this.seq;
  }

  replayInput(row: InputRow): void {
    this.seq = row.seq;
    this.journal?.({ type: 'input', row });
    this.kernel.run(row.recv, row.seq, () => this.deliver(row));
  }

  /** The time that an event arriving now would get. */
  stamp(receivedAt: Micros = 0): Micros {
    const { kernel, wall } = this;
    if (wall === undefined) return kernel.now;
    // Twice, and not of one or the other: what a function answers may be anything, and the engine would make an object of both.
    return receivedAt === 0 ? Math.max(wall(), kernel.now) : Math.max(receivedAt, kernel.now);
  }

  private wait(work: () => void): void {
    this.waiting.push(work);
    // Whatever keeps the kernel busy drains its queue before it ends; the last action of all takes what has waited.
    if (this.waiting.length === 1) queueMicrotask(() => this.takeWaiting());
  }

  private takeWaiting(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const work of waiting) work();
  }

  private takeNow(
    event: RowEvent | Chunk,
    numbers: readonly (number | undefined)[] | undefined,
    receivedAt: Micros,
  ): void {
    if ('capacity' in event) this.takeChunk(event, numbers, receivedAt);
    else this.takeEvent(event);
  }

  private takeInput(kind: string, payload: unknown): void {
    const row: InputRow = { seq: ++this.seq, recv: this.stamp(), kind, payload };
    this.journal?.({ type: 'input', row });
    this.kernel.run(row.recv, row.seq, () => this.deliver(row));
  }

  private takeChunk(chunk: Chunk, numbers: readonly (number | undefined)[] | undefined, receivedAt: Micros): void {
    const { kernel, wall, symbols } = this;
    const { n, recv, seq, inst } = chunk;
    const now = wall === undefined ? 0 : this.stamp(receivedAt);
    if (chunk.kind === 'trades' && n === 1 && this.takeNext(chunk, numbers, now)) return;
    let last = kernel.now;
    for (let i = 0; i < n; i++) {
      const k = numbers === undefined ? (inst[i] as number) : numbers[inst[i] as number];
      if (k === undefined || k >= symbols.size) return this.onBad('unknown instrument number', inst[i]);
      inst[i] = k;
      const at = wall === undefined ? (recv[i] as number) : now;
      // A receipt clock that steps back would reorder the world.
      last = at > last ? at : last;
      recv[i] = last;
      seq[i] = ++this.seq;
    }
    this.deliverRows(chunk, n);
  }

  /** The short way of a single trade that nobody records. @returns false when it does not go it */
  private takeNext(chunk: TradeChunk, numbers: readonly (number | undefined)[] | undefined, now: Micros): boolean {
    if (this.journal !== undefined || this.wall === undefined) return false;
    const number = chunk.inst[0] as number;
    const k = numbers === undefined ? number : numbers[number];
    this.seq++;
    if (k !== undefined && this.kernel.processNext(chunk, k, now, this.seq)) return true;
    this.seq--;
    return false;
  }

  private takeEvent(event: RowEvent): void {
    const instrument = this.symbols.get(event.instrument);
    const fault = instrument === undefined ? 'unknown instrument' : findFault(event);
    if (instrument === undefined || fault !== undefined) {
      return this.onBad(`${event.kind}: ${fault ?? ''}`, event);
    }
    if (event.kind === 'trade') this.takeTrade(event, instrument.index);
    else if (event.kind === 'quote') this.takeQuote(event, instrument.index);
    else if (event.kind === 'depth') this.takeDepth(event, instrument.index);
    else this.takeBar(event, instrument.index);
  }

  private takeTrade(event: TradeEvent, k: number): void {
    const chunk = this.trade;
    this.fill(chunk, 0, event, k);
    chunk.price[0] = event.price;
    chunk.size[0] = event.size;
    chunk.side[0] = event.side === 'buy' ? SIDE_BUY : event.side === 'sell' ? SIDE_SELL : SIDE_UNKNOWN;
    this.deliverRows(chunk, 1);
  }

  private takeQuote(event: QuoteEvent, k: number): void {
    const chunk = this.quote;
    this.fill(chunk, 0, event, k);
    chunk.bid[0] = event.bid ?? Number.NaN;
    chunk.bidSize[0] = event.bid === undefined ? 0 : event.bidSize;
    chunk.ask[0] = event.ask ?? Number.NaN;
    chunk.askSize[0] = event.ask === undefined ? 0 : event.askSize;
    this.deliverRows(chunk, 1);
  }

  private takeDepth(event: DepthEvent, k: number): void {
    const levels = event.bids.length + event.asks.length;
    if (levels === 0) return;
    if (this.depth.capacity < levels) this.depth = new DepthChunk(levels * 2);
    const chunk = this.depth;
    const put = (i: number, side: number, [price, size]: Level): void => {
      this.fill(chunk, i, event, k);
      chunk.side[i] = side;
      chunk.price[i] = price;
      chunk.size[i] = size;
      const first = i === 0 && event.snapshot === true ? DEPTH_SNAPSHOT : 0;
      chunk.flags[i] = first | (i === levels - 1 ? DEPTH_LAST : 0);
    };
    event.bids.forEach((level, i) => {
      put(i, SIDE_BUY, level);
    });
    event.asks.forEach((level, i) => {
      put(event.bids.length + i, SIDE_SELL, level);
    });
    // One message came in at one time.
    chunk.recv.fill(chunk.recv[0] ?? 0, 0, levels);
    chunk.event.fill(chunk.event[0] ?? 0, 0, levels);
    this.deliverRows(chunk, levels);
  }

  private takeBar(event: BarEvent, k: number): void {
    const chunk = this.bar;
    const span = timeframeMicros(event.timeframe) ?? 0;
    this.fill(chunk, 0, event, k);
    chunk.event[0] = toMicros(event.start) + span;
    chunk.span[0] = span;
    chunk.open[0] = event.open;
    chunk.high[0] = event.high;
    chunk.low[0] = event.low;
    chunk.close[0] = event.close;
    chunk.volume[0] = event.volume;
    chunk.trades[0] = event.trades ?? 0;
    this.deliverRows(chunk, 1);
  }

  /** The columns that rows of all kinds share. */
  private fill(chunk: Chunk, i: number, event: RowEvent, k: number): void {
    const now = this.stamp();
    const recv = this.wall === undefined && event.tsRecv !== undefined ? toMicros(event.tsRecv) : now;
    chunk.seq[i] = ++this.seq;
    chunk.recv[i] = Math.max(recv, this.kernel.now);
    chunk.recvNs[i] = 0;
    chunk.event[i] = event.tsEvent === undefined ? chunk.recv[i] : toMicros(event.tsEvent);
    chunk.eventNs[i] = event.tsEventNs ?? 0;
    chunk.inst[i] = k;
    chunk.id[i] = event.id ?? 0;
  }

  private deliverRows(chunk: Chunk, rows: number): void {
    chunk.n = rows;
    this.journal?.({ type: 'market', chunk, from: 0, to: rows });
    this.kernel.process(chunk, 0, rows);
  }
}
