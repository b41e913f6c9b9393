import { type Instrument, type InstrumentSpec, makeInstrument } from '../domain/instrument.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';

export interface Offer {
  readonly provider: string;
  /** `undefined` for a provider that does not say what it has. */
  readonly specs: readonly InstrumentSpec[] | undefined;
}

/**
 * The instruments of a run, numbered in order of symbol: those that the configuration names, or else all that the providers
 * offer. What the configuration says wins over what a provider says.
 */
export function resolveInstruments(
  requested: readonly InstrumentSpec[],
  offered: readonly Offer[],
): readonly Instrument[] {
  const known = new Map<string, InstrumentSpec>();
  for (const { provider, specs } of offered) {
    for (const spec of specs ?? []) if (!known.has(spec.symbol)) known.set(spec.symbol, { provider, ...given(spec) });
  }
  // A provider that does not say what it has may have anything.
  const complete = offered.every(({ specs }) => specs !== undefined);
  const wanted = requested.length > 0 ? requested : [...known.values()];
  if (wanted.length === 0) throw nothingToTrade();
  const missing = wanted.filter(({ symbol }) => complete && !known.has(symbol));
  if (missing.length > 0)
    throw new MillraceError(missing.map(({ symbol }) => unknownInstrument(symbol, [...known.keys()])));
  return [...wanted]
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    .map((spec, index) => makeInstrument({ ...known.get(spec.symbol), ...given(spec) }, index));
}

/** Of `instruments`, those whose tick size neither the configuration nor a provider says: it is a guess. */
export function guessedTickSizes(
  instruments: readonly Instrument[],
  requested: readonly InstrumentSpec[],
  offered: readonly Offer[],
): readonly string[] {
  const all = [...requested, ...offered.flatMap(({ specs }) => specs ?? [])];
  const said = new Set(all.flatMap(({ symbol, tickSize }) => (tickSize === undefined ? [] : [symbol])));
  return instruments.map(({ symbol }) => symbol).filter((symbol) => !said.has(symbol));
}

/** All instruments of a recording, numbered as its rows number them; what the configuration says of one wins. */
export function recordedInstruments(
  requested: readonly InstrumentSpec[],
  recorded: readonly InstrumentSpec[],
): readonly Instrument[] {
  const asked = new Map(requested.map((spec) => [spec.symbol, given(spec)]));
  const known = recorded.map(({ symbol }) => symbol);
  const missing = requested.filter(({ symbol }) => !known.includes(symbol));
  if (missing.length > 0) throw new MillraceError(missing.map(({ symbol }) => unknownInstrument(symbol, known)));
  return recorded.map((spec, index) => makeInstrument({ ...given(spec), ...asked.get(spec.symbol) }, index));
}

/** Finds an instrument by symbol, or says which there are. */
export function instrumentFinder(instruments: readonly Instrument[]): (symbol: string) => Instrument {
  const bySymbol = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
  return (symbol) => {
    const instrument = bySymbol.get(symbol);
    if (instrument === undefined) throw new MillraceError(unknownInstrument(symbol, [...bySymbol.keys()]));
    return instrument;
  };
}

function given(spec: InstrumentSpec): InstrumentSpec {
  return Object.fromEntries(
    Object.entries(spec).filter(([, value]) => value !== undefined),
  ) as unknown as InstrumentSpec;
}

function unknownInstrument(symbol: string, known: readonly string[]) {
  const near = nearest(symbol, known);
  return {
    code: 'UNKNOWN_INSTRUMENT',
    where: { path: 'instruments' },
    was: symbol,
    expected: `one of ${known.join(', ')}`,
    fix: near === undefined ? 'name one of these' : `did you mean ${near}?`,
  };
}

const nothingToTrade = (): MillraceError =>
  new MillraceError({
    code: 'NO_INSTRUMENTS',
    where: { path: 'instruments' },
    was: 'no instrument in the configuration, and none offered by a provider',
    expected: 'at least one instrument',
    fix: 'add a line such as  instrument: MNQ',
  });
