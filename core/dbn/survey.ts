import { statSync } from 'node:fs';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Micros } from '../domain/time.ts';
import { RTYPE, UNDEFINED_I64 } from './codes.ts';
import type { DbnDecoder, DbnSink } from './decoder.ts';
import { indexTimeAt, unitsAt } from './int64.ts';
import type { DbnMetadata } from './metadata.ts';
import { isDbnProblem } from './problems.ts';
import { readDbn } from './read-dbn.ts';
import type { DbnDefinition } from './record.ts';
import { SymbolTable } from './symbol-table.ts';
import { TickGuess } from './tick-guess.ts';

/** Enough to see the tick size. A file whose metadata names its instruments is not read further before its time. */
const SURVEY_RECORDS = 20_000;

const WITH_PRICE: ReadonlySet<number> = new Set<number>([
  RTYPE.trades,
  RTYPE.mbp1,
  RTYPE.mbp10,
  RTYPE.mbo,
  RTYPE.cmbp1,
  RTYPE.tcbbo,
  RTYPE.bbo1s,
  RTYPE.bbo1m,
  RTYPE.cbbo1s,
  RTYPE.cbbo1m,
  RTYPE.ohlcv1s,
  RTYPE.ohlcv1m,
  RTYPE.ohlcv1h,
  RTYPE.ohlcv1d,
]);

/** What a look at a file shows. */
export interface DbnSurvey {
  readonly file: string;
  readonly bytes: number;
  readonly metadata: DbnMetadata | undefined;
  /** Of the first record; Infinity in a file without one. */
  readonly from: Micros;
  /** No record is later; Infinity where that is not known. */
  readonly until: Micros;
  readonly symbols: readonly string[];
  readonly table: SymbolTable;
  /** Types of the records with prices. */
  readonly rtypes: ReadonlySet<number>;
  readonly ticks: ReadonlyMap<string, TickGuess>;
  readonly specs: ReadonlyMap<string, InstrumentSpec>;
}

/** Reads the beginning of a file, or all of one that does not say what it holds. Its faults are left to the reading. */
export async function surveyDbn(file: string): Promise<DbnSurvey> {
  const view = new View();
  const isWhole = await look(file, view);
  const end = view.header?.end === undefined ? Infinity : Number(view.header.end / 1000n);
  return {
    file,
    bytes: statSync(file).size,
    metadata: view.header,
    from: view.from,
    until: isWhole ? view.until : Math.max(end, view.until),
    symbols: view.symbols(),
    table: view.table,
    rtypes: view.rtypes,
    ticks: view.ticks,
    specs: view.specs,
  };
}

/** False when there is more in the file than was looked at. */
async function look(file: string, view: View): Promise<boolean> {
  try {
    for await (const _ of readDbn(file, view)) if (view.hasEnough) return false;
  } catch (error) {
    if (!isDbnProblem(error) || view.records === 0) throw error;
  }
  return true;
}

class View implements DbnSink {
  readonly rtypes = new Set<number>();
  readonly ticks = new Map<string, TickGuess>();
  readonly specs = new Map<string, InstrumentSpec>();
  records = 0;
  from: Micros = Infinity;
  until: Micros = -Infinity;
  header: DbnMetadata | undefined;
  table = new SymbolTable();
  #isNamed = false;
  readonly #ids = new Map<number, TickGuess>();

  get hasEnough(): boolean {
    return this.#isNamed && this.records >= SURVEY_RECORDS;
  }

  metadata(metadata: DbnMetadata): void {
    this.header = metadata;
    this.table = new SymbolTable(metadata);
    this.#isNamed = !this.table.isEmpty;
  }

  record(data: DataView, at: number, decoder: DbnDecoder): void {
    this.records++;
    const rtype = data.getUint8(at + 1);
    if (WITH_PRICE.has(rtype)) return this.#seePrice(data, at, rtype);
    if (rtype !== RTYPE.definition && rtype !== RTYPE.mapping) return;
    const record = decoder.read(data, at);
    if (record?.kind === 'definition') this.#define(record);
    else if (record?.kind === 'mapping') this.table.tell(record);
  }

  #seePrice(data: DataView, at: number, rtype: number): void {
    const time = indexTimeAt(data, at);
    if (Number.isNaN(time)) return;
    this.rtypes.add(rtype);
    if (time < this.from) this.from = time;
    if (time > this.until) this.until = time;
    const id = data.getUint32(at + 4, true);
    const guess = this.#ids.get(id) ?? new TickGuess();
    this.#ids.set(id, guess);
    guess.add(unitsAt(data, at + (rtype === RTYPE.mbo ? 24 : 16)));
  }

  #define({ instrumentId, rawSymbol, ...definition }: DbnDefinition): void {
    const symbol = this.table.at(instrumentId, Number(definition.tsRecv / 1000n)) ?? rawSymbol;
    const { minPriceIncrement, unitOfMeasure, unitOfMeasureQty, currency } = definition;
    this.specs.set(symbol, {
      symbol,
      ...(minPriceIncrement > 0n && minPriceIncrement < UNDEFINED_I64 && { tickSize: Number(minPriceIncrement) / 1e9 }),
      // Of an index future it is the currency per point; of others the unit of the price would have to be known.
      ...(unitOfMeasure === 'IPNT' && { pointValue: Number(unitOfMeasureQty) / 1e9 }),
      ...(currency !== '' && { currency }),
    });
  }

  symbols(): readonly string[] {
    for (const [id, guess] of this.#ids) {
      const symbol = this.table.at(id, this.from) ?? String(id);
      if (!this.ticks.has(symbol)) this.ticks.set(symbol, guess);
    }
    return this.#isNamed ? this.table.symbols : [...this.ticks.keys()];
  }
}
