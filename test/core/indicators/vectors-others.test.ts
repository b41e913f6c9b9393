import { describe, it } from 'vitest';
import * as core from '#core';
import { hasSharedData } from '../../helpers/shared-data.ts';
import { barsOf, bukosabino, type Cells, column, expectSeries, lean, type Series, ta4j } from './reference-data.ts';
import { insideOf, standing, type VectorCase, vectorCase } from './vector-case.ts';

const median = (bar: core.BarValues): number => (bar.high + bar.low) / 2;
type Start = (bars: readonly core.BarValues[]) => core.BarValues[];

interface Row {
  readonly file: string;
  readonly name: string;
  readonly recipe: core.Recipe<never, unknown>;
  readonly tolerance: number;
  readonly field?: string;
  readonly from?: number;
  readonly until?: number;
  readonly start?: Start;
}

function caseOf(rows: readonly Cells[], { file, name, start, ...rest }: Row): VectorCase {
  const bars = barsOf(rows);
  return { what: file, bars, expected: column(rows, name), before: start?.(bars), ...rest };
}

// `from` and `start`: where an average starts in another way, see docs/indicators.md. Tolerances are the source's digits.
const LEAN: readonly Row[] = [
  { file: 'eurusd60_dem.txt', name: 'DeM', recipe: core.deMarker(14), tolerance: 1e-9, from: 14 },
  { file: 'spy_ad.txt', name: 'AD', recipe: core.accumulation(), tolerance: 1e-9 },
  { file: 'spy_ao.txt', name: 'AO', recipe: core.awesome(), tolerance: 1e-9 },
  {
    file: 'spy_aroon_oscillator.txt',
    name: 'Aroon Oscillator 14',
    recipe: core.aroon(14),
    field: 'oscillator',
    tolerance: 1e-6,
  },
  { file: 'spy_cmo.txt', name: 'CMO_5', recipe: core.cmo(5), tolerance: 1e-9 },
  // Until the first unchanged close: LEAN keeps the run as it is there, Connors sets it to 0.
  { file: 'spy_crsi.csv', name: 'crsi', recipe: core.connorsRsi(), tolerance: 1e-9, until: 252 },
  { file: 'spy_ema.csv', name: 'EMA14', recipe: core.ema(14), tolerance: 1e-9 },
  { file: 'spy_mama.csv', name: 'mama', recipe: core.applyTo(median, core.mama()), field: 'mama', tolerance: 1e-9 },
  { file: 'spy_mama.csv', name: 'fama', recipe: core.applyTo(median, core.mama()), field: 'fama', tolerance: 1e-9 },
  { file: 'spy_max.txt', name: 'MAX_5', recipe: core.highest(5), tolerance: 1e-9 },
  { file: 'spy_min.txt', name: 'MIN_5', recipe: core.lowest(5), tolerance: 1e-9 },
  { file: 'spy_midpoint.txt', name: 'MIDPOINT_5', recipe: core.midpoint(5), tolerance: 1e-9 },
  {
    file: 'spy_ppo.txt',
    name: 'PPO_5_10',
    recipe: core.ppo({ fast: 5, slow: 10, average: 'sma' }),
    field: 'ppo',
    tolerance: 1e-9,
    from: 17,
  },
  { file: 'spy_t3.txt', name: 'T3_5', recipe: core.t3(5), tolerance: 1e-9 },
  { file: 'spy_tr.txt', name: 'TR', recipe: core.trueRanges(), tolerance: 1e-9 },
  { file: 'spy_trix.txt', name: 'TRIX_5', recipe: core.trix(5), tolerance: 1e-9 },
  { file: 'spy_tsi.csv', name: 'TSI_25_13', recipe: core.tsi(), tolerance: 1e-6, from: 215 },
  { file: 'spy_var.txt', name: 'Var', recipe: core.variance(10), tolerance: 1e-9 },
  {
    file: 'spy_with_McGinleyDynamic.csv',
    name: 'McGinleyDynamic14',
    recipe: core.mcGinley(14, 1),
    tolerance: 1e-6,
    from: 121,
  },
  { file: 'spy_with_adx.txt', name: 'ADX 14', recipe: core.adx(14), tolerance: 1e-5, from: 250 },
  { file: 'spy_with_adx.txt', name: 'ADXR 14', recipe: core.adxr(14), tolerance: 1e-5, from: 250 },
  { file: 'spy_with_adx.txt', name: '+DI14', recipe: core.plusDi(14), tolerance: 1e-4, from: 250 },
  { file: 'spy_with_adx.txt', name: '-DI14', recipe: core.minusDi(14), tolerance: 1e-4, from: 250 },
  { file: 'spy_with_adx.txt', name: 'DX', recipe: core.dx(14), tolerance: 4e-3, from: 250 },
  { file: 'spy_with_chop.csv', name: 'CHOP14', recipe: core.choppiness(14), tolerance: 1e-9, from: 14 },
  {
    file: 'spy_with_fisher.txt',
    name: 'Fisher Transform 10',
    recipe: core.fisher(10),
    field: 'fisher',
    tolerance: 1e-6,
    from: 241,
  },
  { file: 'spy_with_ibs.csv', name: 'IBS', recipe: core.barStrength(), tolerance: 1e-9 },
  {
    file: 'spy_with_kst.csv',
    name: 'kst',
    recipe: core.kst({ rates: [5, 10, 15, 25], means: [5, 5, 5, 10] }),
    field: 'kst',
    tolerance: 1e-9,
    from: 42,
  },
  {
    file: 'spy_with_kst.csv',
    name: 'signal',
    recipe: core.kst({ rates: [5, 10, 15, 25], means: [5, 5, 5, 10] }),
    field: 'signal',
    tolerance: 1e-9,
  },
  { file: 'spy_with_macd.txt', name: 'MACD', recipe: core.macd(), field: 'macd', tolerance: 1e-6 },
  { file: 'spy_with_rocp50.txt', name: 'Rate of Change % 50', recipe: core.roc(50), tolerance: 1e-5 },
  { file: 'spy_with_vtx.csv', name: 'plus_vtx', recipe: core.vortex(14), field: 'plus', tolerance: 1e-9 },
  { file: 'spy_with_vtx.csv', name: 'minus_vtx', recipe: core.vortex(14), field: 'minus', tolerance: 1e-9 },
  { file: 'spy_with_vwma.csv', name: 'VWMA20', recipe: core.vwma(20), tolerance: 1e-9 },
  { file: 'spy_with_zlema.csv', name: 'ZLEMA5', recipe: core.zlema(5), tolerance: 1e-9 },
];

