import { type HistoryRow, MICROS_PER_MS, timeframeMicros, toMicros } from '#core';
import { candlesOf } from './candles.ts';
import { can } from './exchange.ts';
import type { Tools } from './tools.ts';

/**
 * The bars of one instrument. ccxt throws the exchange's word for `closed` away, so a bar is closed when a later one has
 * begun, or when the exchange still says the same of it a while after its end.
 */
export class BarFeed {
  private readonly symbol: string;
  private readonly inst: number;
  private readonly tools: Tools;
  private readonly spanMs: number;
  private forming: HistoryRow | undefined;
  /** Start of the last bar that went out. */
  private lastStart = Number.NEGATIVE_INFINITY;
  private asking = false;
  private cameAt = 0;

  constructor(symbol: string, inst: number, tools: Tools) {
    this.symbol = symbol;
    this.inst = inst;
    this.tools = tools;
    this.spanMs = (timeframeMicros(tools.options.bars) ?? 0) / MICROS_PER_MS;
  }

  /** Somebody wants the bars from now on; what a lost connection missed of them is fetched. */
  begin(): Promise<void> {
    this.cameAt = this.tools.now();
    return this.catchUp();
  }

  /** Rows of the stream: the last one is still being made. */
  take(answer: unknown): void {
    const candles = candlesOf(answer, this.tools.link);
    // Some exchanges greet with bars of the past; only those that end from now on are news.
    const isFirst = this.forming === undefined && !Number.isFinite(this.lastStart);
    const news = isFirst ? candles.filter(({ start }) => start + this.spanMs > this.cameAt) : candles;
    for (const candle of news) {
      if (candle.start <= this.lastStart) continue;
      if (this.forming !== undefined && candle.start < this.forming.start) continue;
      if (this.forming !== undefined && candle.start > this.forming.start) this.write(this.forming);
      this.forming = candle;
    }
    this.tools.writer.flush();
  }

  /** Rows of a request: those whose end is past are closed. */
  takePage(answer: unknown): void {
    const { now, link, options, writer } = this.tools;
    const closedBy = now() - options.grace / MICROS_PER_MS - this.spanMs;
    for (const candle of candlesOf(answer, link)) if (candle.start <= closedBy) this.write(candle);
    if (this.forming !== undefined && this.forming.start <= this.lastStart) this.forming = undefined;
    writer.flush();
  }

  /** Epoch milliseconds from which a request should answer. */
  get since(): number {
    const next = this.lastStart + this.spanMs;
    return Number.isFinite(next) ? next : Math.floor(this.tools.now() / this.spanMs) * this.spanMs;
  }

  /** Fetches what should be closed by now and was not told. Called every now and then, and after a reconnect. */
  async catchUp(): Promise<void> {
    const { exchange, options, log, now } = this.tools;
    const due = (this.forming?.start ?? this.since) + this.spanMs + options.grace / MICROS_PER_MS;
    const known = this.forming !== undefined || Number.isFinite(this.lastStart);
    if (!known || this.asking || now() < due || !can(exchange, 'fetchOHLCV')) return;
    this.asking = true;
    try {
      const since = Math.min(this.since, this.forming?.start ?? Number.POSITIVE_INFINITY);
      this.takePage(await exchange.fetchOHLCV(this.symbol, options.bars, since));
    } catch (error) {
      log.debug(`bars of ${this.symbol} could not be fetched`, { err: error });
    } finally {
      this.asking = false;
    }
  }

  private write(candle: HistoryRow): void {
    const { start, ...values } = candle;
    if (start <= this.lastStart) return;
    this.lastStart = start;
    const { writer, link } = this.tools;
    const isBar = writer.bar(this.inst, toMicros(this.spanMs), toMicros(start + this.spanMs), values);
    if (!isBar) link.bad('bar that cannot be', candle);
  }
}
