import type { TradeChunk } from '../../core/domain/chunk.ts';
import { isoMicros, type Micros } from '../../core/domain/time.ts';
import { LineHash } from '../../core/runtime/decision-log.ts';
import { START, type Trades } from '../data/trades.ts';
import type { Outcome } from './outcome.ts';
import {
  FAST,
  MAX_POSITION,
  ORDER_WINDOW_US,
  ordersPerWindow,
  RSI,
  reasonOf,
  SLIPPAGE_TICKS,
  SLOW,
  STRATEGY,
  sideOf,
} from './rules.ts';

/** One cache line per instrument and timeframe. */
const ROW = 8;
const OPEN = 0;
const HIGH = 1;
const LOW = 2;
const LAST = 3;
const VOLUME = 4;
const COUNT = 5;
/** Prices at or outside these two fill an order. */
const TRIGGER_LOW = 6;
const TRIGGER_HIGH = 7;

const SECOND: Micros = 1_000_000;

/** The open bars of one timeframe; `dirty` lists the instruments that have one, in order of first trade. */
class Level {
  readonly rows: Float64Array;
  readonly dirty: Uint16Array;
  count = 0;

  constructor(instruments: number) {
    this.rows = new Float64Array(instruments * ROW);
    this.dirty = new Uint16Array(instruments);
  }
}

/**
 * The limit: bars of four timeframes, indicators, the rule, risk, fills, PnL and the decision log in one class written by
 * hand, without plugins, observables, a scheduler or anything that could be otherwise. It takes the decisions of
 * `cross-strategy.ts` under the rules max-position and order-rate, to the byte; what the product needs more than this is
 * the price of being a product.
 */
export class FusedPipeline {
  private readonly symbols: readonly string[];
  private readonly base: Level;
  private readonly five: Level;
  private readonly minute: Level;
  private readonly fiveMinutes: Level;
  private next: Micros = (Math.floor(START / SECOND) + 1) * SECOND;
  private bars = 0;

  private readonly fastRing: Float64Array;
  private readonly slowRing: Float64Array;
  private readonly fastSum: Float64Array;
  private readonly slowSum: Float64Array;
  private readonly seen: Uint32Array;
  private readonly gains: Float64Array;
  private readonly losses: Float64Array;
  private readonly close: Float64Array;
  private readonly gap: Float64Array;

  private readonly position: Int32Array;
  private readonly pending: Int32Array;
  private readonly orderTimes: Micros[] = [];
  private readonly orderLimit: number;
  private cash = 0;
  private orders = 0;
  private fills = 0;
  private refusals = 0;
  private readonly log = new LineHash();

  constructor({ instruments }: Trades) {
    const n = instruments.length;
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.base = new Level(n);
    this.five = new Level(n);
    this.minute = new Level(n);
    this.fiveMinutes = new Level(n);
    for (let k = 0; k < n; k++) this.disarm(k);
    this.fastRing = new Float64Array(n * FAST);
    this.slowRing = new Float64Array(n * SLOW);
    this.fastSum = new Float64Array(n);
    this.slowSum = new Float64Array(n);
    this.seen = new Uint32Array(n);
    this.gains = new Float64Array(n);
    this.losses = new Float64Array(n);
    this.close = new Float64Array(n);
    this.gap = new Float64Array(n).fill(Number.NaN);
    this.position = new Int32Array(n);
    this.pending = new Int32Array(n);
    this.orderLimit = ordersPerWindow(n);
  }

  run({ chunks }: Trades): void {
    for (const chunk of chunks) this.process(chunk);
  }

  outcome(): Outcome {
    let worth = this.cash;
    for (let k = 0; k < this.position.length; k++) {
      if (this.position[k] !== 0) worth += this.position[k]! * toTicks(this.base.rows[k * ROW + LAST]!);
    }
    return {
      decisionHash: this.log.digest(),
      decisions: this.log.count,
      orders: this.orders,
      fills: this.fills,
      refusals: this.refusals,
      pnlTicks: worth,
    };
  }

