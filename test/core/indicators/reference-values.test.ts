import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Atr, type BarValues, Bollinger, Ema, Macd, Rsi, Sma, wma } from '#core';
import { valuesFrom } from '../../helpers/series.ts';
import { hasSharedData, sharedData } from '../../helpers/shared-data.ts';
import { readZipEntry } from '../../helpers/zip.ts';

type Cells = Readonly<Record<string, string>>;

const rowsOf = (text: string): Cells[] => {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell.trim()])),
  );
};
const numbersIn = (rows: readonly Cells[], name: string): (number | undefined)[] =>
  rows.map((row) =>
    row[name] === undefined || row[name] === '' || row[name] === 'NaN' ? undefined : Number(row[name]),
  );
const bukosabino = (file: string) => rowsOf(readFileSync(sharedData(`indicators/bukosabino-ta/${file}`), 'utf8'));
const lean = (file: string) => rowsOf(readZipEntry(sharedData('indicators/lean-testdata.zip'), file));
const closesOf = (rows: readonly Cells[]): number[] => rows.map((row) => Number(row.Close));

/** One name's values of a Stock.Indicators result; `undefined` where it has none. */
function skender(result: string, name: string): (number | undefined)[] {
  const text = readZipEntry(sharedData('indicators/stock-indicators/results.zip'), `${result}.standard.json`);
  const rows = JSON.parse(text) as Record<string, number | null>[];
  return rows.map((row) => row[name] ?? undefined);
}

function skenderBars(): BarValues[] {
  const file = sharedData('indicators/stock-indicators/quotes/default.csv.gz');
  return rowsOf(gunzipSync(readFileSync(file)).toString('utf8')).map((row) => ({
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.volume),
  }));
}

/** Every expected value from index `from` on is met within `tolerance`, and there are at least `least` of them. */
function expectSeries(
  actual: readonly (number | undefined)[],
  expected: readonly (number | undefined)[],
  { tolerance, from = 0, least = 10 }: { tolerance: number; from?: number; least?: number },
): void {
  let compared = 0;
  for (const [index, value] of expected.entries()) {
    if (value === undefined || index < from) continue;
    expect(
      Math.abs((actual[index] ?? Number.NaN) - value),
      `at ${index}: ${actual[index]} against ${value}`,
    ).toBeLessThan(tolerance);
    compared += 1;
  }
  expect(compared).toBeGreaterThanOrEqual(least);
}

describe.skipIf(!hasSharedData)('against Stock.Indicators on 502 days of SPY (needs ../shared/data)', () => {
  it('sma(20) agrees to 1e-9', () => {
    const closes = skenderBars().map((bar) => bar.close);
    expectSeries(valuesFrom(new Sma(20, { tickSize: 0.01 }), closes), skender('sma-analysis', 'sma'), {
      tolerance: 1e-9,
      least: 483,
    });
  });

  it('ema(20) agrees to 1e-9', () => {
    const closes = skenderBars().map((bar) => bar.close);
    expectSeries(valuesFrom(new Ema(20), closes), skender('ema', 'ema'), { tolerance: 1e-9, least: 483 });
  });

  it('rsi(14) agrees to 1e-9', () => {
    const closes = skenderBars().map((bar) => bar.close);
    expectSeries(valuesFrom(new Rsi(14), closes), skender('rsi', 'rsi'), { tolerance: 1e-9, least: 488 });
  });

  it('atr(14) agrees to 1e-9', () => {
    expectSeries(valuesFrom(new Atr(14), skenderBars()), skender('atr', 'atr'), { tolerance: 1e-9, least: 488 });
  });

  it('macd(12,26,9) agrees to 1e-9 once the other way of seeding has worn off', () => {
    const values = valuesFrom(
      new Macd(),
      skenderBars().map((bar) => bar.close),
    );
    for (const name of ['macd', 'signal', 'histogram'] as const) {
      expectSeries(
        values.map((value) => value?.[name]),
        skender('macd', name),
        { tolerance: 1e-9, from: 330, least: 170 },
      );
    }
  });
});

describe.skipIf(!hasSharedData)('against LEAN and bukosabino/ta (needs ../shared/data)', () => {
  it('bollinger(20, 2) agrees to the four decimals that LEAN has, which it cuts off', () => {
    const rows = lean('spy_bollinger_bands.txt');
    const values = valuesFrom(new Bollinger(), closesOf(rows));
    const columns = {
      middle: 'Moving Average 20',
      upper: 'Bollinger Bands® 20 2 Top',
      lower: 'Bollinger Bands® 20 2 Bottom',
    };
    for (const [name, column] of Object.entries(columns)) {
      const actual = values.map((value) => value?.[name as keyof typeof columns]);
      expectSeries(actual, numbersIn(rows, column), { tolerance: 1e-4, least: 100 });
    }
  });

  it('bollinger(20, 2) agrees to the six decimals that bukosabino/ta has', () => {
    const rows = bukosabino('cs-bbands.csv');
    const values = valuesFrom(new Bollinger(), closesOf(rows));
    for (const [name, column] of [
      ['middle', 'MiddleBand'],
      ['upper', 'HighBand'],
      ['lower', 'LowBand'],
    ] as const) {
      expectSeries(
        values.map((value) => value?.[name]),
        numbersIn(rows, column),
        { tolerance: 1e-6 },
      );
    }
  });

  it('sma(14), ema(14) and rsi(14) agree to the digits that LEAN has', () => {
    const rows = lean('spy_with_indicators.txt');
    const closes = closesOf(rows);
    expectSeries(valuesFrom(new Sma(14), closes), numbersIn(rows, 'SMA14'), { tolerance: 0.006, least: 50 });
    expectSeries(valuesFrom(new Ema(14), closes), numbersIn(rows, 'EMA14'), { tolerance: 0.06, from: 60, least: 20 });
    expectSeries(valuesFrom(new Rsi(14), closes), numbersIn(rows, 'RSI 14 Wilder'), { tolerance: 1e-4, least: 50 });
  });
});

describe.skipIf(!hasSharedData)('against tulip (needs ../shared/data)', () => {
  /** The outputs of a case `name options`, with its inputs. */
  const tulip = (name: string): { inputs: number[][]; output: number[] } => {
    const lines = readFileSync(sharedData('indicators/tulip/untest.txt'), 'utf8').split(/\r?\n/);
    const at = lines.indexOf(name);
    const rows = lines.slice(at + 1, lines.indexOf('', at)).map((line) => line.slice(1, -1).split(',').map(Number));
    return { inputs: rows.slice(0, -1), output: rows.at(-1) ?? [] };
  };

  it.each([
    ['sma 5', new Sma(5)],
    ['wma 5', wma(5).create()],
  ])('%s agrees to the three decimals that it has', (name, indicator) => {
    const { inputs, output } = tulip(name);
    const values = valuesFrom(indicator, inputs[0] ?? []).filter((value) => value !== undefined);
    expectSeries(values, output, { tolerance: 6e-4, least: 11 });
  });

  it('stddev 5 is the distance of bollinger bands at one deviation', () => {
    const { inputs, output } = tulip('stddev 5');
    const bands = valuesFrom(new Bollinger({ period: 5, deviations: 1 }), inputs[0] ?? []);
    const deviations = bands.filter((value) => value !== undefined).map(({ upper, middle }) => upper - middle);
    expectSeries(deviations, output, { tolerance: 6e-4, least: 11 });
  });
});
