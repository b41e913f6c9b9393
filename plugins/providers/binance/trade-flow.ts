import { Subscription } from 'rxjs';
import { MICROS_PER_SECOND, type Micros, toMillis } from '#core';
import { PRINTS_PER_PAGE } from './rest.ts';
import type { Tools } from './tools.ts';

export interface Print {
  readonly id: number;
  /** NaN for a print that takes a number and is no trade. */
  readonly price: number;
  readonly size: number;
  readonly side: number;
  readonly event: Micros;
}

export interface FillSettings {
  readonly waitMs: number;
  readonly most: number;
  /** Trades from that number on, in order; fewer than a page's worth mean that there are no more yet. */
  readonly fetch: ((from: number) => Promise<readonly Print[]>) | undefined;
}

/** Two connections, or a venue out of order, may be this far apart before a hole counts as one. */
const GRACE_MS = 50;
/** The REST interface lags behind the streams, and may fail: the first pause before it is asked again, doubled each time. */
const LAG_MS = 100;
/** A number seen before, this much later than all: no repetition, but a venue that counts from the start again. */
const RESTART_US = MICROS_PER_SECOND;
/** Trades that wait for older ones. */
const MOST_HELD = 50_000;

/** The search for what is missing. */
interface Fill {
  readonly from: Micros;
  readonly reason: string;
  /** Nothing newer has shown a hole: fetch until there is no more. */
  readonly open: boolean;
  readonly timers: Subscription;
  /** Trades that only the search brought. */
  fetched: number;
  /** Numbers that are nowhere, and the first trade after one. */
  absent: number;
  until: Micros | undefined;
}

/**
 * The trades of one instrument, each once and in the order of their numbers, over any number of connections. Where numbers
 * are missing, newer trades wait while the missing ones are fetched, for a bounded time.
 */
export class TradeFlow {
  private readonly symbol: string;
  private readonly inst: number;
  private readonly tools: Tools;
  private readonly settings: FillSettings;
  private held: Print[] = [];
  private fill: Fill | undefined = undefined;

  constructor(symbol: string, inst: number, tools: Tools, settings: FillSettings) {
    this.symbol = symbol;
    this.inst = inst;
    this.tools = tools;
    this.settings = settings;
  }

  take(id: number, price: number, size: number, side: number, event: Micros): void {
    const { inst } = this;
    const { tails, writer } = this.tools;
    if (!tails.follow(inst, id, event)) {
      if (this.fill !== undefined || (id !== this.last + 1 && this.last !== 0)) {
        return this.takeUnusual({ id, price, size, side, event });
      }
      tails.note(inst, id, event);
      tails.open(inst, true);
    }
    if (size >= 0) writer.trade(inst, price, size, side, event, 0, id);
  }

  /** The stream is open again: fetches what has been traded since the last trade known. */
  resume(): void {
    if (this.last > 0 && this.fill === undefined && this.settings.fetch !== undefined) this.search('reconnect', true);
  }

  /** The stream has ended. What waits will be found missing when it comes back. */
  pause(): void {
    this.fill?.timers.unsubscribe();
    this.fill = undefined;
    this.held = [];
    this.tools.tails.open(this.inst, false);
  }

  /** Nobody wants the trades any more: what is missed from here on is no gap. */
  forget(): void {
    this.pause();
    this.tools.tails.note(this.inst, 0, this.lastEvent);
  }

  /** Number of the last trade; 0 for none. */
  private get last(): number {
    return this.tools.tails.last(this.inst);
  }

  private get lastEvent(): Micros {
    return this.tools.tails.event(this.inst);
  }

  private takeUnusual(print: Print): void {
    if (print.id <= this.last) return this.takeKnown(print);
    this.hold(print);
    if (this.fill === undefined) this.search('sequence', false);
    else this.advance();
    if (this.held.length > MOST_HELD) this.settle();
  }

  /** A number that was there before is a repetition, unless it is later than all: then the venue counts from the start. */
  private takeKnown(print: Print): void {
    if (this.fill !== undefined || print.event <= this.lastEvent + RESTART_US) return;
    const { lastEvent: from } = this;
    this.report({ missed: undefined, from, until: print.event, filled: 'none', reason: 'trade numbers began anew' });
    this.write(print);
  }

  private write({ id, price, size, side, event }: Print): void {
    this.tools.tails.note(this.inst, id, event);
    this.tools.writer.trade(this.inst, price, size, side, event, 0, id);
  }

