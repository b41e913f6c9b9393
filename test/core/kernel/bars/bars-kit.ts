import { type Bar, type BarSpec, FlowBar, type InstrumentSpec } from '#core';
import { makeKernel, type QuoteRow, quotes, sinceStart, type TradeRow, trades } from '../../../helpers/kernel-kit.ts';

/** An instrument whose tick is 1, so that prices are ticks. */
export const UNIT: InstrumentSpec = { symbol: 'ES', tickSize: 1 };

export interface Told extends Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume' | 'trades'> {
  readonly name: string;
  /** Milliseconds after T0. */
  readonly start: number;
  readonly end: number;
  readonly vwap: number | undefined;
  readonly buy: number | undefined;
  readonly sell: number | undefined;
  readonly delta: number | undefined;
  readonly historical: boolean;
}

export const told = (bar: Bar): Told => ({
  name: bar.timeframe,
  start: sinceStart(bar.start),
  end: sinceStart(bar.end),
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  trades: bar.trades,
  vwap: bar.vwap,
  buy: bar.buyVolume,
  sell: bar.sellVolume,
  delta: bar.delta,
  historical: bar.historical,
});

/** Open, high, low, close, volume, trades. */
export const numbers = ({ open, high, low, close, volume, trades }: Told): readonly number[] => [
  open,
  high,
  low,
  close,
  volume,
  trades,
];

/** Listens to bars, and writes down when each came. */
export function listen(spec: BarSpec, instrument: InstrumentSpec = UNIT, grace = 0) {
  const made = makeKernel({ instruments: [instrument], grace });
  const heard: (Told & { readonly when: number })[] = [];
  made.inside(() => {
    made.market.bars('ES', spec).subscribe((bar) => heard.push({ ...told(bar), when: sinceStart(made.clock.now()) }));
  });
  const run = (...rows: TradeRow[]): void => made.kernel.process(trades(rows), 0, rows.length);
  const quote = (...rows: QuoteRow[]): void => made.kernel.process(quotes(rows), 0, rows.length);
  return { ...made, heard, run, quote };
}

export interface Made {
  readonly bars: readonly Told[];
  /** The bar under construction at the end. */
  readonly forming: Told | undefined;
  readonly late: number;
}

/** Runs trades, or quotes, through a kernel and tells of the closed bars and of the one that is left. */
export function make(
  spec: BarSpec,
  rows: readonly TradeRow[],
  { instrument = UNIT, from = [] }: { readonly instrument?: InstrumentSpec; readonly from?: readonly QuoteRow[] } = {},
): Made {
  const { kernel, market, inside } = makeKernel({ instruments: [instrument] });
  const bars: Told[] = [];
  let forming: Told | undefined;
  inside(() => {
    market.forming('ES', spec).subscribe((bar) => {
      forming = told(bar);
    });
    // Heard before the forming bar of the same trade: what is left is what came after the last one.
    market.bars('ES', spec).subscribe((bar) => {
      if (!(bar instanceof FlowBar)) throw new Error('a bar without its flow');
      bars.push(told(bar));
      forming = undefined;
    });
  });
  if (rows.length > 0) kernel.process(trades(rows), 0, rows.length);
  if (from.length > 0) kernel.process(quotes(from), 0, from.length);
  return { bars, forming, late: kernel.bars.late };
}

export type Given = number | readonly [price: number, size: number, side?: 'buy' | 'sell'];

/** Trades one millisecond apart, of size 1 unless they say otherwise. */
export const at = (...prices: readonly Given[]): readonly TradeRow[] =>
  prices.map((each, ms) => {
    const [price, size = 1, side] = typeof each === 'number' ? [each] : each;
    return side === undefined ? { ms, price, size } : { ms, price, size, side };
  });
