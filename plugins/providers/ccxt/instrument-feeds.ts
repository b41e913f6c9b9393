import { BarFeed } from './bar-feed.ts';
import { BookFeed } from './book-feed.ts';
import type { Tools } from './tools.ts';
import { TradeFeed } from './trade-feed.ts';

/** What is known of one instrument. It outlives connections, so that the next one continues where the last one ended. */
export class InstrumentFeeds {
  readonly symbol: string;
  readonly trades: TradeFeed;
  readonly book: BookFeed;
  readonly bars: BarFeed;

  constructor(symbol: string, inst: number, tools: Tools) {
    this.symbol = symbol;
    this.trades = new TradeFeed(symbol, inst, tools);
    this.book = new BookFeed(symbol, inst, tools);
    this.bars = new BarFeed(symbol, inst, tools);
  }
}
