import type { Chunk, ProviderEvent, QuoteEvent, TradeEvent } from '#core';

/** A chunk's rows as events, without what the venue never says: side, number and nanoseconds. */
export function rowsOf(chunk: Chunk, symbols: readonly string[]): (TradeEvent | QuoteEvent)[] {
  if (chunk.kind === 'depth' || chunk.kind === 'bars') return [];
  return Array.from({ length: chunk.n }, (_, i) => {
    const at = { instrument: symbols[chunk.inst[i]!] ?? '', tsEvent: chunk.event[i]! / 1000 };
    return chunk.kind === 'trades'
      ? { kind: 'trade', ...at, price: chunk.price[i]!, size: chunk.size[i]! }
      : {
          kind: 'quote',
          ...at,
          bid: chunk.bid[i]!,
          ask: chunk.ask[i]!,
          bidSize: chunk.bidSize[i]!,
          askSize: chunk.askSize[i]!,
        };
  });
}

export const allRowsOf = (events: readonly ProviderEvent[], symbols: readonly string[]): (TradeEvent | QuoteEvent)[] =>
  events.flatMap((event) => ('capacity' in event ? rowsOf(event, symbols) : []));

export const tradesOf = (events: readonly ProviderEvent[], symbols: readonly string[]): TradeEvent[] =>
  allRowsOf(events, symbols).filter((row) => row.kind === 'trade');
