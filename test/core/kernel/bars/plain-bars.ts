import type { TradeRow } from '../../../helpers/kernel-kit.ts';
import type { Told } from './bars-kit.ts';

/** Bars the slow way: all trades are there, and each bar is a list of them that is looked at afterwards. */
export interface PlainTrade {
  readonly price: number;
  readonly size: number;
  readonly side: 'buy' | 'sell' | undefined;
  readonly event: number;
}

/** The trades that are not too late, by the rule of the amend window. */
export function inTime(rows: readonly TradeRow[], windowMs: number): { taken: readonly PlainTrade[]; late: number } {
  const taken: PlainTrade[] = [];
  const seen: number[] = [];
  for (const { ms, event = ms, price = 100, size = 1, side } of rows) {
    if (event < Math.max(...seen, Number.NEGATIVE_INFINITY) - windowMs) continue;
    seen.push(Math.min(event, ms));
    taken.push({ price, size, side, event });
  }
  return { taken, late: rows.length - taken.length };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const round = (value: number): number => Math.round(value * 1e8) / 1e8 + 0;

/** What a bar of these trades says. */
export function summed(name: string, list: readonly PlainTrade[]): Omit<Told, 'historical'> {
  const byTime = list.map((trade, i) => ({ ...trade, i })).sort((a, b) => a.event - b.event || a.i - b.i);
  const prices = list.map(({ price }) => price);
  const volume = sum(list.map(({ size }) => size));
  const of = (side: string): number => sum(list.filter((trade) => trade.side === side).map(({ size }) => size));
  const value = sum(list.map(({ price, size }) => price * size));
  return {
    name,
    start: byTime[0]?.event ?? Number.NaN,
    end: byTime.at(-1)?.event ?? Number.NaN,
    open: byTime[0]?.price ?? Number.NaN,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: byTime.at(-1)?.price ?? Number.NaN,
    volume: round(volume),
    trades: list.length,
    vwap: volume === 0 ? undefined : value / volume,
    buy: round(of('buy')),
    sell: round(of('sell')),
    delta: round(of('buy') - of('sell')),
  };
}

/** Cuts the trades into bars wherever `isFull` says so of the list up to and with the last one. */
export function cut(
  trades: readonly PlainTrade[],
  isFull: (list: readonly PlainTrade[], before: readonly (readonly PlainTrade[])[]) => boolean,
): { readonly bars: readonly (readonly PlainTrade[])[]; readonly rest: readonly PlainTrade[] } {
  const bars: PlainTrade[][] = [];
  let list: PlainTrade[] = [];
  for (const trade of trades) {
    list.push(trade);
    if (!isFull(list, bars)) continue;
    bars.push(list);
    list = [];
  }
  return { bars, rest: list };
}

export const volumeOf = (list: readonly PlainTrade[]): number => sum(list.map(({ size }) => size));
export const dollarsOf = (list: readonly PlainTrade[]): number => sum(list.map(({ price, size }) => price * size));

/** Range bars by their lists: a trade that does not fit ends the one before. */
export function rangeBars(trades: readonly PlainTrade[], range: number) {
  const width = (list: readonly PlainTrade[]): number =>
    Math.max(...list.map(({ price }) => price)) - Math.min(...list.map(({ price }) => price));
  const bars: PlainTrade[][] = [];
  let list: PlainTrade[] = [];
  for (const trade of trades) {
    if (list.length > 0 && width([...list, trade]) > range) {
      bars.push(list);
      list = [];
    }
    list.push(trade);
    if (width(list) < range) continue;
    bars.push(list);
    list = [];
  }
  return { bars, rest: list };
}

/** Edges of bricks, [open, close], of prices in order. */
export function bricks(prices: readonly number[], size: number): readonly (readonly [open: number, close: number])[] {
  const laid: (readonly [number, number])[] = [];
  for (const price of prices) {
    for (;;) {
      const [open, close] = laid.at(-1) ?? [prices[0] ?? 0, prices[0] ?? 0];
      const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
      if (price >= top + size) laid.push([top, top + size]);
      else if (price <= bottom - size) laid.push([bottom, bottom - size]);
      else break;
    }
  }
  return laid;
}

/** The sign of each trade: its side, or else that of the last change of price. */
export function signs(trades: readonly PlainTrade[]): readonly number[] {
  const known: number[] = [];
  trades.forEach(({ price, side }, i) => {
    const change = Math.sign(price - (trades[i - 1]?.price ?? price));
    known.push(side === 'buy' ? 1 : side === 'sell' ? -1 : change !== 0 ? change : (known[i - 1] ?? 0));
  });
  return known;
}

/** An exponentially weighted mean by its weights: (1 - w)^n of the first, w (1 - w)^k of the one k places back. */
export function weighted(values: readonly number[], span: number): number {
  const w = 2 / (span + 1);
  return sum(values.map((x, i) => x * (i === 0 ? 1 : w) * (1 - w) ** (values.length - 1 - i)));
}
