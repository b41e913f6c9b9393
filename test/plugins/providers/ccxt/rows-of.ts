import type { Chunk, ProviderEvent } from '#core';

export interface Row {
  readonly kind: Chunk['kind'];
  readonly instrument: string;
  readonly ms: number;
  readonly id: number;
  readonly values: readonly number[];
}

const COLUMNS = {
  trades: ['price', 'size', 'side'],
  quotes: ['bid', 'bidSize', 'ask', 'askSize'],
  depth: ['side', 'price', 'size', 'flags'],
  bars: ['span', 'open', 'high', 'low', 'close', 'volume'],
} as const;

/** Rows of one kind with their values in the order of the columns. */
export function rowsOf(events: readonly ProviderEvent[], kind: Chunk['kind'], symbols: readonly string[]): Row[] {
  return events.flatMap((event) => {
    if (!('capacity' in event) || event.kind !== kind) return [];
    const columns = event as unknown as Record<string, ArrayLike<number>>;
    return Array.from({ length: event.n }, (_, i) => ({
      kind,
      instrument: symbols[event.inst[i]!] ?? '',
      ms: event.event[i]! / 1000,
      id: event.id[i]!,
      values: COLUMNS[kind].map((name) => columns[name]![i]!),
    }));
  });
}