  /** In the order of their numbers; nearly always at the end. */
  private hold(print: Print): void {
    let at = this.held.length;
    while (at > 0 && (this.held[at - 1] as Print).id > print.id) at--;
    if (this.held[at - 1]?.id !== print.id) this.held.splice(at, 0, print);
  }

  /** Hands out what waits, as far as nothing is missing before it. */
  private advance(): void {
    let at = 0;
    for (const print of this.held) {
      if (print.id > this.last + 1) break;
      at++;
      if (print.id > this.last) this.write(print);
    }
    if (at > 0) this.held.splice(0, at);
    if (this.held.length === 0 && this.fill?.open === false) this.finish(this.fill);
  }

  private search(reason: string, open: boolean): void {
    const { fetch, waitMs } = this.settings;
    const timers = new Subscription();
    const fill: Fill = { from: this.lastEvent, reason, open, timers, fetched: 0, absent: 0, until: undefined };
    this.fill = fill;
    this.tools.tails.open(this.inst, false);
    timers.add(this.tools.wall.schedule(() => this.settle(), fetch === undefined ? GRACE_MS : waitMs));
    if (fetch !== undefined) void this.run(fill, fetch);
  }

  private async run(fill: Fill, fetch: NonNullable<FillSettings['fetch']>): Promise<void> {
    if (!fill.open) await this.sleep(GRACE_MS, fill);
    let pauseMs = LAG_MS;
    while (this.fill === fill && fill.fetched < this.settings.most) {
      const before = this.last;
      const page = await this.fetchPage(fetch);
      if (this.fill !== fill) return;
      if (page !== undefined) this.takePage(page, fill);
      // A short page is the last one, unless newer trades wait that it should have led up to.
      if (this.held.length === 0 && page !== undefined && page.length < PRINTS_PER_PAGE) break;
      if (this.last !== before) continue;
      await this.sleep(pauseMs, fill);
      pauseMs *= 2;
    }
    if (this.fill === fill) this.settle();
  }

  private async fetchPage(fetch: NonNullable<FillSettings['fetch']>): Promise<readonly Print[] | undefined> {
    try {
      return await fetch(this.last + 1);
    } catch (error) {
      this.tools.link.bad('lost trades could not be fetched', `${this.symbol}: ${String(error)}`);
      return undefined;
    }
  }

  private takePage(page: readonly Print[], fill: Fill): void {
    let at = 0;
    for (const print of page) {
      if (print.id <= this.last) continue;
      this.noteAbsent(print, fill);
      while (at < this.held.length && (this.held[at] as Print).id < print.id) at++;
      if (this.held[at]?.id !== print.id) fill.fetched++;
      this.write(print);
    }
    this.advance();
    this.tools.writer.flush();
  }

  private noteAbsent({ id, event }: Print, fill: Fill): void {
    if (id === this.last + 1) return;
    fill.absent += id - this.last - 1;
    fill.until ??= event;
  }

  /** Time is up, or there is no more to be had: what waits goes out, with whatever is missing before it. */
  private settle(): void {
    const { fill } = this;
    if (fill === undefined) return;
    for (const print of this.held) {
      if (print.id <= this.last) continue;
      this.noteAbsent(print, fill);
      this.write(print);
    }
    this.held = [];
    this.finish(fill);
    this.tools.writer.flush();
  }

  private finish(fill: Fill): void {
    this.fill = undefined;
    fill.timers.unsubscribe();
    const { fetched, absent, reason, from, until } = fill;
    if (fetched > 0) this.report({ missed: fetched, from, until: this.lastEvent, filled: 'all', reason });
    if (absent > 0) this.report({ missed: absent, from, until, filled: 'none', reason });
  }

  private report(gap: {
    readonly missed: number | undefined;
    readonly from: Micros;
    readonly until: Micros | undefined;
    readonly filled: 'all' | 'none';
    readonly reason: string;
  }): void {
    const until = gap.until === undefined ? undefined : toMillis(gap.until);
    this.tools.link.gap({ instrument: this.symbol, stream: 'trades', ...gap, from: toMillis(gap.from), until });
  }

  private sleep(ms: number, { timers }: Fill): Promise<void> {
    return new Promise((resolve) => timers.add(this.tools.wall.schedule(() => resolve(), ms)));
  }
}
