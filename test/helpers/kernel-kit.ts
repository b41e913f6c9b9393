import {
  BarChunk,
  DepthChunk,
  type InstrumentSpec,
  makeInstrument,
  QuoteChunk,
  SIDE_BUY,
  SIDE_SELL,
  SIDE_UNKNOWN,
  TradeChunk,
} from '#core';
import { Kernel } from '../../core/kernel/kernel.ts';
import { KernelClock } from '../../core/kernel/kernel-clock.ts';
import { KernelMarket } from '../../core/kernel/kernel-market.ts';
import { instrumentFinder } from '../../core/runtime/resolve-instruments.ts';

/** Midnight of 2024-01-02 UTC in microseconds: a boundary of every timeframe. Rows count milliseconds from here. */
export const T0 = Date.UTC(2024, 0, 2) * 1000;

/** The instant of `ms` milliseconds after T0, in microseconds. */
export const at = (ms: number): number => T0 + Math.round(ms * 1000);

/** What a public time says, as milliseconds after T0. */
export const sinceStart = (epochMs: number): number => epochMs - T0 / 1000;

export interface KernelSetup {
  readonly instruments?: readonly InstrumentSpec[];
  /** Milliseconds. Default 0. */
  readonly grace?: number;
  /** Default: thrown errors fail the test. */
  readonly onError?: (error: unknown) => void;
}

/** A kernel with its market and clock, standing at T0. */
export function makeKernel({
  instruments: specs = [{ symbol: 'ES', tickSize: 0.25 }],
  grace = 0,
  onError,
}: KernelSetup = {}) {
  const instruments = specs.map(makeInstrument);
  const fail = (error: unknown): void => {
    throw error;
  };
  const kernel = new Kernel(instruments, { barGrace: grace * 1000, onError: onError ?? fail });
  kernel.start(T0);
  const instrumentOf = instrumentFinder(instruments);
  const market = new KernelMarket(kernel, instrumentOf);
  const clock = new KernelClock(kernel);
  /** Runs `work` inside the kernel, now. */
  const inside = (work: () => void): void => kernel.run(kernel.now, 0, work);
  return { kernel, market, clock, instruments, instrumentOf, inside };
}

export interface TradeRow {
  /** Receipt, milliseconds after T0. */
  readonly ms: number;
  /** Venue time, milliseconds after T0; default the receipt. */
  readonly event?: number;
  readonly price?: number;
  readonly size?: number;
  readonly side?: 'buy' | 'sell';
  /** Instrument number. */
  readonly k?: number;
  readonly seq?: number;
}

/** A chunk of trades, numbered from 1 unless the rows say otherwise. */
export function trades(rows: readonly TradeRow[]): TradeChunk {
  const chunk = new TradeChunk(rows.length);
  rows.forEach(({ ms, event = ms, price = 100, size = 1, side, k = 0, seq }, i) => {
    chunk.recv[i] = at(ms);
    chunk.event[i] = at(event);
    chunk.price[i] = price;
    chunk.size[i] = size;
    chunk.side[i] = side === 'buy' ? SIDE_BUY : side === 'sell' ? SIDE_SELL : SIDE_UNKNOWN;
    chunk.inst[i] = k;
    chunk.seq[i] = seq ?? i + 1;
  });
  chunk.n = rows.length;
  return chunk;
}

export interface QuoteRow {
  readonly ms: number;
  readonly bid?: number;
  readonly ask?: number;
  readonly k?: number;
  readonly seq?: number;
}

export function quotes(rows: readonly QuoteRow[]): QuoteChunk {
  const chunk = new QuoteChunk(rows.length);
  rows.forEach(({ ms, bid = Number.NaN, ask = Number.NaN, k = 0, seq }, i) => {
    chunk.recv[i] = at(ms);
    chunk.event[i] = at(ms);
    chunk.bid[i] = bid;
    chunk.bidSize[i] = 1;
    chunk.ask[i] = ask;
    chunk.askSize[i] = 1;
    chunk.inst[i] = k;
    chunk.seq[i] = seq ?? i + 1;
  });
  chunk.n = rows.length;
  return chunk;
}

export interface DepthRow {
  readonly ms: number;
  readonly side: 'bid' | 'ask';
  readonly price: number;
  readonly size: number;
  readonly flags?: number;
}

export function depth(rows: readonly DepthRow[]): DepthChunk {
  const chunk = new DepthChunk(rows.length);
  rows.forEach(({ ms, side, price, size, flags = 0 }, i) => {
    chunk.recv[i] = at(ms);
    chunk.event[i] = at(ms);
    chunk.side[i] = side === 'bid' ? SIDE_BUY : SIDE_SELL;
    chunk.price[i] = price;
    chunk.size[i] = size;
    chunk.flags[i] = flags;
    chunk.seq[i] = i + 1;
  });
  chunk.n = rows.length;
  return chunk;
}

export interface BarRow {
  /** End of the interval, milliseconds after T0; received then as well unless `ms` says otherwise. */
  readonly end: number;
  readonly ms?: number;
  /** Length of the interval in milliseconds. */
  readonly span: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
  readonly count?: number;
  readonly k?: number;
}

export function readyBars(rows: readonly BarRow[]): BarChunk {
  const chunk = new BarChunk(rows.length);
  rows.forEach(({ end, ms = end, span, open, high, low, close, volume = 1, count = 1, k = 0 }, i) => {
    chunk.recv[i] = at(ms);
    chunk.event[i] = at(end);
    chunk.span[i] = span * 1000;
    chunk.open[i] = open;
    chunk.high[i] = high;
    chunk.low[i] = low;
    chunk.close[i] = close;
    chunk.volume[i] = volume;
    chunk.trades[i] = count;
    chunk.inst[i] = k;
    chunk.seq[i] = i + 1;
  });
  chunk.n = rows.length;
  return chunk;
}
