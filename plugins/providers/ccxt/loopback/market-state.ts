import type { BarEvent, DepthEvent, Level, TradeEvent } from '#core';

const TRADES_KEPT = 20_000;
const BARS_KEPT = 10_000;

export interface UnifiedTrade {
  readonly id: string;
  readonly timestamp: number;
  readonly symbol: string;
  readonly side: string | undefined;
  readonly price: number;
  readonly amount: number;
}
export type Candle = readonly [start: number, open: number, high: number, low: number, close: number, volume: number];

/** What the venue remembers of one symbol: recent trades, the book, closed bars. */
export class MarketState {
  readonly trades: UnifiedTrade[] = [];
  /** Closed bars by timeframe. */
  readonly bars = new Map<string, Candle[]>();
  nonce = 0;
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();
  private timestamp = 0;
  private forming: Candle = [0, 0, 0, 0, 0, 0];

  addTrade({ id, instrument, price, size, side, tsEvent = 0 }: TradeEvent): UnifiedTrade {
    const given = side === 'buy' || side === 'sell' ? side : undefined;
    const trade = {
      id: String(id ?? this.trades.length + 1),
      timestamp: tsEvent,
      symbol: instrument,
      side: given,
      price,
      amount: size,
    };
    this.trades.push(trade);
    if (this.trades.length > TRADES_KEPT) this.trades.shift();
    return trade;
  }

  /** The bar of one second that is being made, after a trade. */
  formBar({ price, size, tsEvent = 0 }: TradeEvent): Candle {
    const start = Math.floor(tsEvent / 1000) * 1000;
    const [since, open, high, low, , volume] = this.forming;
    this.forming =
      since === start
        ? [start, open, Math.max(high, price), Math.min(low, price), price, volume + size]
        : [start, price, price, price, price, size];
    return this.forming;
  }

  addBar({ timeframe, start, open, high, low, close, volume }: BarEvent): Candle {
    const candle: Candle = [start, open, high, low, close, volume];
    const bars = this.bars.get(timeframe) ?? [];
    this.bars.set(timeframe, bars);
    bars.push(candle);
    if (bars.length > BARS_KEPT) bars.shift();
    return candle;
  }

  addDepth({ bids, asks, snapshot, tsEvent = 0 }: DepthEvent): void {
    if (snapshot === true) {
      this.bids.clear();
      this.asks.clear();
    }
    lay(this.bids, bids);
    lay(this.asks, asks);
    this.nonce++;
    this.timestamp = tsEvent;
  }

  book(symbol: string): object {
    return {
      symbol,
      bids: [...this.bids].sort(([a], [b]) => b - a),
      asks: [...this.asks].sort(([a], [b]) => a - b),
      nonce: this.nonce,
      timestamp: this.timestamp,
    };
  }
}

function lay(side: Map<number, number>, levels: readonly Level[]): void {
  for (const [price, size] of levels) {
    if (size === 0) side.delete(price);
    else side.set(price, size);
  }
}
