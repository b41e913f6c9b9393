import type { StreamDemand } from '#core';

interface AddressRules {
  /** `http://host:port`, without a slash at its end. */
  readonly base: string;
  /** The service's name of a symbol. */
  readonly venueName: (symbol: string) => string;
  readonly symbolsPerSocket: number;
  /** The server knows `?channels=`. */
  readonly extensions: boolean;
}

/**
 * The sockets that a demand needs. Symbols of equal wishes share one, up to the limit; depth has sockets of its own, so
 * that a book can be fetched anew without missing a trade.
 */
export function addressesOf(demand: readonly StreamDemand[], rules: AddressRules): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const [symbol, streams] of streamsBySymbol(demand)) {
    for (const channels of channelsOf(streams, rules.extensions)) {
      const group = groups.get(channels) ?? [];
      groups.set(channels, group);
      group.push(encodeURIComponent(rules.venueName(symbol)));
    }
  }
  const root = rules.base.replace(/^http/, 'ws');
  return [...groups].flatMap(([channels, names]) =>
    inChunks(names.sort(), rules.symbolsPerSocket).map((some) => {
      const path = some.length === 1 ? `/ws/${some[0]}` : `/ws/multi/${some.join(',')}`;
      return `${root}${path}${rules.extensions ? `?channels=${channels}` : ''}`;
    }),
  );
}

function streamsBySymbol(demand: readonly StreamDemand[]): ReadonlyMap<string, ReadonlySet<string>> {
  const streams = new Map<string, Set<string>>();
  for (const { instrument, stream } of demand) {
    const known = streams.get(instrument) ?? new Set();
    streams.set(instrument, known.add(stream));
  }
  return streams;
}

/** Without extensions every socket sends trades and price updates, and nothing can be chosen. */
function channelsOf(streams: ReadonlySet<string>, extensions: boolean): readonly string[] {
  if (!extensions) return streams.has('trades') ? [''] : [];
  const near = [...(streams.has('trades') ? ['price', 'trade'] : []), ...(streams.has('quotes') ? ['quote'] : [])];
  return [...(near.length > 0 ? [near.join(',')] : []), ...(streams.has('depth') ? ['depth'] : [])];
}

function inChunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
