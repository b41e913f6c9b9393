import type { Demand, InstrumentSpec, Recording, StreamDemand } from '#core';

/** A recording whose instruments are called as the configuration calls them. What the configuration says of them wins. */
export function renamed(
  recording: Recording,
  specs: readonly InstrumentSpec[],
  venueOf: (name: string) => string,
): Recording {
  const known = new Map(specs.map((spec) => [venueOf(spec.symbol), spec]));
  const nameOf = (venue: string): string => known.get(venue)?.symbol ?? venue;
  return {
    instruments: recording.instruments.map((spec) => ({ ...spec, symbol: nameOf(spec.symbol) })),
    from: recording.from,
    until: recording.until,
    batches: (demand) => recording.batches(translated(demand, venueOf)),
  };
}

function translated(demand: Demand, venueOf: (name: string) => string): Demand {
  const translate = (one: StreamDemand): StreamDemand => ({ ...one, instrument: venueOf(one.instrument) });
  return {
    current: () => demand.current().map(translate),
    wants: (stream, venue) =>
      demand.current().some((one) => one.stream === stream && venueOf(one.instrument) === venue),
    changes$: demand.changes$,
  };
}
