import type { InstrumentSpec } from '#core';

/** How a kind of market behaves. Sizes are in lots. */
export interface Profile {
  /** The instrument on offer when none is asked for. */
  readonly symbol: string;
  readonly tickSize: number;
  readonly lotSize: number;
  readonly price: number;
  /** Mean over the 24-hour day. */
  readonly tradesPerSecond: number;
  /** Standard deviation of a day's return, in percent. */
  readonly volatility: number;
  /** Chance that an aggressor takes the same side as the one before, whatever the price does. */
  readonly persistence: number;
  /** Mean resting lots at a level. */
  readonly restingLots: number;
  /** Lots of one aggressive order from a uniform number in (0, 1). */
  readonly orderLots: (uniform: number) => number;
  /** Activity at each full hour UTC, in any unit: only the proportions count. */
  readonly day: readonly number[];
}

const futures: Profile = {
  symbol: 'MNQ',
  tickSize: 0.25,
  lotSize: 1,
  price: 21_000,
  tradesPerSecond: 6,
  volatility: 1.2,
  persistence: 0.35,
  restingLots: 6,
  // Tail index 2: three orders in four are one lot.
  orderLots: (uniform) => Math.min(500, Math.floor(1 / Math.sqrt(uniform))),
  // A U between the US open (14:30) and close (21:00), a low night, a bump at the European open.
  day: [
    0.35, 0.4, 0.4, 0.3, 0.25, 0.3, 0.35, 0.6, 0.8, 0.7, 0.6, 0.6, 0.8, 1.2, 3.2, 3.1, 2.2, 1.8, 1.7, 2.0, 2.8, 0.6,
    0.2, 0.3,
  ],
};

const crypto: Profile = {
  symbol: 'BTCUSDT',
  tickSize: 0.1,
  lotSize: 0.001,
  price: 60_000,
  tradesPerSecond: 10,
  volatility: 2.5,
  persistence: 0.7,
  restingLots: 800,
  // Tail index 1: crumbs of a few lots beside orders of whole coins.
  orderLots: (uniform) => Math.min(20_000, Math.floor(2 / uniform)),
  day: [
    1.1, 1.0, 0.9, 0.8, 0.8, 0.7, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9, 1.0, 1.3, 1.6, 1.6, 1.5, 1.3, 1.2, 1.1, 1.1, 1.0, 0.9,
    0.9,
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
