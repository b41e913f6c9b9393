import {
  ATR,
  AverageGain,
  AverageLoss,
  AwesomeOscillator,
  EMA,
  ForceIndex,
  KeltnerChannels,
  OBV,
  SMA,
  Sum,
  TRIX,
  TrueRange,
  WEMA,
  WMA,
} from 'technicalindicators';
import { MillraceError } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import { type BarValues, barRecipe, checkInput, type Indicator, numberRecipe, type Recipe } from './indicator.ts';
import { REFUSED } from './technical-indicators-refused.ts';
import { type Period, REPLACED } from './technical-indicators-replaced.ts';

/** What the library's classes have in common. */
interface Generator<In, Out> {
  nextValue(input: In): Out | undefined;
}

interface KeltnerOptions {
  readonly maPeriod: number;
  readonly atrPeriod: number;
  readonly multiplier: number;
  readonly useSMA: boolean;
}

const numbers =
  <Options, Out>(name: string, make: (options: Options) => Generator<number, Out>) =>
  (options: Options) =>
    numberRecipe(() => new Adapted<number, Out>(name, make(options)));

const bars =
  <Options, Out>(name: string, make: (options: Options) => Generator<BarValues, Out>) =>
  (options: Options) =>
    barRecipe(() => new Adapted<BarValues, Out>(name, make(options)));

// Each of these equals its formula on ordinary prices, after a flat start and on a series that crosses zero (tested).
const PASSED_ON = {
  ATR: bars('ATR', (options: Period) => new ATR({ ...options, high: [], low: [], close: [] })),
  AverageGain: numbers('AverageGain', (options: Period) => new AverageGain({ ...options, values: [] })),
  AverageLoss: numbers('AverageLoss', (options: Period) => new AverageLoss({ ...options, values: [] })),
  AwesomeOscillator: bars(
    'AwesomeOscillator',
    (options: { readonly fastPeriod: number; readonly slowPeriod: number }) =>
      new AwesomeOscillator({ ...options, high: [], low: [] }),
  ),
  EMA: numbers('EMA', (options: Period) => new EMA({ ...options, values: [] })),
  ForceIndex: bars('ForceIndex', (options: Period) => new ForceIndex({ ...options, close: [], volume: [] })),
  KeltnerChannels: bars('KeltnerChannels', (options: KeltnerOptions) => {
    const channels = new KeltnerChannels({ ...options, high: [], low: [], close: [] });
    // The library types this one's input as arrays of bars, but reads one bar at a time.
    return channels as unknown as Generator<BarValues, { middle: number; upper: number; lower: number }>;
  }),
  OBV: bars('OBV', (_options: object) => new OBV({ close: [], volume: [] })),
  SMA: numbers('SMA', (options: Period) => new SMA({ ...options, values: [] })),
  Sum: numbers('Sum', (options: Period) => new Sum({ ...options, values: [] })),
  // Stays undefined for as long as no price has moved, where TA-Lib says 0.
  TRIX: numbers('TRIX', (options: Period) => new TRIX({ ...options, values: [] })),
  TrueRange: bars('TrueRange', (_options: object) => new TrueRange({ high: [], low: [], close: [] })),
  WEMA: numbers('WEMA', (options: Period) => new WEMA({ ...options, values: [] })),
  WMA: numbers('WMA', (options: Period) => new WMA({ ...options, values: [] })),
};

const ADAPTED = { ...PASSED_ON, ...REPLACED };

export type TechnicalIndicatorName = keyof typeof ADAPTED;
export type TechnicalIndicatorOptions<Name extends TechnicalIndicatorName> = Parameters<(typeof ADAPTED)[Name]>[0];

/** Names that `fromTechnicalIndicators` takes. */
export const technicalIndicatorNames = Object.keys(ADAPTED).sort() as readonly TechnicalIndicatorName[];

/**
 * A recipe for an indicator of the technicalindicators library, behind a guard.
 *
 * In       numbers or bars, as the library has it; options are the library's, without the arrays of values
 * Out      what the library returns; `undefined` while warming up. Where it is wrong for some series (docs/indicators.md
 *          says which), our own formula under its name and options, with our names for the results
 * Refuses  by name, with what to use instead, what is no formula of one input at a time
 * Limits   the library's own cannot take an input back or be saved: for closed bars only
 * Errors   INDICATOR_UNSAFE, INDICATOR_UNKNOWN; INDICATOR_BAD_INPUT when fed, since one NaN spoils the library for good
 */
export function fromTechnicalIndicators<Name extends TechnicalIndicatorName>(
  name: Name,
  options: TechnicalIndicatorOptions<Name>,
): ReturnType<(typeof ADAPTED)[Name]> {
  if (!Object.hasOwn(ADAPTED, name)) throw refusal(name);
  // Each entry takes its own options; the compiler cannot follow one name through both lookups.
  const make = ADAPTED[name] as unknown as (given: typeof options) => Recipe<unknown, unknown>;
  return make(options) as ReturnType<(typeof ADAPTED)[Name]>;
}

class Adapted<In extends number | BarValues, Out> implements Indicator<In, Out> {
  readonly name: string;
  readonly #generator: Generator<In, Out>;
  #value: Out | undefined;

  constructor(name: string, generator: Generator<In, Out>) {
    this.name = name;
    this.#generator = generator;
  }

  get value(): Out | undefined {
    return this.#value;
  }

  update(input: In): Out | undefined {
    checkInput(this, input);
    this.#value = this.#generator.nextValue(input);
    return this.#value;
  }
}

function refusal(name: string): MillraceError {
  const reason = REFUSED[name.toLowerCase()];
  if (reason !== undefined) {
    return new MillraceError({
      code: 'INDICATOR_UNSAFE',
      where: { path: name },
      was: `${name} of technicalindicators, which ${reason.fault}`,
      expected: 'a formula that takes one input at a time and is right for every series',
      fix: reason.instead,
    });
  }
  const close = nearest(name, technicalIndicatorNames);
  return new MillraceError({
    code: 'INDICATOR_UNKNOWN',
    where: { path: name },
    was: name,
    expected: `one of ${technicalIndicatorNames.join(', ')}`,
    fix: close === undefined ? 'take one of these' : `did you mean ${close}?`,
  });
}
