import type { Micros } from '../../domain/time.ts';
import type { BinanceFrame } from './binance-frame.ts';
import { readFrameLine } from './binance-frame-line.ts';
import type { Instant } from './epoch.ts';
import { GridGuess } from './grid-guess.ts';

export interface SightedMarket {
  readonly symbol: string;
  hasTrades: boolean;
  readonly prices: GridGuess;
  readonly sizes: GridGuess;
}

/** What the first lines show: which symbols, which streams, which grids. */
export class BinanceSurvey {
  readonly markets = new Map<string, SightedMarket>();

  /** Receipt time of the first frame. */
  add(lines: readonly string[]): Micros {
    const recv: Instant = { us: 0, ns: 0 };
    let start = Infinity;
    for (const line of lines) {
      const frame = readFrameLine(line, recv);
      if (frame === undefined) continue;
      start = Math.min(start, recv.us);
      if (frame.kind !== 'other' && frame.symbol !== undefined) this.#see(frame, frame.symbol);
    }
    return start === Infinity ? -Infinity : start;
  }

  #see(frame: BinanceFrame, symbol: string): void {
    const market = this.markets.get(symbol) ?? {
      symbol,
      hasTrades: false,
      prices: new GridGuess(),
      sizes: new GridGuess(),
    };
    this.markets.set(symbol, market);
    if (frame.kind === 'trade') market.hasTrades = true;
    if (frame.kind === 'trade' || frame.kind === 'aggTrade') {
      market.prices.add(frame.price);
      market.sizes.add(frame.size);
    } else if (frame.kind === 'depth') {
      for (const levels of [frame.depth.bids, frame.depth.asks]) {
        for (const [i, value] of levels.entries()) (i % 2 === 0 ? market.prices : market.sizes).add(String(value));
      }
    }
  }
}
