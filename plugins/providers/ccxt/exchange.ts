/** The part of a ccxt exchange that is used. What its methods deliver is checked, not believed. */
export interface Exchange {
  readonly has: Readonly<Record<string, unknown>>;
  readonly timeframes?: Readonly<Record<string, unknown>>;
  readonly precisionMode?: number;
  readonly markets?: Readonly<Record<string, unknown>>;
  urls: { api?: unknown };
  streaming?: Readonly<Record<string, unknown>>;
  /** Sockets by address. `lastPong` is the only sign of life that ccxt shows. */
  readonly clients?: Readonly<Record<string, { readonly lastPong?: unknown }>>;
  loadMarkets(): Promise<unknown>;
  setSandboxMode?(on: boolean): void;
  loadHttpProxyAgent?(): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  watchOrderBook(symbol: string): Promise<unknown>;
  watchOHLCV(symbol: string, timeframe: string): Promise<unknown>;
  fetchTrades(symbol: string, since?: number, limit?: number): Promise<unknown>;
  fetchOrderBook(symbol: string): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown>;
  unWatchTrades?(symbol: string): Promise<unknown>;
  unWatchOrderBook?(symbol: string): Promise<unknown>;
  unWatchOHLCV?(symbol: string, timeframe: string): Promise<unknown>;
  close?(): Promise<unknown>;
}

/** A capability counts when it is said plainly: `emulated`, `undefined` and `false` are all no. */
export const can = ({ has }: Exchange, method: string): boolean => has[method] === true;

/** How each stream is had: by socket, by asking again and again, or not at all. */
export type Way = 'watch' | 'poll' | undefined;

export const wayTo = (exchange: Exchange, what: 'Trades' | 'OrderBook' | 'OHLCV'): Way => {
  if (can(exchange, `watch${what}`)) return 'watch';
  return can(exchange, `fetch${what}`) ? 'poll' : undefined;
};
