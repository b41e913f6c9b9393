import { VirtualTimeScheduler } from 'rxjs';
import { asBytes, type Chunk, ChunkWriter } from '#core';
import { snapshotOf } from '../../../../plugins/providers/binance/answers.ts';
import { BarFeed } from '../../../../plugins/providers/binance/bar-feed.ts';
import { BookFeed } from '../../../../plugins/providers/binance/book-feed.ts';
import { FrameReader } from '../../../../plugins/providers/binance/frame-reader.ts';
import { TradeFlow } from '../../../../plugins/providers/binance/trade-flow.ts';
import { TradeTails } from '../../../../plugins/providers/binance/trade-tails.ts';
import { VenueMarket } from '../../../../plugins/providers/binance/venue-market.ts';
import { testLink, testNet } from '../../../helpers/provider-rig.ts';
import { type Row, rowsOf } from './binance-rig.ts';

const NOW_MS = Date.UTC(2026, 6, 1);

/** The provider's decoder without a connection. Snapshots come when the test says so; nothing is ever fetched. */
export function makeDecoder(symbols: readonly string[], onChunk: (chunk: Chunk) => void) {
  const link = testLink();
  const wall = new VirtualTimeScheduler();
  const writer = new ChunkWriter(onChunk);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const tails = new TradeTails(symbols.length);
  const tools = { writer, tails, link, log, wall, net: { ...testNet(link), now: () => NOW_MS } };
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
  const books = new Map<string, BookFeed>();
  const markets = new Map(
    symbols.map((symbol, inst) => {
      const book = new BookFeed(symbol, inst, tools, () => never());
      books.set(symbol, book);
      const trades = new TradeFlow(symbol, inst, tools, { waitMs: 3000, most: 1000, fetch: undefined });
      const bars = new BarFeed({ symbol, inst, tools, timeframe: '1m', fetch: () => never() });
      const market = new VenueMarket({ symbol, inst, writer, link, trades, book, bars });
      for (const stream of ['trades', 'quotes', 'depth', 'bars'] as const) market.want(stream);
      return [symbol, market];
    }),
  );
  const reader = new FrameReader(markets, tools);
  const read = (text: string): ReturnType<FrameReader['read']> => reader.read(asBytes(text));
  return {
    link,
    read,
    streamRead: () => reader.stream,
    writer,
    /** Lets everything that waits for a time come due. */
    settle: (): void => {
      wall.flush();
      writer.flush();
    },
    /** @returns whether the book took it */
    snapshot: (symbol: string, answer: unknown): boolean => {
      const taken = books.get(symbol)?.sync.snapshot(snapshotOf(answer, NOW_MS * 1000)) ?? false;
      writer.flush();
      return taken;
    },
  };
}

/** The same, keeping every row. */
export function keepingDecoder(symbols: readonly string[]) {
  const chunks: Chunk[] = [];
  const decoder = makeDecoder(symbols, (chunk) => chunks.push(structuredClone(chunk)));
  return { ...decoder, rows: (kind: Chunk['kind']): Row[] => rowsOf(chunks, kind), clear: () => chunks.splice(0) };
}
