import type { Calendar } from '../../calendar/calendar.ts';
import { calendarOf } from '../../calendar/calendar-of.ts';
import type { TradeChunk } from '../../domain/chunk.ts';
import { type Instrument, makeInstrument } from '../../domain/instrument.ts';
import { knownContract } from '../../domain/known-futures.ts';
import type { Tape } from '../../tape/reader.ts';
import { OptionActivity, type OptionActivityValue } from '../../volume/option-activity.ts';
import { type OptionContract, optionOf } from '../../volume/option-symbol.ts';
import { sideName } from '../../volume/trade-sink.ts';
import { VolumeAnalysis, type VolumeAnalysisOptions } from '../../volume/volume-analysis.ts';
import { type Subject, subjectOf } from './subject.ts';

/** Instruments that are analysed at once, in the order in which they first trade; it bounds memory. */
const MAX_INSTRUMENTS = 32;

export interface TapeAnalysisOptions extends VolumeAnalysisOptions {
  /** Only this one; default all. */
  readonly instrument?: string | undefined;
  /** Name or file of a calendar for all instruments; default that of each. */
  readonly calendar?: string | undefined;
}

export interface TapeAnalysis {
  readonly subjects: readonly Subject[];
  /** Of all options on the tape; `undefined` when it has none. */
  readonly options: OptionActivityValue | undefined;
  /** What a reader of the figures should know. */
  readonly notes: readonly string[];
}

/**
 * The volume analysis of a tape's trades: one pass, in memory that does not grow with the tape. Options are looked at together,
 * as an option trades too seldom for more; one that is named is analysed like anything else.
 */
export async function analyseTape(tape: Tape, options: TapeAnalysisOptions): Promise<TapeAnalysis> {
  const pass = new Pass(tape.instruments.map(makeInstrument), options);
  for await (const chunk of tape.rows('trades')) if (chunk.kind === 'trades') pass.take(chunk);
  return pass.result();
}

/** Where the trades of one instrument go. */
interface Target {
  readonly add: (us: number, price: number, size: number, side: number) => void;
}

const NOWHERE: Target = { add: () => undefined };

const noSides = (symbol: string): string =>
  `no trade of ${symbol} tells its aggressor, so there is no delta (--sides tick infers them from the prices)`;

class Pass {
  readonly #instruments: readonly Instrument[];
  readonly #options: TapeAnalysisOptions;
  readonly #targets: (Target | undefined)[] = [];
  readonly #analyses: { readonly instrument: Instrument; readonly analysis: VolumeAnalysis }[] = [];
  readonly #activity = new OptionActivity();
  readonly #notes: string[] = [];
  #hasOptions = false;
  #passedOver = 0;

  constructor(instruments: readonly Instrument[], options: TapeAnalysisOptions) {
    this.#instruments = instruments;
    this.#options = options;
  }

  take({ n, inst, event, price, size, side }: TradeChunk): void {
    for (let i = 0; i < n; i++) {
      const at = inst[i] ?? 0;
      const target = this.#targets[at] ?? this.#aim(at);
      target.add(event[i] ?? 0, price[i] ?? 0, size[i] ?? 0, side[i] ?? 0);
    }
  }

  result(): TapeAnalysis {
    const subjects = this.#analyses.flatMap(({ instrument, analysis }) => {
      analysis.end();
      const { value } = analysis;
      if (value === undefined) return [];
      if (value.total.unknown === value.total.volume) this.#notes.push(noSides(instrument.symbol));
      return [subjectOf(value, instrument)];
    });
    const passedOver = `${this.#passedOver} more instruments trade on the tape; name one with --instrument`;
    return {
      subjects,
      options: this.#hasOptions ? this.#activity.value : undefined,
      notes: this.#passedOver === 0 ? this.#notes : [...this.#notes, passedOver],
    };
  }

  #aim(at: number): Target {
    const instrument = this.#instruments[at];
    const target = instrument === undefined ? NOWHERE : this.#targetOf(instrument);
    this.#targets[at] = target;
    return target;
  }

  #targetOf(instrument: Instrument): Target {
    const { instrument: only } = this.#options;
    if (only !== undefined && instrument.symbol !== only) return NOWHERE;
    const option = optionOf(instrument.symbol);
    if (option !== undefined && only === undefined) return this.#optionTarget(option, instrument.pointValue);
    if (this.#analyses.length === MAX_INSTRUMENTS) {
      this.#passedOver++;
      return NOWHERE;
    }
    const analysis = new VolumeAnalysis(instrument, this.#calendarOf(instrument), this.#options);
    this.#analyses.push({ instrument, analysis });
    return analysis;
  }

  #optionTarget(option: OptionContract, multiplier: number): Target {
    this.#hasOptions = true;
    const add: Target['add'] = (_us, price, size, side) =>
      this.#activity.add({ ...option, price, size, side: sideName(side), multiplier });
    return { add };
  }

  #calendarOf(instrument: Instrument): Calendar {
    const name = this.#options.calendar ?? instrument.calendar ?? knownContract(instrument.symbol)?.calendar;
    if (name !== undefined) return calendarOf(name);
    this.#notes.push(
      `no calendar is known for ${instrument.symbol}: its day is taken as that of UTC, all of it regular hours (--calendar names one)`,
    );
    return calendarOf('crypto');
  }
}
