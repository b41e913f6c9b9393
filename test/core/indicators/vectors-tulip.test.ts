import { describe } from 'vitest';
import * as core from '#core';
import { hasSharedData } from '../../helpers/shared-data.ts';
import { tulip } from './reference-data.ts';
import { insideOf, standing, vectorCase } from './vector-case.ts';

type Field = keyof core.BarValues;
type File = 'untest' | 'atoz' | 'extra';

const CLOSE: readonly Field[] = ['close'];
const ENDS: readonly Field[] = ['high', 'low'];
const HLC: readonly Field[] = ['high', 'low', 'close'];
const OHLC: readonly Field[] = ['open', 'high', 'low', 'close'];
const WITH_VOLUME: readonly Field[] = ['high', 'low', 'volume'];

interface Row {
  readonly line: string;
  readonly inputs: readonly Field[];
  readonly recipe: core.Recipe<never, unknown>;
  readonly in: readonly File[];
  readonly field?: string;
  /** Which of how many outputs. */
  readonly output?: readonly [index: number, count: number];
  readonly from?: number;
  /** untest prints three decimals, extra and atoz mostly four. */
  readonly tolerance?: number;
  readonly start?: (bars: readonly core.BarValues[]) => core.BarValues[];
  /** Inputs that the file's outputs stand before their own; as many at the end are of inputs that are not there. */
  readonly early?: number;
}

