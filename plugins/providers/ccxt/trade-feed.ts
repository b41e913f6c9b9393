import { firstValueFrom, from, of, race, timer } from 'rxjs';
import { catchError, map } from 'rxjs/operators';
import { MICROS_PER_MS, SIDE_BUY, SIDE_SELL, SIDE_UNKNOWN, toMicros } from '#core';
import { can } from './exchange.ts';
import { numberOf } from './number-of.ts';
import { SeenTrades } from './seen-trades.ts';
import type { Tools } from './tools.ts';

/** Many exchanges greet with their latest trades. Before we came, older ones than this are history. */
const RECENT_MS = 10_000;
const PAGE = 1000;
const MOST_PAGES = 10;
const AGAIN_MS = 200;
const NEVER = new Promise<undefined>(() => undefined);

export interface Print {
  /** Its number, or its content where it has none. */
  readonly key: string;
  readonly id: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly side: number;
}

/**
 * The trades of one instrument, each once, over all connections. ccxt fetches nothing that an outage missed: this does, and
 * holds newer trades back meanwhile, so that they come in order.
 */
export class TradeFeed {
  private readonly symbol: string;
  private readonly inst: number;
  private readonly tools: Tools;
  private readonly seen = new SeenTrades();
  private last: Print | undefined;
  private startedAt: number | undefined;
  /** Epoch milliseconds since which trades may be missing; `undefined` when none are. */
  private gapFrom: number | undefined;
  /** Whether all that was fetched for the gap reached back to what was known. */
  private reachesBack = true;
  /** Newer trades while lost ones are being fetched. */
  private held: Print[] | undefined;
  private fill = 0;

  constructor(symbol: string, inst: number, tools: Tools) {
    this.symbol = symbol;
    this.inst = inst;
    this.tools = tools;
  }

  /** What a socket delivered; repetitions are left out. */
  take(answer: unknown): void {
    const prints = this.printsOf(answer);
    if (this.held !== undefined) this.held.push(...prints);
    else if (this.gapFrom === undefined) this.write(this.last === undefined ? this.recent(prints) : prints);
    else {
      this.held = prints;
      void this.fillUp();
    }
  }

  /** An answer of a request in place of a stream: one that does not reach back to the last one leaves a gap. */
  takePage(answer: unknown): void {
    const prints = this.printsOf(answer);
    const { last } = this;
    const first = prints[0];
    if (last !== undefined && first !== undefined && first.time > last.time && !this.overlaps(prints)) {
      this.report(last.time, first.time, false, 'asked too seldom');
    }
    this.write(last === undefined ? this.recent(prints) : prints);
  }

  /** Epoch milliseconds from which a request should answer. */
  get since(): number | undefined {
    return this.last?.time;
  }

  /**
   * A new connection: what the last one missed is fetched. ccxt does not say when a subscription holds, so only the first
   * trade of the socket proves that nothing is missing before it: what was fetched has to contain it.
   */
  async resume(): Promise<void> {
    const { tools, last } = this;
    const isFirst = this.startedAt === undefined;
    this.startedAt ??= tools.now();
    if (isFirst) return;
    this.gapFrom ??= last?.time ?? this.startedAt;
    this.held = [];
    await this.fillUp();
  }

  /** The connection is gone. What was held counts as missed: the next one fetches it. */
  pause(): void {
    this.fill++;
    this.held = undefined;
  }

  /** Fetches until it meets the first trade of the socket, within the time that newer trades may wait. */
  private async fillUp(): Promise<void> {
    const { now, options } = this.tools;
    const fill = ++this.fill;
    const end = now() + options.fillWait / MICROS_PER_MS;
    for (;;) {
      const missed = await this.within(end - now(), this.fetch(this.last?.time ?? this.gapFrom ?? now()));
      if (fill !== this.fill) return;
      if (missed !== undefined) this.reachesBack &&= this.last === undefined || this.overlaps(missed);
      this.write(missed ?? []);
      const first = this.held?.[0];
      // Nothing has come by the socket: its first trade will ask again.
      if (first === undefined) {
        this.held = undefined;
        return;
      }
      const meets = this.seen.knows(first.key);
      if (meets || missed === undefined || now() >= end) return this.endGap(first.time, meets && this.reachesBack);
      // The exchange's requests lag behind its stream.
      await this.within(AGAIN_MS, NEVER);
    }
  }

