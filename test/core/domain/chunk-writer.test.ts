import { describe, expect, it } from 'vitest';
import {
  type BarChunk,
  type Chunk,
  ChunkWriter,
  DEPTH_LAST,
  DEPTH_SNAPSHOT,
  type DepthChunk,
  type QuoteChunk,
  SIDE_BUY,
  SIDE_SELL,
  type TradeChunk,
} from '#core';
import { at, makeKernel } from '../../helpers/kernel-kit.ts';

const T = 1_700_000_000_000_000;

/** A writer, and a copy of each chunk that it handed over. */
function writing(rows?: number) {
  const chunks: Chunk[] = [];
  const writer = new ChunkWriter((chunk) => chunks.push(structuredClone(chunk)), rows);
  const kinds = (): readonly string[] => chunks.map(({ kind, n }) => `${n} ${kind}`);
  return { writer, chunks, kinds };
}
const first = (values: ArrayLike<number> | undefined, n = 1): readonly number[] => Array.from(values ?? []).slice(0, n);

describe('a chunk writer', () => {
  it('writes every column of every kind', () => {
    const { writer, chunks } = writing();
    writer.trade(3, 5000.25, 2, SIDE_SELL, T, 7, 99);
    writer.quote(1, 10, 5, 11, 6, T + 1, 8, 100);
    writer.depth(2, SIDE_BUY, 9.5, 0, DEPTH_LAST | DEPTH_SNAPSHOT, T + 2, 9, 101);
    writer.bar(4, 60_000_000, T + 3, { open: 2, high: 4, low: 1, close: 3, volume: 10, trades: 5 });
    writer.flush();
    const [trades, quotes, depth, bars] = chunks as [TradeChunk, QuoteChunk, DepthChunk, BarChunk];
    const shared = ({ inst, event, eventNs, id }: Chunk) => [inst[0], event[0], eventNs[0], id[0]];
    expect([shared(trades), trades.price[0], trades.size[0], trades.side[0]]).toEqual([[3, T, 7, 99], 5000.25, 2, -1]);
    expect([shared(quotes), quotes.bid[0], quotes.bidSize[0], quotes.ask[0], quotes.askSize[0]]).toEqual([
      [1, T + 1, 8, 100],
      10,
      5,
      11,
      6,
    ]);
    expect([shared(depth), depth.side[0], depth.price[0], depth.size[0], depth.flags[0]]).toEqual([
      [2, T + 2, 9, 101],
      1,
      9.5,
      0,
      3,
    ]);
    expect([shared(bars), bars.span[0], bars.open[0], bars.high[0], bars.low[0], bars.close[0]]).toEqual([
      [4, T + 3, 0, 0],
      60_000_000,
      2,
      4,
      1,
      3,
    ]);
    expect([bars.volume[0], bars.trades[0]]).toEqual([10, 5]);
  });

  it('hands over nothing until it is told to, and nothing when there is nothing', () => {
    const { writer, kinds } = writing();
    writer.flush();
    writer.trade(0, 1, 1, SIDE_BUY, T);
    writer.trade(0, 2, 1, SIDE_BUY, T);
    expect(kinds()).toEqual([]);
    writer.flush();
    writer.flush();
    expect(kinds()).toEqual(['2 trades']);
  });

  it('keeps the order of rows across kinds', () => {
    const { writer, kinds, chunks } = writing();
    writer.trade(0, 1, 1, SIDE_BUY, T);
    writer.trade(0, 2, 1, SIDE_BUY, T);
    writer.quote(0, 1, 1, 2, 1, T);
    writer.trade(0, 3, 1, SIDE_BUY, T);
    writer.flush();
    expect(kinds()).toEqual(['2 trades', '1 quotes', '1 trades']);
    expect(first((chunks[2] as TradeChunk).price)).toEqual([3]);
  });

  it('hands over a full chunk and goes on with an empty one', () => {
    const { writer, kinds, chunks } = writing(3);
    for (let price = 1; price <= 7; price++) writer.trade(0, price, 1, SIDE_BUY, T);
    writer.flush();
    expect(kinds()).toEqual(['3 trades', '3 trades', '1 trades']);
    expect(chunks.flatMap((chunk) => first((chunk as TradeChunk).price, chunk.n))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('refills the same chunk again and again', () => {
    const seen = new Set<Chunk>();
    const writer = new ChunkWriter((chunk) => seen.add(chunk), 2);
    for (let i = 0; i < 100; i++) writer.trade(0, i, 1, SIDE_BUY, T);
    expect(seen.size).toBe(1);
  });

  it('makes whole microseconds of a time that is nearly whole', () => {
    const { writer, chunks } = writing();
    writer.trade(0, 1, 1, SIDE_BUY, T + 0.25);
    writer.trade(0, 1, 1, SIDE_BUY, T - 0.25);
    writer.flush();
    expect(first(chunks[0]?.event, 2)).toEqual([T, T]);
  });

  it('writes an empty side of a quote as NaN with size 0, whatever its size', () => {
    const { writer, chunks } = writing();
    expect(writer.quote(0, Number.NaN, 7, 11, 6, T)).toBe(true);
    expect(writer.quote(0, 10, 5, Number.NaN, Number.NaN, T)).toBe(true);
    writer.flush();
    const { bid, bidSize, ask, askSize } = chunks[0] as QuoteChunk;
    expect([first(bid, 2), first(bidSize, 2), first(ask, 2), first(askSize, 2)]).toEqual([
      [Number.NaN, 10],
      [0, 5],
      [11, Number.NaN],
      [6, 0],
    ]);
  });

  const bar = { open: 2, high: 4, low: 1, close: 3, volume: 10 };
  it.each<[string, (writer: ChunkWriter) => boolean]>([
    ['a trade without a price', (w) => w.trade(0, Number.NaN, 1, SIDE_BUY, T)],
    ['an endless price', (w) => w.trade(0, Number.POSITIVE_INFINITY, 1, SIDE_BUY, T)],
    ['a negative size', (w) => w.trade(0, 1, -1, SIDE_BUY, T)],
    ['no size', (w) => w.trade(0, 1, Number.NaN, SIDE_BUY, T)],
    ['an endless size', (w) => w.trade(0, 1, Number.POSITIVE_INFINITY, SIDE_BUY, T)],
    ['no time', (w) => w.trade(0, 1, 1, SIDE_BUY, Number.NaN)],
    ['an unknown instrument', (w) => w.trade(-1, 1, 1, SIDE_BUY, T)],
    ['no instrument', (w) => w.trade(Number.NaN, 1, 1, SIDE_BUY, T)],
    ['an instrument past the last', (w) => w.trade(65_536, 1, 1, SIDE_BUY, T)],
    ['an endless bid', (w) => w.quote(0, Number.NEGATIVE_INFINITY, 1, 2, 1, T)],
    ['a negative bid size', (w) => w.quote(0, 1, -1, 2, 1, T)],
    ['an endless ask size', (w) => w.quote(0, 1, 1, 2, Number.POSITIVE_INFINITY, T)],
    ['a quote without time', (w) => w.quote(0, 1, 1, 2, 1, Number.NaN)],
    ['a level without price', (w) => w.depth(0, SIDE_BUY, Number.NaN, 1, 0, T)],
    ['a level of negative size', (w) => w.depth(0, SIDE_BUY, 1, -1, 0, T)],
    ['a level of another instrument', (w) => w.depth(1.5, SIDE_BUY, 1, 1, 0, T)],
    ['a bar whose high is below its open', (w) => w.bar(0, 1, T, { ...bar, high: 1.5 })],
    ['a bar whose low is above its close', (w) => w.bar(0, 1, T, { ...bar, low: 2.5, close: 2.4 })],
    ['a bar without close', (w) => w.bar(0, 1, T, { ...bar, close: Number.NaN })],
    ['a bar that is endlessly high', (w) => w.bar(0, 1, T, { ...bar, high: Number.POSITIVE_INFINITY })],
    ['a bar of negative volume', (w) => w.bar(0, 1, T, { ...bar, volume: -1 })],
    ['a bar of no number of trades', (w) => w.bar(0, 1, T, { ...bar, trades: Number.NaN })],
    ['a bar of no length', (w) => w.bar(0, 0, T, bar)],
    ['a bar without end', (w) => w.bar(0, 1, Number.NaN, bar)],
  ])('refuses %s', (_, write) => {
    const { writer, kinds } = writing();
    expect(write(writer)).toBe(false);
    expect(writer.trade(0, 0, 0, SIDE_BUY, T)).toBe(true);
    writer.flush();
    expect(kinds()).toEqual(['1 trades']);
  });

  it('writes a message of more levels than it holds so that it stays one update', () => {
    const { kernel, market } = makeKernel();
    const updates: number[] = [];
    market
      .depth('ES')
      .subscribe(({ bids, asks, snapshot }) => updates.push(bids.length, asks.length, Number(snapshot)));
    const writer = new ChunkWriter((chunk) => kernel.process(chunk, 0, chunk.n), 512);
    for (let i = 0; i < 1200; i++) {
      const flags = (i === 0 ? DEPTH_SNAPSHOT : 0) | (i === 1199 ? DEPTH_LAST : 0);
      writer.depth(0, i < 700 ? SIDE_BUY : SIDE_SELL, i < 700 ? 1000 - i : 1001 + i, 1, flags, at(1));
    }
    writer.flush();
    expect(updates).toEqual([700, 500, 1]);
  });
});