  private process({ n, recv, inst, price, size }: TradeChunk): void {
    const { base } = this;
    const { rows } = base;
    let { next } = this;
    for (let i = 0; i < n; i++) {
      const at = recv[i]!;
      while (at >= next) {
        this.boundary(next);
        next += SECOND;
      }
      const k = inst[i]!;
      const p = price[i]!;
      const b = k * ROW;
      if (p <= rows[b + TRIGGER_LOW]! || p >= rows[b + TRIGGER_HIGH]!) this.fill(k, p);
      if (rows[b + COUNT] === 0) {
        rows[b + OPEN] = p;
        rows[b + HIGH] = p;
        rows[b + LOW] = p;
        rows[b + VOLUME] = size[i]!;
        rows[b + COUNT] = 1;
        base.dirty[base.count++] = k;
      } else {
        if (p > rows[b + HIGH]!) rows[b + HIGH] = p;
        if (p < rows[b + LOW]!) rows[b + LOW] = p;
        rows[b + VOLUME]! += size[i]!;
        rows[b + COUNT]! += 1;
      }
      rows[b + LAST] = p;
    }
    this.next = next;
  }

  private boundary(at: Micros): void {
    const { base, five, minute, fiveMinutes } = this;
    for (let i = 0; i < base.count; i++) this.rollUp(base, five, base.dirty[i]!);
    base.count = 0;
    if (at % (5 * SECOND) !== 0) return;
    const closed = five.count;
    for (let i = 0; i < closed; i++) this.rollUp(five, minute, five.dirty[i]!);
    five.count = 0;
    // Bars first, of all timeframes; what they cause comes after.
    if (at % (60 * SECOND) === 0) {
      for (let i = 0; i < minute.count; i++) this.rollUp(minute, fiveMinutes, minute.dirty[i]!);
      minute.count = 0;
      if (at % (300 * SECOND) === 0) {
        for (let i = 0; i < fiveMinutes.count; i++) fiveMinutes.rows[fiveMinutes.dirty[i]! * ROW + COUNT] = 0;
        this.bars += fiveMinutes.count;
        fiveMinutes.count = 0;
      }
    }
    for (let i = 0; i < closed; i++) {
      const k = five.dirty[i]!;
      this.onBar(k, five.rows[k * ROW + LAST]!, at);
    }
  }

  private rollUp(from: Level, into: Level, k: number): void {
    const a = from.rows;
    const u = into.rows;
    const b = k * ROW;
    if (u[b + COUNT] === 0) {
      u[b + OPEN] = a[b + OPEN]!;
      u[b + HIGH] = a[b + HIGH]!;
      u[b + LOW] = a[b + LOW]!;
      u[b + VOLUME] = 0;
      into.dirty[into.count++] = k;
    } else {
      if (a[b + HIGH]! > u[b + HIGH]!) u[b + HIGH] = a[b + HIGH]!;
      if (a[b + LOW]! < u[b + LOW]!) u[b + LOW] = a[b + LOW]!;
    }
    u[b + LAST] = a[b + LAST]!;
    u[b + VOLUME]! += a[b + VOLUME]!;
    u[b + COUNT]! += a[b + COUNT]!;
    a[b + COUNT] = 0;
    this.bars++;
  }

  /** A closed bar of five seconds: both averages in whole ticks, Wilder's RSI, and the rule. */
  private onBar(k: number, close: number, at: Micros): void {
    const ticks = toTicks(close);
    const before = this.seen[k]!;
    this.seen[k] = before + 1;
    const f = k * FAST + (before % FAST);
    const s = k * SLOW + (before % SLOW);
    const fast = this.fastSum[k]! + ticks - this.fastRing[f]!;
    const slow = this.slowSum[k]! + ticks - this.slowRing[s]!;
    this.fastRing[f] = ticks;
    this.slowRing[s] = ticks;
    this.fastSum[k] = fast;
    this.slowSum[k] = slow;
    if (before > 0) this.updateRsi(k, close - this.close[k]!, before);
    this.close[k] = close;
    if (before + 1 < SLOW) return;
    const gap = fast * SLOW - slow * FAST;
    const side = sideOf(this.gap[k]!, gap, this.rsi(k));
    this.gap[k] = gap;
    if (side !== 0) this.target(k, side, at);
  }

