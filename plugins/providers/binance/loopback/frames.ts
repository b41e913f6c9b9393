import type { BarEvent, Level, QuoteEvent } from '#core';

/** What a connection was opened for: decides the form of its frames. */
export interface Form {
  readonly futures: boolean;
  readonly micros: boolean;
}

export interface KeptTrade {
  readonly id: number;
  readonly price: number;
  readonly size: number;
  readonly buyerIsMaker: boolean;
  /** Epoch milliseconds, fractions allowed. */
  readonly time: number;
}

export interface BookChange {
  readonly first: number;
  readonly last: number;
  readonly previous: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly time: number;
}

type Frame = Readonly<Record<string, unknown>>;

/** Venues write plain decimals. */
export const plain = (value: number): string => (/e/.test(String(value)) ? value.toFixed(12) : String(value));

export const stamp = (ms: number, { micros }: Pick<Form, 'micros'>): number =>
  micros ? Math.round(ms * 1000) : Math.floor(ms);

export const pairs = (levels: readonly Level[]): [string, string][] =>
  levels.map(([price, size]) => [plain(price), plain(size)]);

export function tradeFrame(s: string, trade: KeptTrade, form: Form): Frame {
  const time = stamp(trade.time, form);
  const { id: t, buyerIsMaker: m } = trade;
  const [p, q] = [plain(trade.price), plain(trade.size)];
  // In the order of the venue, for what reads frames by it.
  if (form.futures) return { e: 'trade', E: time, T: time, s, t, p, q, X: 'MARKET', m };
  return { e: 'trade', E: time, s, t, p, q, T: time, m, M: true };
}

export function aggTradeFrame(s: string, trade: KeptTrade, form: Form): Frame {
  const time = stamp(trade.time, form);
  const { id, buyerIsMaker: m } = trade;
  const q = plain(trade.size);
  const rest = form.futures ? { nq: q, st: 1 } : { M: true };
  return { e: 'aggTrade', E: time, s, a: id, p: plain(trade.price), q, f: id, l: id, T: time, m, ...rest };
}

/** 0 is the price of an empty side. */
export function quoteFrame(s: string, u: number, event: QuoteEvent, time: number, form: Form): Frame {
  const { bid = 0, bidSize, ask = 0, askSize } = event;
  const quote = { u, s, b: plain(bid), B: plain(bidSize), a: plain(ask), A: plain(askSize) };
  const at = stamp(time, form);
  return form.futures ? { e: 'bookTicker', ...quote, T: at, E: at, ps: s, st: 1 } : quote;
}

export function depthFrame(s: string, change: BookChange, form: Form): Frame {
  const { first: U, last: u, previous: pu, bids, asks } = change;
  const E = stamp(change.time, form);
  const futures = form.futures ? { T: E, pu, ps: s, st: 1 } : {};
  return { e: 'depthUpdate', E, s, U, u, ...futures, b: pairs(bids), a: pairs(asks) };
}

export function barFrame(s: string, event: BarEvent, spanMs: number, form: Form): Frame {
  const k = {
    t: stamp(event.start, form),
    T: stamp(event.start + spanMs, form) - 1,
    s,
    i: event.timeframe,
    f: -1,
    L: -1,
    o: plain(event.open),
    c: plain(event.close),
    h: plain(event.high),
    l: plain(event.low),
    v: plain(event.volume),
    n: event.trades ?? 0,
    x: true,
    q: '0',
    V: '0',
    Q: '0',
    B: '0',
  };
  return { e: 'kline', E: stamp(event.start + spanMs, form), s, k };
}
