import { VenueBook } from './venue-book.ts';

const FIRST_ID = 1000;
/** Numbers of the kinds of symbols that a session may ask by. */
const STYPES: Readonly<Record<string, number>> = { instrument_id: 0, raw_symbol: 1, continuous: 3, parent: 4 };

export interface Contract {
  /** What clients call it. */
  readonly name: string;
  /** What the exchange calls it. */
  readonly raw: string;
  readonly id: number;
  readonly book: VenueBook;
}

export interface Resolved {
  readonly contract: Contract;
  readonly asked: string;
  readonly stype: number;
}

/** The contracts of the venue, and what symbols of each kind mean. */
export class Contracts {
  readonly all: readonly Contract[];

  constructor(names: readonly string[]) {
    this.all = names.map((name, i) => {
      const id = FIRST_ID + i;
      return { name, raw: rawOf(name), id, book: new VenueBook(id) };
    });
  }

  byName(name: string): Contract | undefined {
    return this.all.find((contract) => contract.name === name);
  }

  byId(id: number): Contract | undefined {
    return this.all[id - FIRST_ID];
  }

  isKind(stype: string): boolean {
    return stype in STYPES;
  }

  /** The contracts behind a symbol; none when it means nothing. */
  resolve(symbol: string, stype: string): readonly Resolved[] {
    const found = this.all.filter(({ name, raw, id }) => {
      if (symbol === 'ALL_SYMBOLS') return true;
      if (stype === 'instrument_id') return String(id) === symbol;
      if (stype === 'parent') return symbol === `${rootOf(name)}.FUT`;
      return stype === 'continuous' ? name === symbol : raw === symbol;
    });
    return found.map((contract) => ({ contract, asked: symbol, stype: STYPES[stype] ?? 255 }));
  }
}

const rootOf = (name: string): string => name.split('.')[0]?.replace(/[FGHJKMNQUVXZ]\d+$/, '') ?? name;

/** A continuous contract stands for the one of next December. */
const rawOf = (name: string): string => (/\.[cvn]\.\d+$/.test(name) ? `${rootOf(name)}Z6` : name);