  private updateRsi(k: number, change: number, count: number): void {
    const gain = change > 0 ? change : 0;
    const loss = change < 0 ? -change : 0;
    if (count < RSI) {
      this.gains[k]! += gain;
      this.losses[k]! += loss;
    } else if (count === RSI) {
      this.gains[k] = (this.gains[k]! + gain) / RSI;
      this.losses[k] = (this.losses[k]! + loss) / RSI;
    } else {
      this.gains[k]! += (1 / RSI) * (gain - this.gains[k]!);
      this.losses[k]! += (1 / RSI) * (loss - this.losses[k]!);
    }
  }

  private rsi(k: number): number {
    const gain = this.gains[k]!;
    return gain === 0 ? 0 : 100 * (gain / (gain + this.losses[k]!));
  }

  private target(k: number, side: number, at: Micros): void {
    this.record(at, 'target', [this.symbols[k]!, side, reasonOf(side)]);
    const quantity = side - this.position[k]! - this.pending[k]!;
    if (quantity === 0) return;
    const refusal = this.refusalOf(k, quantity, at);
    if (refusal !== undefined) {
      this.refusals++;
      this.record(at, 'refused', refusal);
      return;
    }
    this.orders++;
    this.orderTimes.push(at);
    const name = quantity > 0 ? 'buy' : 'sell';
    const approved = [this.orders, this.symbols[k]!, name, Math.abs(quantity), 'market', null, null];
    this.record(at, 'approved', approved);
    this.pending[k]! += quantity;
    this.base.rows[k * ROW + TRIGGER_LOW] = Number.POSITIVE_INFINITY;
    this.base.rows[k * ROW + TRIGGER_HIGH] = Number.NEGATIVE_INFINITY;
  }

  /** Rule and reason; `undefined` when the order may go. */
  private refusalOf(k: number, quantity: number, at: Micros): readonly [rule: string, reason: string] | undefined {
    const held = this.position[k]!;
    if (Math.abs(held + quantity) < Math.abs(held)) return undefined;
    const ahead = Math.sign(this.pending[k]!) === Math.sign(quantity) ? this.pending[k]! : 0;
    const after = Math.abs(held + ahead + quantity);
    if (after > MAX_POSITION) {
      return ['max-position', `${after} contracts could be open; the limit is ${MAX_POSITION}`];
    }
    const times = this.orderTimes;
    while (times.length > 0 && times[0]! <= at - ORDER_WINDOW_US) times.shift();
    if (times.length < this.orderLimit) return undefined;
    const free = isoMicros(times.at(-this.orderLimit)! + ORDER_WINDOW_US);
    const seconds = ORDER_WINDOW_US / SECOND;
    const text = `${times.length} orders in the last ${seconds} s; the limit is ${this.orderLimit}, free again at ${free}`;
    return ['order-rate', text];
  }

  /** The instrument's next trade fills what is pending. */
  private fill(k: number, price: number): void {
    const quantity = this.pending[k]!;
    this.pending[k] = 0;
    this.position[k]! += quantity;
    this.cash -= quantity * (toTicks(price) + Math.sign(quantity) * SLIPPAGE_TICKS);
    this.fills++;
    this.disarm(k);
  }

  private disarm(k: number): void {
    this.base.rows[k * ROW + TRIGGER_LOW] = Number.NEGATIVE_INFINITY;
    this.base.rows[k * ROW + TRIGGER_HIGH] = Number.POSITIVE_INFINITY;
  }

  private record(at: Micros, kind: string, what: readonly (string | number | null)[]): void {
    this.log.add(JSON.stringify([STRATEGY, this.log.count, 0, at, kind, ...what]));
  }
}

const toTicks = (price: number): number => Math.round(price * 100);