const BUKOSABINO: readonly Row[] = [
  { file: 'accum', name: 'ADLine', recipe: core.accumulation(), tolerance: 1e-7 },
  { file: 'atr', name: 'ATR', recipe: core.atr(14), tolerance: 1e-9, from: 13, start: insideOf },
  { file: 'dc', name: 'upper_band', recipe: core.donchian(20), field: 'upper', tolerance: 1e-9 },
  { file: 'dc', name: 'lower_band', recipe: core.donchian(20), field: 'lower', tolerance: 1e-9 },
  { file: 'dc', name: 'middle_band', recipe: core.donchian(20), field: 'middle', tolerance: 2e-4 },
  { file: 'easeofmovement', name: 'EMV', recipe: core.easeOfMovement({ scale: 1e8 }), tolerance: 1e-8 },
  { file: 'kama', name: 'KAMA', recipe: core.kama({ period: 10 }), tolerance: 1e-7, from: 10 },
  { file: 'macd', name: 'MACD_line', recipe: core.macd(), field: 'macd', tolerance: 1e-8, start: standing },
  {
    file: 'macd',
    name: 'MACD_signal',
    recipe: core.macd(),
    field: 'signal',
    tolerance: 1e-2,
    from: 60,
    start: standing,
  },
  { file: 'obv', name: 'OBV', recipe: core.obv(), tolerance: 1e-9 },
  { file: 'ppo', name: 'PPO', recipe: core.ppo(), field: 'ppo', tolerance: 1e-8, start: standing },
  { file: 'ppo', name: 'PPO_Signal_Line', recipe: core.ppo(), field: 'signal', tolerance: 1e-8, start: standing },
  {
    file: 'pvo',
    name: 'PVO',
    recipe: core.applyTo((bar) => bar.volume, core.ppo()),
    field: 'ppo',
    tolerance: 1e-8,
    start: standing,
  },
  { file: 'rsi', name: 'RSI', recipe: core.rsi(14), tolerance: 1e-7, start: standing },
  { file: 'stc', name: 'stc', recipe: core.schaff(), tolerance: 1e-6, from: 59 },
  { file: 'ultosc', name: 'Ult_Osc', recipe: core.ultimateOscillator(), tolerance: 1e-7 },
  { file: 'vpt', name: 'unsmoothed vpt', recipe: core.volumePriceTrend(), tolerance: 1e-9 },
  { file: 'vpt', name: '14-smoothed vpt', recipe: core.volumePriceTrend({ smoothing: 14 }), tolerance: 1e-9 },
  { file: 'wma', name: 'WMA', recipe: core.wma(9), tolerance: 1e-6, from: 8 },
];

