import { MICROS_PER_MS, type Micros, MillraceError, SIDE_BUY, SIDE_SELL, timeframeMicros } from '#core';
import type { RawBar } from './bar-feed.ts';
import type { DepthMessage } from './depth-sync.ts';
import { decimal, levelsOf, timeOf, wholeNumber } from './fields.ts';
import type { Print } from './trade-flow.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A REST snapshot. `now` stands in for its time, which spot leaves out. */
export function snapshotOf(answer: unknown, now: Micros): DepthMessage {
  const raw = (answer ?? {}) as Raw;
  const last = wholeNumber(raw.lastUpdateId);
  const bids = levelsOf(raw.bids);
  const asks = levelsOf(raw.asks);
  if (last === undefined || bids === undefined || asks === undefined) throw badAnswer('depth', '{"lastUpdateId", …}');
  const event = timeOf(raw.T ?? raw.E);
  return { first: last, last, previous: undefined, event: Number.isNaN(event) ? now : event, bids, asks };
}

/** Trades of `historicalTrades` or `aggTrades`, in order; rows that cannot be read are left out. */
export function printsOf(answer: unknown): readonly Print[] {
  if (!Array.isArray(answer)) throw badAnswer('trades', 'a list of trades');
  return (answer as readonly Raw[]).flatMap((raw) => {
    const id = wholeNumber(raw?.id ?? raw?.a);
    const price = decimal(raw?.price ?? raw?.p);
    const size = decimal(raw?.qty ?? raw?.q);
    const event = timeOf(raw?.time ?? raw?.T);
    const maker = raw?.isBuyerMaker ?? raw?.m;
    const usable = price > 0 && size >= 0 && Number.isFinite(price + size + event) && typeof maker === 'boolean';
    return id === undefined || !usable ? [] : [{ id, price, size, side: maker ? SIDE_SELL : SIDE_BUY, event }];
  });
}

/** Rows of `klines`: `[open time, open, high, low, close, volume, close time, quote volume, trades, …]`. */
export function barsOf(answer: unknown): readonly RawBar[] {
  if (!Array.isArray(answer)) throw badAnswer('klines', 'a list of bars');
  return (answer as readonly unknown[]).flatMap((row) => {
    if (!Array.isArray(row)) return [];
    const [t, o, h, l, c, v, , , n] = row as readonly unknown[];
    return [{ o, h, l, c, v, n, t }];
  });
}

/** Length of one of the venue's intervals. */
export const intervalUs = (interval: string): Micros => timeframeMicros(interval) ?? 0;

/** Epoch milliseconds of a bar's start. */
export const startOf = (bar: RawBar): number => timeOf(bar.t) / MICROS_PER_MS;

const badAnswer = (call: string, expected: string): MillraceError =>
  new MillraceError({
    code: 'NET_BAD_ANSWER',
    where: { path: call },
    was: 'an answer of another shape',
    expected,
    fix: 'check restUrl: it must lead to the market that is configured',
  });