const CASES: readonly Row[] = [
  { line: 'abands 20', in: ['extra'], inputs: HLC, recipe: core.accelerationBands(), field: 'lower', output: [0, 3] },
  { line: 'abands 20', in: ['extra'], inputs: HLC, recipe: core.accelerationBands(), field: 'upper', output: [1, 3] },
  { line: 'abands 20', in: ['extra'], inputs: HLC, recipe: core.accelerationBands(), field: 'middle', output: [2, 3] },
  // tulip rounds the place of the peak down to a whole input: 0.85 × 8 to 6.
  { line: 'alma 9 0.85 6', in: ['extra'], inputs: CLOSE, recipe: core.alma(9, { offset: 6 / 8 }) },
  { line: 'apo 2 5', in: ['untest'], inputs: CLOSE, recipe: core.apo({ fast: 2, slow: 5 }), start: standing },
  { line: 'apo 3 5', in: ['extra'], inputs: CLOSE, recipe: core.apo({ fast: 3, slow: 5 }), start: standing },
  { line: 'aroonosc 5', in: ['untest', 'extra'], inputs: ENDS, recipe: core.aroon(5), field: 'oscillator' },
  { line: 'avgprice', in: ['untest', 'extra'], inputs: OHLC, recipe: core.averagePrice() },
  { line: 'bop', in: ['untest', 'extra'], inputs: OHLC, recipe: core.balanceOfPower() },
  // 41 outputs of 61 inputs, where the ranges need 22 and 40 remain: the last one is of a bar of zeros beyond the end.
  {
    line: 'ce 22 3',
    in: ['extra'],
    inputs: HLC,
    recipe: core.chandelierExit(),
    field: 'long',
    output: [0, 2],
    start: insideOf,
    early: 1,
    tolerance: 6e-4,
  },
  {
    line: 'ce 22 3',
    in: ['extra'],
    inputs: HLC,
    recipe: core.chandelierExit(),
    field: 'short',
    output: [1, 2],
    start: insideOf,
    early: 1,
    tolerance: 6e-4,
  },
  { line: 'cmf 21', in: ['extra'], inputs: [...HLC, 'volume'], recipe: core.moneyFlow(21) },
  { line: 'cvi 5', in: ['untest', 'atoz'], inputs: ENDS, recipe: core.chaikinVolatility(5), start: firstRange },
  { line: 'dpo 5', in: ['untest'], inputs: CLOSE, recipe: core.dpo(5) },
  { line: 'dpo 6', in: ['atoz'], inputs: CLOSE, recipe: core.dpo(6) },
  { line: 'emv', in: ['untest', 'atoz'], inputs: WITH_VOLUME, recipe: core.easeOfMovement() },
  { line: 'fisher 5', in: ['untest'], inputs: ENDS, recipe: core.fisher(5), field: 'fisher', output: [0, 2] },
  { line: 'fisher 5', in: ['untest'], inputs: ENDS, recipe: core.fisher(5), field: 'signal', output: [1, 2] },
  { line: 'fosc 5', in: ['untest', 'atoz'], inputs: CLOSE, recipe: core.forecastOscillator(5) },
  {
    line: 'kvo 2 5',
    in: ['untest'],
    inputs: [...HLC, 'volume'],
    recipe: core.klinger({ fast: 2, slow: 5 }),
    field: 'klinger',
  },
  { line: 'kvo 34 55', in: ['atoz'], inputs: [...HLC, 'volume'], recipe: core.klinger(), field: 'klinger' },
  { line: 'linreg 5', in: ['untest', 'extra'], inputs: CLOSE, recipe: core.linearRegression(5), field: 'value' },
  { line: 'linregslope 5', in: ['untest', 'extra'], inputs: CLOSE, recipe: core.linearRegression(5), field: 'slope' },
  { line: 'marketfi', in: ['untest', 'extra'], inputs: WITH_VOLUME, recipe: core.marketFacilitation() },
  { line: 'max 5', in: ['untest'], inputs: CLOSE, recipe: core.highest(5) },
  { line: 'max 3', in: ['extra'], inputs: CLOSE, recipe: core.highest(3) },
  { line: 'max 2', in: ['extra'], inputs: CLOSE, recipe: core.highest(2) },
  { line: 'medprice', in: ['untest', 'atoz'], inputs: ENDS, recipe: core.medianPrice() },
  { line: 'min 5', in: ['untest'], inputs: CLOSE, recipe: core.lowest(5) },
  { line: 'min 3', in: ['extra'], inputs: CLOSE, recipe: core.lowest(3) },
  { line: 'natr 5', in: ['untest'], inputs: HLC, recipe: core.natr(5), start: insideOf },
  { line: 'natr 4', in: ['extra'], inputs: HLC, recipe: core.natr(4), start: insideOf, tolerance: 6e-4 },
  { line: 'obv', in: ['untest', 'atoz'], inputs: ['close', 'volume'], recipe: core.obv() },
  {
    line: 'psar .2 2',
    in: ['untest'],
    inputs: ENDS,
    recipe: core.sar({ acceleration: 0.2, maximum: 2 }),
    field: 'stop',
  },
  // It starts on the other side; both have turned by the ninth bar.
  { line: 'psar .02 .2', in: ['atoz'], inputs: ENDS, recipe: core.sar(), field: 'stop', from: 8 },
  { line: 'qstick 5', in: ['untest'], inputs: ['open', 'close'], recipe: core.qstick(5) },
  { line: 'qstick 4', in: ['atoz'], inputs: ['open', 'close'], recipe: core.qstick(4) },
  { line: 'roc 5', in: ['untest'], inputs: CLOSE, recipe: core.rocp(5) },
  { line: 'roc 3', in: ['extra'], inputs: CLOSE, recipe: core.rocp(3) },
  { line: 'sma 5', in: ['untest', 'atoz'], inputs: CLOSE, recipe: core.sma(5) },
  { line: 'stddev 5', in: ['untest', 'atoz'], inputs: CLOSE, recipe: core.standardDeviation(5) },
  { line: 'stddev 3', in: ['extra'], inputs: CLOSE, recipe: core.standardDeviation(3) },
  {
    line: 'stoch 5 3 3',
    in: ['untest', 'atoz'],
    inputs: HLC,
    recipe: core.stochastic({ period: 5 }),
    field: 'k',
    output: [0, 2],
  },
  {
    line: 'stoch 5 3 3',
    in: ['untest', 'atoz'],
    inputs: HLC,
    recipe: core.stochastic({ period: 5 }),
    field: 'd',
    output: [1, 2],
  },
  { line: 'trima 5', in: ['untest', 'atoz'], inputs: CLOSE, recipe: core.trima(5) },
  { line: 'typprice', in: ['untest', 'atoz'], inputs: HLC, recipe: core.typicalPrice() },
  { line: 'var 5', in: ['untest'], inputs: CLOSE, recipe: core.variance(5) },
  { line: 'var 3', in: ['extra'], inputs: CLOSE, recipe: core.variance(3) },
  { line: 'vidya 2 5 .2', in: ['untest'], inputs: CLOSE, recipe: core.vidya({ short: 2, long: 5 }) },
  { line: 'vidya 3 6 .2', in: ['extra'], inputs: CLOSE, recipe: core.vidya({ short: 3, long: 6 }) },
  { line: 'vosc 2 5', in: ['untest', 'atoz'], inputs: ['volume'], recipe: core.volumeOscillator({ fast: 2, slow: 5 }) },
  { line: 'wad', in: ['untest', 'atoz'], inputs: HLC, recipe: core.williamsAccumulation() },
  { line: 'wilders 5', in: ['untest', 'atoz'], inputs: CLOSE, recipe: core.smma(5) },
  { line: 'wma 5', in: ['untest', 'atoz'], inputs: CLOSE, recipe: core.wma(5) },
];

/** Many bars with the range of the first: an average of ranges then starts from it. */
function firstRange([first]: readonly core.BarValues[]): core.BarValues[] {
  return first === undefined ? [] : Array<core.BarValues>(400).fill(first);
}

describe.skipIf(!hasSharedData)('against tulip, to the digits that it prints (needs ../shared/data)', () => {
  for (const row of CASES) {
    for (const file of row.in) {
      vectorCase(
        () => {
          const [index, count] = row.output ?? [0, 1];
          const { inputs, outputs } = tulip(file, row.line, count);
          const bars = (inputs[0] ?? []).map((_, at) => {
            const bar = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
            row.inputs.forEach((name, place) => {
              bar[name] = inputs[place]?.[at] ?? Number.NaN;
            });
            return bar;
          });
          return {
            what: row.line,
            recipe: row.recipe,
            field: row.field,
            from: row.from,
            bars,
            expected: [...Array<undefined>(row.early ?? 0), ...(outputs[index] ?? [])].slice(0, bars.length),
            tolerance: row.tolerance ?? (file === 'untest' ? 6e-4 : 6e-5),
            before: row.start?.(bars),
          };
        },
        `${file} ${row.line}: ${row.field ?? 'value'}`,
      );
    }
  }
});
