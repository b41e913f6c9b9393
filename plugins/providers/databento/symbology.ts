import { type DbnStype, type InstrumentSpec, MillraceError } from '#core';

const CONTINUOUS = /^[A-Z0-9]+\.[cvn]\.\d+$/;
const PARENT = /^[A-Z0-9]+\.(?:FUT|OPT|SPOT)$/;

/** The kind of symbol, as its form tells: `NQ.v.0`, `NQ.FUT`, a number, or else the venue's own such as `NQM6`. */
export function stypeOf(symbol: string): DbnStype {
  if (CONTINUOUS.test(symbol)) return 'continuous';
  if (PARENT.test(symbol)) return 'parent';
  return /^\d+$/.test(symbol) ? 'instrument_id' : 'raw_symbol';
}

/** Names of instruments in the configuration, and what the venue calls them. */
export class Symbols {
  readonly specs: readonly InstrumentSpec[];
  readonly #venue: readonly string[];
  readonly #byVenue = new Map<string, number>();
  readonly #byName = new Map<string, number>();

  /** @param renamed venue symbols by configured name; a name that is not in it is the venue's own */
  constructor(specs: readonly InstrumentSpec[], renamed: Readonly<Record<string, string>>) {
    this.specs = specs;
    this.#venue = specs.map(({ symbol }) => renamed[symbol] ?? symbol);
    this.#venue.forEach((venue, inst) => {
      const name = specs[inst]?.symbol ?? venue;
      const other = this.#byVenue.get(venue);
      if (other !== undefined) throw sameContract(venue, [specs[other]?.symbol ?? venue, name]);
      if (stypeOf(venue) === 'parent') throw notOne(venue);
      this.#byVenue.set(venue, inst);
      this.#byName.set(name, inst);
    });
  }

  instOf(name: string): number | undefined {
    return this.#byName.get(name);
  }

  nameOf(inst: number): string {
    return this.specs[inst]?.symbol ?? '';
  }

  venueOf(name: string): string {
    return this.#venue[this.#byName.get(name) ?? -1] ?? name;
  }

  /** The instrument of a mapping: what was asked for comes before what it stands for. */
  find(asked: string, raw: string): number | undefined {
    return this.#byVenue.get(asked) ?? this.#byVenue.get(raw);
  }
}

export const sameContract = (venue: string, names: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_SYMBOL',
    where: { path: 'instruments' },
    was: `${names.join(' and ')}, which are both ${venue} at the venue`,
    expected: 'one name for each contract',
    fix: 'remove one of them',
  });

const notOne = (venue: string): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_SYMBOL',
    where: { path: 'instruments' },
    was: `${venue}, which stands for many contracts`,
    expected: `one contract such as NQM6, or a continuous one such as ${venue.split('.')[0] ?? ''}.v.0`,
    fix: `name a contract; or name no instruments and write  parents: [${venue}]  for all of them`,
  });
