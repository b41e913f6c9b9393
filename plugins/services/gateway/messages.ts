import type { Bar, DepthUpdate, Level, Position, Quote, Trade } from '#core';

/** The protocol's time: UNIX seconds with a fraction. */
export const seconds = (epochMs: number): number => epochMs / 1000;

export interface PriceUpdate {
  readonly price: number;
  /** Traded since the last update; activity, in an invented market. */
  readonly volume: number;
  /** Epoch milliseconds. */
  readonly ts: number;
}

/** JSON has no NaN: an empty side of the market is null. */
const number = (value: number): number | null => (Number.isFinite(value) ? value : null);

const frame = (type: string, symbol: string, ts: number, data: object): string =>
  JSON.stringify({ type, symbol, timestamp: seconds(ts), data });

export const priceUpdate = (symbol: string, { price, volume, ts }: PriceUpdate): string =>
  frame('price_update', symbol, ts, { price, volume });

/** `id` stays the same for all clients and over their reconnects. */
export const trade = ({ instrument, price, size, side, tsEvent }: Trade, id: string): string =>
  frame('trade', instrument, tsEvent, { price, size, side, trade_id: id });

export const quote = ({ instrument, bid, bidSize, ask, askSize, tsEvent }: Quote): string =>
  frame('quote', instrument, tsEvent, { bid: number(bid), bid_size: bidSize, ask: number(ask), ask_size: askSize });

export const bar = (value: Bar): string =>
  frame('bar', value.instrument, value.end, {
    interval_seconds: seconds(value.end - value.start),
    start: seconds(value.start),
    open: value.open,
    high: value.high,
    low: value.low,
    close: value.close,
    volume: value.volume,
    trades: value.trades,
    final: true,
  });

export interface DepthMessage extends Pick<DepthUpdate, 'instrument' | 'snapshot' | 'tsEvent'> {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** Number of the last change that the message holds. */
  readonly seq: number;
}

export const depth = ({ instrument, seq, snapshot, bids, asks, tsEvent }: DepthMessage): string =>
  frame('depth', instrument, tsEvent, { seq, snapshot, bids, asks });

export const position = (held: Position, ts: number): string => frame('position', held.instrument, ts, holding(held));

/** A position in the words of the old service. */
const holding = ({ quantity, averagePrice, open, realised, fees }: Position): object => ({
  side: quantity > 0 ? 'LONG' : quantity < 0 ? 'SHORT' : 'FLAT',
  size: Math.abs(quantity),
  entry_price: averagePrice ?? null,
  pnl: open,
  realised_pnl: realised,
  fees,
});

export const system = (type: 'heartbeat' | 'stats', ts: number, data: object): string =>
  frame(type, 'system', ts, data);

export const pong = (ts: number): string => JSON.stringify({ type: 'pong', timestamp: seconds(ts) });

export const problem = (message: string, ts: number): string =>
  JSON.stringify({ type: 'error', message, timestamp: seconds(ts) });

export const subscribed = (symbols: readonly string[], ts: number): string =>
  JSON.stringify({ type: 'subscribed', symbols, timestamp: seconds(ts) });
