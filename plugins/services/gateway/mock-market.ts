import type { PriceUpdate } from './messages.ts';

/** What the old service started from. */
const BASES: readonly (readonly [name: string, price: number])[] = [
  ['SUI', 3.5],
  ['ETH', 2500],
  ['BTC', 45_000],
  ['SOL', 150],
];
const OTHER_BASE = 100;

export interface MockTrade {
  readonly price: number;
  readonly size: number;
  readonly side: 'buy' | 'sell';
}

/**
 * An invented market, for `dryRun`. A walk of the price in steps of up to ±0.1 % plus 30 % of the step before, held within
 * half and twice its base; prices to 6 decimals, sizes to 4. The same seed gives the same market.
 *
 * Source  the mock generator of the Bluefin service (bluefin-stream, §9)
 */
export class MockMarket {
  readonly base: number;
  private readonly random: () => number;
  private price: number;
  private step = 0;

  constructor(symbol: string, seed: number) {
    this.base = BASES.find(([name]) => symbol.startsWith(name))?.[1] ?? OTHER_BASE;
    this.price = this.base;
    this.random = generator(seed, symbol);
  }

  /** The next price; `volume` is a figure of activity, not of trades. */
  move(ts: number): PriceUpdate {
    this.step = this.between(-0.001, 0.001) + 0.3 * this.step;
    this.price = Math.min(Math.max(this.price * (1 + this.step), 0.5 * this.base), 2 * this.base);
    const volume = 1000 * (1 + 50 * Math.abs(this.step)) * this.between(0.5, 2);
    return { price: rounded(this.price, 6), volume: rounded(volume, 4), ts };
  }

  /** A trade near the price; six in ten are on the side of the last move. */
  trade(): MockTrade {
    const price = this.price * (1 + this.between(-0.0005, 0.0005));
    const withMove = this.random() < 0.6;
    return {
      price: rounded(price, 6),
      size: rounded(this.between(0.1, 10), 4),
      side: withMove === this.step >= 0 ? 'buy' : 'sell',
    };
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.random();
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** mulberry32: 32 bits of state, a number in [0, 1). */
function generator(seed: number, name: string): () => number {
  let state = Buffer.from(name).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), seed | 0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