const TA4J: readonly Row[] = [
  { file: 'LSMA1', name: 'Plot', recipe: core.linearRegression(20), field: 'value', tolerance: 1e-9, from: 19 },
  { file: 'SMMA', name: 'SMMA', recipe: core.smma(10), tolerance: 1e-6, from: 51 },
  { file: 'VWMA', name: 'VWMA', recipe: core.vwma(10), tolerance: 1e-9, from: 9 },
];

/** The true strength index with averages of 25 and 13 that start from means and go on by these shares. */
function plainTsi(closes: readonly number[], slow: number, quick: number): Series {
  const moves = closes.map((close, index) => (index === 0 ? undefined : close - (closes[index - 1] ?? 0)));
  const twice = (values: Series): Series => averaged(averaged(values, 25, slow), 13, quick);
  const sizes = twice(moves.map((move) => (move === undefined ? undefined : Math.abs(move))));
  return twice(moves).map((way, index) => (way === undefined ? undefined : (100 * way) / (sizes[index] ?? 0)));
}

function averaged(values: Series, period: number, share: number): Series {
  const first = values.findIndex((value) => value !== undefined) + period - 1;
  let average = 0;
  return values.map((value = 0, index) => {
    if (index <= first) average += value / period;
    else average += share * (value - average);
    return index < first ? undefined : average;
  });
}

describe.skipIf(!hasSharedData)('against LEAN, to its digits (needs ../shared/data)', () => {
  for (const row of LEAN) vectorCase(() => caseOf(lean(row.file), row), `${row.file}: ${row.name}`);
});

describe.skipIf(!hasSharedData)(
  'against the spreadsheets of bukosabino/ta, to their digits (needs ../shared/data)',
  () => {
    for (const row of BUKOSABINO) vectorCase(() => caseOf(bukosabino(row.file), row), `${row.file}: ${row.name}`);

    it('tsi: TSI, by the constants that the sheet rounds, 2 ÷ 26 to 0.07692 and 2 ÷ 14 to 0.1428', () => {
      const rows = bukosabino('tsi');
      const closes = barsOf(rows).map(({ close }) => close);
      const ours = core.tsi().create();
      const exact = plainTsi(closes, 2 / 26, 2 / 14);
      expectSeries(plainTsi(closes, 0.07692, 0.1428), column(rows, 'TSI'), { tolerance: 1e-9, least: 445 });
      expectSeries(
        closes.map((close) => ours.update(close)),
        exact,
        // Ours starts from the first change, not from means.
        { tolerance: 1e-9, from: 400, least: 80 },
      );
    });
  },
);

describe.skipIf(!hasSharedData)('against ta4j on minutes of NQ, to 1e-9 (needs ../shared/data)', () => {
  for (const row of TA4J) vectorCase(() => caseOf(ta4j(row.file), row), `${row.file}: ${row.name}`);
});
