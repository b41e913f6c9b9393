import { RTYPE, UNDEFINED_I64 } from '../../../core/dbn/codes.ts';
import { DbnDecoder } from '../../../core/dbn/decoder.ts';
import { encodeRecord } from '../../../core/dbn/encode-record.ts';
import type { DbnFeeds } from '../../../core/dbn/feeds.ts';
import { DbnMarket } from '../../../core/dbn/market.ts';
import type { DbnLevel, DbnRecord } from '../../../core/dbn/record.ts';
import type { DbnRows } from '../../../core/dbn/rows.ts';

/** 2020-12-28 13:00:00.098821953 UTC, and when Databento had it; out of the specification's sample trade. */
export const EVENT = 1_609_160_400_098_821_953n;
const RECV = 1_609_160_400_099_150_057n;
export const LAST = 128;

export const px = (price: number | undefined): bigint =>
  price === undefined ? UNDEFINED_I64 : BigInt(Math.round(price * 1e9));

const head = { publisherId: 1, instrumentId: 5482, tsEvent: EVENT, tsRecv: RECV, tsInDelta: 0, sequence: 7 };

type Order = Partial<{
  id: bigint;
  action: string;
  side: string;
  price: number | undefined;
  size: number;
  flags: number;
  publisherId: number;
}>;

export const mbo = ({ id = 1n, price, size = 1, ...rest }: Order): DbnRecord => ({
  ...head,
  kind: 'mbo',
  rtype: RTYPE.mbo,
  orderId: id,
  price: px(price),
  size,
  flags: LAST,
  channelId: 0,
  action: 'A',
  side: 'B',
  ...rest,
});

export const trade = (fields: Partial<Extract<DbnRecord, { kind: 'trade' }>> = {}): DbnRecord => ({
  ...head,
  kind: 'trade',
  rtype: RTYPE.trades,
  price: px(3720.25),
  size: 5,
  action: 'T',
  side: 'A',
  flags: LAST,
  depth: 0,
  ...fields,
});

export type Side = readonly (readonly [price: number, size: number])[];

export const levels = (bids: Side, asks: Side, count: number): DbnLevel[] =>
  Array.from({ length: count }, (_, k) => ({
    bidPx: px(bids[k]?.[0]),
    askPx: px(asks[k]?.[0]),
    bidSz: bids[k]?.[1] ?? 0,
    askSz: asks[k]?.[1] ?? 0,
    bidCt: 1,
    askCt: 1,
  }));

export const mbp = (
  bids: Side,
  asks: Side,
  { count = 1, ...fields }: { count?: 1 | 10; action?: string; flags?: number; publisherId?: number } = {},
): DbnRecord => ({
  ...head,
  kind: count === 1 ? 'mbp-1' : 'mbp-10',
  rtype: count === 1 ? RTYPE.mbp1 : RTYPE.mbp10,
  price: px(3720.25),
  size: 1,
  action: 'A',
  side: 'B',
  flags: LAST,
  depth: 0,
  levels: levels(bids, asks, count),
  ...fields,
});

/** Rows as short lines: what a case is about, and nothing else. */
export class Lines implements DbnRows {
  readonly lines: string[] = [];
  readonly times: number[][] = [];
  time(...stamps: number[]): void {
    this.times.push(stamps);
  }
  trade(inst: number, id: number, price: number, size: number, side: number): void {
    this.lines.push(`trade ${inst} #${id} ${price} x ${size} ${side}`);
  }
  quote(inst: number, _id: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    this.lines.push(`quote ${inst} ${bid} x ${bidSize} / ${ask} x ${askSize}`);
  }
  depth(_inst: number, _id: number, side: number, price: number, size: number, flags: number): void {
    const marks = `${(flags & 2) === 0 ? '' : ' snapshot'}${(flags & 1) === 0 ? '' : ' last'}`;
    this.lines.push(`${side > 0 ? 'bid' : 'ask'} ${price} x ${size}${marks}`);
  }
  bar(inst: number, span: number, ...values: number[]): void {
    this.lines.push(`bar ${inst} ${span} ${values.join(' ')}`);
  }
}

/** What records of instrument 5482 become, as instrument 3. */
export function rowsOf(records: readonly DbnRecord[], feeds: DbnFeeds) {
  const rows = new Lines();
  const leftOut: string[] = [];
  let suspects = 0;
  const market = new DbnMarket(rows, { leftOut: (reason) => leftOut.push(reason), suspect: () => suspects++ });
  market.assign(5482, 3, feeds);
  const decoder = new DbnDecoder({ record: (data, at) => market.take(data, at) }, { version: 3 });
  for (const record of records) decoder.push(encodeRecord(record));
  return { lines: rows.lines, times: rows.times, leftOut, suspects };
}
