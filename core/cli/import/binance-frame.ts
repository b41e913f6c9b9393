import type { Micros } from '../../domain/time.ts';
import { MICROS_PER_MS } from '../../domain/time.ts';

/** Resting levels of one message, `[price, size, price, size, …]`. */
type Levels = readonly number[];

export interface DepthMessage {
  /** First and last update that the message covers; equal in a snapshot. */
  readonly first: number;
  readonly last: number;
  /** Futures only: the last update of the message before. */
  readonly previous: number | undefined;
  /** Venue time; `undefined` when the message carries none. */
  readonly event: Micros | undefined;
  readonly bids: Levels;
  readonly asks: Levels;
}

/** One line of a recording, as far as we use it. */
export type BinanceFrame =
  | { readonly kind: 'depth'; readonly symbol: string; readonly depth: DepthMessage }
  /** A REST snapshot; most carry no symbol. */
  | { readonly kind: 'snapshot'; readonly symbol: string | undefined; readonly depth: DepthMessage }
  | {
      readonly kind: 'quote';
      readonly symbol: string;
      readonly id: number;
      readonly event: Micros | undefined;
      readonly bid: string;
      readonly bidSize: string;
      readonly ask: string;
      readonly askSize: string;
    }
  | {
      readonly kind: 'trade' | 'aggTrade';
      readonly symbol: string;
      readonly id: number;
      readonly event: Micros | undefined;
      readonly price: string;
      readonly size: string;
      readonly buyerIsMaker: boolean;
    }
  | { readonly kind: 'other'; readonly name: string };

type Raw = Readonly<Record<string, unknown>>;

/**
 * Reads a frame of Binance spot, USD-M or COIN-M, bare or in its `{"stream", "data"}` wrapper. Venue time is `T`, when
 * the matching engine made the change, else `E`, when the frame was made: spot depth has `E` alone, spot best quotes
 * have neither. Throws on anything that is not such a frame.
 */
export function readFrame(json: string): BinanceFrame {
  const outer = JSON.parse(json) as Raw;
  const frame = (outer.data ?? outer) as Raw;
  switch (frame.e) {
    case 'depthUpdate':
      return {
        kind: 'depth',
        symbol: text(frame.s),
        depth: depthOf(frame, id(frame.U), id(frame.u), frame.b, frame.a),
      };
    case 'trade':
      return tradeOf(frame, 'trade', id(frame.t));
    case 'aggTrade':
      return tradeOf(frame, 'aggTrade', id(frame.a));
    case undefined:
      if (frame.lastUpdateId !== undefined) return snapshotOf(frame);
      return frame.u === undefined ? { kind: 'other', name: 'message' } : quoteOf(frame);
    case 'bookTicker':
      return quoteOf(frame);
    default:
      return { kind: 'other', name: text(frame.e) };
  }
}

function snapshotOf(frame: Raw): BinanceFrame {
  const last = id(frame.lastUpdateId);
  const symbol = frame.symbol === undefined ? undefined : text(frame.symbol);
  return { kind: 'snapshot', symbol, depth: depthOf(frame, last, last, frame.bids, frame.asks) };
}

function depthOf(frame: Raw, first: number, last: number, bids: unknown, asks: unknown): DepthMessage {
  const previous = frame.pu === undefined ? undefined : id(frame.pu);
  return { first, last, previous, event: eventOf(frame), bids: levels(bids), asks: levels(asks) };
}

function quoteOf(frame: Raw): BinanceFrame {
  return {
    kind: 'quote',
    symbol: text(frame.s),
    id: id(frame.u),
    event: eventOf(frame),
    bid: decimal(frame.b),
    bidSize: decimal(frame.B),
    ask: decimal(frame.a),
    askSize: decimal(frame.A),
  };
}

function tradeOf(frame: Raw, kind: 'trade' | 'aggTrade', number: number): BinanceFrame {
  return {
    kind,
    symbol: text(frame.s),
    id: number,
    event: eventOf(frame),
    price: decimal(frame.p),
    size: decimal(frame.q),
    buyerIsMaker: frame.m === true,
  };
}

function eventOf(frame: Raw): Micros | undefined {
  const ms = frame.T ?? frame.E;
  if (ms === undefined) return undefined;
  if (typeof ms !== 'number' || !Number.isSafeInteger(ms * MICROS_PER_MS) || ms <= 0) throw new TypeError('not a time');
  return ms * MICROS_PER_MS;
}

function levels(value: unknown): Levels {
  if (!Array.isArray(value)) throw new TypeError('not a list of levels');
  const out: number[] = [];
  for (const level of value as readonly (readonly unknown[])[]) {
    const price = Number(level[0]);
    const size = Number(level[1]);
    if (!(price > 0 && size >= 0 && price < Infinity && size < Infinity)) throw new TypeError('not a level');
    out.push(price, size);
  }
  return out;
}

function id(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError('not a number that we can keep');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('not text');
  return value;
}

function decimal(value: unknown): string {
  if (typeof value !== 'string' || !(Number(value) >= 0)) throw new TypeError('not a decimal');
  return value;
}