  private endGap(until: number, complete: boolean): void {
    const held = this.held ?? [];
    this.held = undefined;
    this.report(this.gapFrom ?? until, until, complete, 'reconnect');
    this.gapFrom = undefined;
    this.reachesBack = true;
    this.write(held);
  }

  /** `undefined` when it takes too long, or fails. */
  private within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    return firstValueFrom(
      race(
        from(work).pipe(catchError((error: unknown) => of(this.failed(error)))),
        timer(Math.max(0, ms), this.tools.wall).pipe(map(() => undefined)),
      ),
    );
  }

  /** Everything since a time, page by page, in order. */
  private async fetch(since: number): Promise<readonly Print[]> {
    const { exchange } = this.tools;
    if (!can(exchange, 'fetchTrades')) return [];
    const all: Print[] = [];
    let at = since;
    for (let page = 0; page < MOST_PAGES; page++) {
      const prints = this.printsOf(await exchange.fetchTrades(this.symbol, at, PAGE));
      const newest = prints.at(-1)?.time ?? at;
      all.push(...prints);
      // An exchange that ignores `since` answers with the same again.
      if (newest <= at || prints.length < PAGE / 2) break;
      at = newest;
    }
    return all;
  }

  private failed(error: unknown): undefined {
    this.tools.log.warn(`the trades of ${this.symbol} that were missed could not be fetched`, { err: error });
    return undefined;
  }

  private overlaps(prints: readonly Print[]): boolean {
    return prints.some(({ key }) => this.seen.knows(key));
  }

  private recent(prints: readonly Print[]): readonly Print[] {
    const from = this.tools.now() - RECENT_MS;
    return prints.filter(({ time }) => time >= from);
  }

  private write(prints: readonly Print[]): void {
    const { writer, link } = this.tools;
    for (const print of prints) {
      if (!this.seen.add(print.key)) continue;
      const { price, size, side, time, id } = print;
      if (!writer.trade(this.inst, price, size, side, toMicros(time), 0, id)) link.bad('trade that cannot be', print);
      if (this.last === undefined || time >= this.last.time) this.last = print;
    }
    writer.flush();
  }

  private printsOf(answer: unknown): Print[] {
    if (!Array.isArray(answer)) {
      this.tools.link.bad('trades are no list', answer);
      return [];
    }
    const prints = answer.map((trade) => this.printOf(trade)).filter((print) => print !== undefined);
    return prints.every(({ time }, i) => i === 0 || time >= (prints[i - 1]?.time ?? 0))
      ? prints
      : prints.toSorted((a, b) => a.time - b.time);
  }

  private printOf(trade: unknown): Print | undefined {
    const { id, timestamp, price, amount, side } = (trade ?? {}) as Record<string, unknown>;
    const time = timestamp === undefined || timestamp === null ? this.tools.now() : numberOf(timestamp);
    const [at, size] = [numberOf(price), numberOf(amount)];
    if (!(time > 1e12 && time < 9e12 && Number.isFinite(at) && size > 0 && size < Number.POSITIVE_INFINITY)) {
      this.tools.link.bad('trade without price, size or time', trade);
      return undefined;
    }
    const hasId = (typeof id === 'string' && id !== '') || typeof id === 'number';
    return {
      key: hasId ? String(id) : `${time} ${at} ${size} ${typeof side === 'string' ? side : ''}`,
      id: hasId && Number.isSafeInteger(Number(id)) ? Number(id) : 0,
      time,
      price: at,
      size,
      side: side === 'buy' ? SIDE_BUY : side === 'sell' ? SIDE_SELL : SIDE_UNKNOWN,
    };
  }

  private report(from: number, until: number, complete: boolean, reason: string): void {
    const { link } = this.tools;
    link.gap({ instrument: this.symbol, stream: 'trades', from, until, filled: complete ? 'all' : 'none', reason });
  }
}
