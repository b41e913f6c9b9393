import type { Micros } from '../domain/time.ts';
import { MICROS_PER_MS } from '../domain/time.ts';
import { DBN_STYPES } from './codes.ts';
import type { DbnMetadata } from './metadata.ts';
import type { DbnMapping } from './record.ts';

interface Meaning {
  readonly id: number;
  readonly symbol: string;
  readonly from: Micros;
  readonly until: Micros;
}

const CONTINUOUS = /\.[cvn]\.\d+$/;

/** What the numeric ids of a file mean: they are good for one dataset and one day. */
export class SymbolTable {
  readonly #meanings: Meaning[] = [];
  /** Out of records of the file itself. */
  readonly #told = new Map<number, string>();

  constructor(metadata?: DbnMetadata) {
    const isInverted = metadata?.stypeIn === 'instrument_id';
    for (const { rawSymbol, intervals } of metadata?.mappings ?? []) {
      for (const { startDate, endDate, symbol } of intervals) {
        const [id, name] = isInverted ? [rawSymbol, symbol] : [symbol, rawSymbol];
        if (!/^\d+$/.test(id) || name === '') continue;
        this.#meanings.push({ id: Number(id), symbol: name, from: midnight(startDate), until: midnight(endDate) });
      }
    }
  }

  get isEmpty(): boolean {
    return this.#meanings.length === 0 && this.#told.size === 0;
  }

  get symbols(): readonly string[] {
    return [...new Set([...this.#meanings.map(({ symbol }) => symbol), ...this.#told.values()])];
  }

  /** Takes a mapping record. What an id was first told to be it stays. */
  tell({ instrumentId, stypeIn, stypeInSymbol, stypeOutSymbol }: DbnMapping): void {
    // A continuous contract was asked for by that name; a parent such as NQ.FUT is many contracts.
    const isContinuous = DBN_STYPES[stypeIn] === 'continuous' || CONTINUOUS.test(stypeInSymbol);
    if (!this.#told.has(instrumentId)) this.#told.set(instrumentId, isContinuous ? stypeInSymbol : stypeOutSymbol);
  }

  /** The symbol of an id at a time; `undefined` for none. */
  at(id: number, time: Micros): string | undefined {
    const meanings = this.#meanings.filter((meaning) => meaning.id === id);
    const now = meanings.find(({ from, until }) => from <= time && time < until) ?? meanings[0];
    return now?.symbol ?? this.#told.get(id);
  }

  /** The next time after which an id may mean something else; Infinity for most files. */
  changesAfter(time: Micros): Micros {
    if (new Set(this.#meanings.map(({ id }) => id)).size === this.#meanings.length) return Infinity;
    const times = this.#meanings.flatMap(({ from, until }) => [from, until]).filter((at) => at > time);
    return Math.min(Infinity, ...times);
  }
}

const midnight = (date: string): Micros => Date.parse(`${date}T00:00:00Z`) * MICROS_PER_MS;
