/** A Binance market that this provider knows. */
export type MarketName = 'spot' | 'usd-m';
/** Kinds of raw streams, as the stream's name carries them: `btcusdt@aggTrade`. */
export type Channel = 'trade' | 'aggTrade' | 'bookTicker' | 'depth' | 'kline';

/** Where the two markets differ. Weights and limits are those of the venue's documentation of July 2026. */
export interface Venue {
  readonly streams: string;
  readonly rest: string;
  /** Before the name of every REST call. */
  readonly api: string;
  /** Path prefix of the connection that carries a channel. On a wrong one USD-M acknowledges and stays silent. */
  readonly route: (channel: Channel) => string;
  /** Pause between two SUBSCRIBE messages: spot takes five messages a second, pings and pongs among them, USD-M ten. */
  readonly controlEveryMs: number;
  /** Half of what an address may spend in a minute: a full bucket may be emptied at once and then refills. */
  readonly weightPerMinute: number;
  readonly weights: {
    readonly exchangeInfo: number;
    readonly klines: number;
    readonly prints: Readonly<Record<'trade' | 'aggTrade', number>>;
    readonly depth: (levels: number) => number;
  };
  /** Most levels of one side that a snapshot has; requests for another number are rounded up to one of these. */
  readonly depths: readonly number[];
  /** REST call for trades by number. The one that needs a key is left out. */
  readonly prints: Readonly<Partial<Record<'trade' | 'aggTrade', string>>>;
  readonly defaultTrades: 'trade' | 'aggTrade';
  readonly hasSecondBars: boolean;
}

export const VENUES: Readonly<Record<MarketName, Venue>> = {
  spot: {
    streams: 'wss://stream.binance.com:9443',
    rest: 'https://api.binance.com',
    api: '/api/v3',
    route: () => '',
    controlEveryMs: 400,
    weightPerMinute: 3000,
    weights: {
      exchangeInfo: 20,
      klines: 2,
      prints: { trade: 25, aggTrade: 4 },
      depth: (levels) => (levels <= 100 ? 5 : levels <= 500 ? 25 : levels <= 1000 ? 50 : 250),
    },
    depths: [5, 10, 20, 50, 100, 500, 1000, 5000],
    prints: { trade: 'historicalTrades', aggTrade: 'aggTrades' },
    defaultTrades: 'trade',
    hasSecondBars: true,
  },
  'usd-m': {
    streams: 'wss://fstream.binance.com',
    rest: 'https://fapi.binance.com',
    api: '/fapi/v1',
    route: (channel) => (channel === 'aggTrade' || channel === 'kline' ? '/market' : '/public'),
    controlEveryMs: 200,
    weightPerMinute: 1200,
    weights: {
      exchangeInfo: 1,
      klines: 5,
      prints: { trade: 20, aggTrade: 20 },
      depth: (levels) => (levels <= 50 ? 2 : levels <= 100 ? 5 : levels <= 500 ? 10 : 20),
    },
    depths: [5, 10, 20, 50, 100, 500, 1000],
    prints: { aggTrade: 'aggTrades' },
    defaultTrades: 'aggTrade',
    hasSecondBars: false,
  },
};

/** Streams that a connection may carry. The venue's limit is 1024. */
export const STREAMS_PER_CONNECTION = 1000;
