import type { Subscription } from 'rxjs';
import { MICROS_PER_MS, type Micros, timeframeMicros } from '#core';
import { decimal, timeOf } from './fields.ts';
import type { Tools } from './tools.ts';

/** A bar as a frame or an answer has it: open, high, low, close, volume, trades, time of its start. */
export interface RawBar {
  readonly o: unknown;
  readonly h: unknown;
  readonly l: unknown;
  readonly c: unknown;
  readonly v: unknown;
  readonly n: unknown;
  readonly t: unknown;
}

/** The last frame of a bar is sent within two seconds of its end. */
const GRACE_US = 4_000_000;
const MOST_FETCHED = 1000;

/** Closed bars of one instrument, each once. One whose end was not announced is fetched. */
export class BarFeed {
  private readonly symbol: string;
  private readonly inst: number;
  private readonly tools: Tools;
  private readonly span: Micros;
  /** Bars that open at or after this time, epoch milliseconds. */
  private readonly fetch: (startTime: number, limit: number) => Promise<readonly RawBar[]>;
  private lastEnd: Micros = 0;
  private active = false;
  private timer: Subscription | undefined;

  constructor(parts: {
    readonly symbol: string;
    readonly inst: number;
    readonly tools: Tools;
    readonly timeframe: string;
    readonly fetch: (startTime: number, limit: number) => Promise<readonly RawBar[]>;
  }) {
    this.symbol = parts.symbol;
    this.inst = parts.inst;
    this.tools = parts.tools;
    this.span = timeframeMicros(parts.timeframe) ?? 0;
    this.fetch = parts.fetch;
  }

  /** @returns false when it is no bar */
  take({ o, h, l, c, v, n, t }: RawBar): boolean {
    const end = timeOf(t) + this.span;
    if (end <= this.lastEnd) return true;
    const bar = { open: decimal(o), high: decimal(h), low: decimal(l), close: decimal(c), volume: decimal(v) };
    const sound = bar.low > 0 && bar.low <= Math.min(bar.open, bar.close) && bar.high >= Math.max(bar.open, bar.close);
    const trades = typeof n === 'number' ? n : 0;
    if (!sound || !this.tools.writer.bar(this.inst, this.span, end, { ...bar, trades })) return false;
    this.lastEnd = end;
    return true;
  }

  /** The stream is open: fetches the bars that closed while it was not. */
  begin(): void {
    this.end();
    this.active = true;
    const boundary = Math.floor(this.now / this.span) * this.span;
    if (this.lastEnd > 0 && this.lastEnd < boundary) void this.catchUp(boundary);
    this.lookAfter(boundary + this.span);
  }

  end(): void {
    this.active = false;
    this.timer?.unsubscribe();
  }

  /** Nobody wants the bars any more. */
  forget(): void {
    this.end();
    this.lastEnd = 0;
  }

  private get now(): Micros {
    return this.tools.net.now() * MICROS_PER_MS;
  }

  private lookAfter(boundary: Micros): void {
    const delayMs = (boundary + GRACE_US - this.now) / MICROS_PER_MS;
    this.timer = this.tools.wall.schedule(() => {
      this.lookAfter(boundary + this.span);
      if (this.lastEnd < boundary) void this.catchUp(boundary);
    }, delayMs);
  }

  private async catchUp(boundary: Micros): Promise<void> {
    const from = this.lastEnd === 0 ? boundary - this.span : this.lastEnd;
    const limit = Math.min(MOST_FETCHED, Math.round((boundary - from) / this.span));
    try {
      const bars = await this.fetch(from / MICROS_PER_MS, limit);
      if (!this.active) return;
      for (const bar of bars) if (timeOf(bar.t) + this.span <= boundary) this.take(bar);
      this.tools.writer.flush();
    } catch (error) {
      this.tools.link.bad('closed bars could not be fetched', `${this.symbol}: ${String(error)}`);
    }
  }
}
