/** The simulated venue, as the loop sees it. It is asked only about rows that can touch a working order. */
export interface VenueHooks {
  onTrade(k: number, price: number, size: number): void;
  onQuote(k: number, bid: number, bidSize: number, ask: number, askSize: number): void;
}

/** A market that nobody trades in. */
export const NO_VENUE: VenueHooks = { onTrade: () => undefined, onQuote: () => undefined };
