import { DEPTH_LAST, DEPTH_SNAPSHOT, MICROS_PER_MS, SIDE_BUY, SIDE_SELL, toMicros } from '#core';
import { numberOf } from './number-of.ts';
import type { Tools } from './tools.ts';

type Row = readonly [price: number, size: number];
interface Change {
  readonly side: number;
  readonly price: number;
  readonly size: number;
}

/**
 * The book of one instrument. ccxt hands out one and the same object again and again, as it is by then: the levels are copied
 * at once, and what differs from the last copy goes out. States in between were never seen by anybody.
 */
export class BookFeed {
  wantsDepth = false;
  wantsQuotes = false;
  private readonly symbol: string;
  private readonly inst: number;
  private readonly tools: Tools;
  private bids: readonly Row[] = [];
  private asks: readonly Row[] = [];
  private isFresh = true;
  private best = '';
  /** Epoch milliseconds of the last state. */
  private lastAt: number | undefined;
  private gap: { readonly from: number; readonly reason: string } | undefined;

  constructor(symbol: string, inst: number, tools: Tools) {
    this.symbol = symbol;
    this.inst = inst;
    this.tools = tools;
  }

  /** The next state is a new beginning. With a reason, what lies between is a gap. */
  reset(reason?: string): void {
    this.isFresh = true;
    this.best = '';
    if (reason !== undefined && this.lastAt !== undefined) this.gap ??= { from: this.lastAt, reason };
  }

  take(answer: unknown): void {
    const { bids, asks, timestamp, nonce } = (answer ?? {}) as Record<string, unknown>;
    const { options, link, now, writer } = this.tools;
    const [newBids, newAsks] = [rowsOf(bids, options.levels), rowsOf(asks, options.levels)];
    if (newBids === undefined || newAsks === undefined) return link.bad('book without levels', typeof answer);
    const [bid, ask] = [newBids[0], newAsks[0]];
    if (bid !== undefined && ask !== undefined && bid[0] >= ask[0]) return link.bad('crossed book', { bid, ask });
    const time = toMicros(typeof timestamp === 'number' && timestamp > 1e12 && timestamp < 9e12 ? timestamp : now());
    const id = typeof nonce === 'number' && Number.isSafeInteger(nonce) ? nonce : 0;
    this.endGap(time / MICROS_PER_MS);
    if (this.wantsDepth) this.writeDepth(newBids, newAsks, time, id);
    if (this.wantsQuotes) this.writeQuote(bid, ask, time, id);
    writer.flush();
  }

  private endGap(until: number): void {
    const { gap } = this;
    this.gap = undefined;
    this.lastAt = until;
    if (gap === undefined || !this.wantsDepth) return;
    this.tools.link.gap({ instrument: this.symbol, stream: 'depth', ...gap, until, filled: 'none' });
  }

  private writeDepth(bids: readonly Row[], asks: readonly Row[], time: number, id: number): void {
    const { writer } = this.tools;
    const fresh = this.isFresh;
    const changes = [
      ...changesOf(fresh ? [] : this.bids, bids, SIDE_BUY),
      ...changesOf(fresh ? [] : this.asks, asks, SIDE_SELL),
    ];
    this.bids = bids;
    this.asks = asks;
    if (changes.length === 0) return;
    this.isFresh = false;
    for (const [i, { side, price, size }] of changes.entries()) {
      const flags = (fresh && i === 0 ? DEPTH_SNAPSHOT : 0) | (i === changes.length - 1 ? DEPTH_LAST : 0);
      writer.depth(this.inst, side, price, size, flags, time, 0, id);
    }
  }

  private writeQuote(bid: Row | undefined, ask: Row | undefined, time: number, id: number): void {
    const best = `${bid?.[0]} ${bid?.[1]} ${ask?.[0]} ${ask?.[1]}`;
    const isNothing = bid === undefined && ask === undefined && this.best === '';
    if (best === this.best || isNothing) return;
    this.best = best;
    this.tools.writer.quote(
      this.inst,
      bid?.[0] ?? Number.NaN,
      bid?.[1] ?? 0,
      ask?.[0] ?? Number.NaN,
      ask?.[1] ?? 0,
      time,
      0,
      id,
    );
  }
}

/** A copy of the best levels; `undefined` when they are no levels. */
function rowsOf(side: unknown, levels: number): readonly Row[] | undefined {
  if (!Array.isArray(side)) return undefined;
  const rows: Row[] = [];
  for (let i = 0; i < side.length && rows.length < levels; i++) {
    const level: unknown = side[i];
    if (!Array.isArray(level)) return undefined;
    const row: Row = [numberOf(level[0]), numberOf(level[1])];
    if (!(Number.isFinite(row[0]) && row[1] >= 0 && row[1] < Number.POSITIVE_INFINITY)) return undefined;
    if (row[1] > 0) rows.push(row);
  }
  return rows;
}

/** Both lists run from the best price outwards, so one walk along both finds what came, changed and went. */
function changesOf(before: readonly Row[], after: readonly Row[], side: number): readonly Change[] {
  const changes: Change[] = [];
  const isBetter = (a: number, b: number): boolean => (side === SIDE_BUY ? a > b : a < b);
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const now = after[j];
    if (now === undefined || (old !== undefined && isBetter(old[0], now[0]))) {
      changes.push({ side, price: old?.[0] ?? Number.NaN, size: 0 });
      i++;
    } else {
      if (old === undefined || old[0] !== now[0] || old[1] !== now[1]) {
        changes.push({ side, price: now[0], size: now[1] });
      }
      if (old?.[0] === now[0]) i++;
      j++;
    }
  }
  return changes;
}
