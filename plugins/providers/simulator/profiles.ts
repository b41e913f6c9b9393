import type { InstrumentSpec } from '#core';
import type { Echo } from './arrivals.ts';

/** How a kind of market behaves. Sizes are in lots. */
export interface Profile {
  /** The instrument on offer when none is asked for. */
  readonly symbol: string;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly price: number;
  /** Mean over the 24-hour day. */
  readonly tradesPerSecond: number;
  /** Standard deviation of a day's move: percent of the price, or ticks. */
  readonly dayMove: { readonly percent: number } | { readonly ticks: number };
  /** Deviation of the way through a minute against that of the minute's move: 1 for a random walk. */
  readonly roughness: number;
  /** Moves of the quotes that the fair price causes, per market order. */
  readonly movesPerOrder: number;
  /** How far a trade draws opinions of the fair price towards its own price, and the doubt that it leaves, in ticks. */
  readonly heed: number;
  readonly doubt: number;
  /** Chance that a message closes a spread of more than a tick. */
  readonly closing: number;
  /** How market orders set off further ones. */
  readonly echoes: readonly Echo[];
  /** Changes of resting orders for each trade. */
  readonly messagesPerTrade: number;
  /** Share of the market orders that are pieces of large ones: they go on buying, or selling, whatever the price does. */
  readonly splitting: number;
  /** Share of the market orders that meet more than one resting order. */
  readonly sweeping: number;
  /** Share of the prints that are one lot, then median and log-deviation of the others. */
  readonly oneLot: number;
  readonly clipLots: number;
  readonly clipSpread: number;
  /** Mean resting lots at a level. */
  readonly restingLots: number;
  /** Activity in each half hour UTC, in any unit: only the proportions count. */
  readonly day: readonly number[];
}

/** Orders set off within half a millisecond, within a blink, and within seconds. */
const echoes = (blink: number, seconds: number): readonly Echo[] => [
  { offspring: 0.31, delayUs: 400 },
  { offspring: blink, delayUs: 40_000 },
  { offspring: seconds, delayUs: 7_000_000 },
];

/** A future whose tick is large against its moves, such as the S&P 500's: prices bounce between two quotes. */
const futures: Profile = {
  symbol: 'MNQ',
  tickSize: 0.25,
  lotSize: 1,
  price: 21_000,
  tradesPerSecond: 3,
  dayMove: { ticks: 100 },
  roughness: 1,
  movesPerOrder: 3,
  heed: 0.26,
  doubt: 0.11,
  closing: 1,
  echoes: echoes(0.35, 0.23),
  messagesPerTrade: 18,
  splitting: 0.03,
  sweeping: 0.135,
  oneLot: 0.605,
  clipLots: 3,
  clipSpread: 1.3,
  restingLots: 100,
  // A U between the US open (14:30) and close (21:00), a low night, a bump at the European open.
  day: [
    4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 4, 4, 6, 6, 9, 9, 8, 8, 7, 7, 7, 7, 7, 7, 12, 12, 15, 60, 46, 40, 34, 30, 27,
    25, 25, 26, 29, 33, 39, 60, 8, 4, 3, 3, 4, 4,
  ],
};

/** Coins whose price goes many ticks in a second, in runs. Regular hours are those of US shares, which coins follow. */
const crypto: Profile = {
  symbol: 'BTCUSDT',
  tickSize: 0.1,
  lotSize: 0.001,
  price: 60_000,
  tradesPerSecond: 10,
  dayMove: { percent: 2.5 },
  roughness: 1.025,
  movesPerOrder: 1,
  heed: 0,
  doubt: 0,
  closing: 1,
  echoes: echoes(0.4, 0.16),
  messagesPerTrade: 16,
  splitting: 0.95,
  sweeping: 0.14,
  oneLot: 0.605,
  clipLots: 80,
  clipSpread: 0.95,
  restingLots: 1_000,
  day: [
    22, 22, 20, 20, 18, 18, 16, 16, 16, 16, 15, 15, 15, 15, 16, 16, 18, 18, 18, 18, 18, 18, 18, 18, 20, 20, 24, 26, 28,
    52, 38, 34, 31, 29, 28, 27, 27, 28, 29, 31, 34, 53, 24, 22, 20, 20, 18, 18,
  ],
};

export const PROFILES = { futures, crypto };

/** What is known of some roots, so that `instrument: MNQ` alone gives a market of the right size. */
const KNOWN: Readonly<Record<string, Omit<InstrumentSpec, 'symbol'> & { readonly price: number }>> = {
  NQ: { price: 21_000, tickSize: 0.25, pointValue: 20 },
  MNQ: { price: 21_000, tickSize: 0.25, pointValue: 2 },
  ES: { price: 6_000, tickSize: 0.25, pointValue: 50 },
  MES: { price: 6_000, tickSize: 0.25, pointValue: 5 },
  GC: { price: 2_700, tickSize: 0.1, pointValue: 100 },
  CL: { price: 75, tickSize: 0.01, pointValue: 1000 },
  BTCUSDT: { price: 60_000, tickSize: 0.1, lotSize: 0.001, currency: 'USDT' },
  ETHUSDT: { price: 3_000, tickSize: 0.01, lotSize: 0.001, currency: 'USDT' },
};

/** The facts of a known root: the symbol itself, or the symbol without its expiry (`ESZ5`, `MNQH26`). */
export const knownAs = (symbol: string) => KNOWN[symbol] ?? KNOWN[symbol.replace(/[FGHJKMNQUVXZ]\d{1,2}$/, '')];
