import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { BarValues } from '#core';
import { sharedData } from '../../helpers/shared-data.ts';
import { readZipEntry } from '../../helpers/zip.ts';

export type Cells = Readonly<Record<string, string>>;
export type Series = readonly (number | undefined)[];

function rowsOf(text: string): Cells[] {
  const [header = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell.trim()])),
  );
}

export const column = (rows: readonly Cells[], name: string): Series =>
  rows.map((row) => {
    const cell = row[name];
    return cell === undefined || cell === '' || cell === 'NaN' ? undefined : Number(cell);
  });

const read = (row: Cells, ...names: readonly string[]): number => {
  const found = names.find((name) => row[name] !== undefined && row[name] !== '');
  return found === undefined ? 0 : Number(row[found]);
};

export const barsOf = (rows: readonly Cells[]): BarValues[] =>
  rows.map((row) => {
    const close = read(row, 'Close', 'close');
    return {
      open: read(row, 'Open', 'open') || close,
      high: read(row, 'High', 'high') || close,
      low: read(row, 'Low', 'low') || close,
      close,
      volume: read(row, 'Volume', 'volume'),
    };
  });

export const bukosabino = (file: string): Cells[] =>
  rowsOf(readFileSync(sharedData(`indicators/bukosabino-ta/cs-${file}.csv`), 'utf8'));
export const lean = (file: string): Cells[] => rowsOf(readZipEntry(sharedData('indicators/lean-testdata.zip'), file));
const zipped = (file: string): Cells[] => rowsOf(gunzipSync(readFileSync(sharedData(file))).toString('utf8'));
export const ta4j = (file: string): Cells[] => zipped(`indicators/ta4j-nq-1min/${file}.csv.gz`);
export const skenderBars = (quotes = 'default'): BarValues[] =>
  barsOf(zipped(`indicators/stock-indicators/quotes/${quotes}.csv.gz`));

/** One name's values of a Stock.Indicators result. */
export function skender(result: string, name: string): Series {
  const text = readZipEntry(sharedData('indicators/stock-indicators/results.zip'), `${result}.standard.json`);
  return (JSON.parse(text) as Record<string, number | null>[]).map((row) => row[name] ?? undefined);
}

/** A case of tulip, by its line `name options` in the file. Its outputs end where its inputs do. */
export function tulip(
  file: 'untest' | 'atoz' | 'extra',
  line: string,
  outputs = 1,
): { inputs: number[][]; outputs: Series[] } {
  const lines = readFileSync(sharedData(`indicators/tulip/${file}.txt`), 'utf8').split(/\r?\n/);
  const at = lines.indexOf(line);
  const rows: number[][] = [];
  for (let index = at + 1; index < lines.length && lines[index] !== ''; index++) {
    const text = lines[index] ?? '';
    if (text.startsWith('{')) rows.push(text.slice(1, text.lastIndexOf('}')).split(',').map(Number));
  }
  const inputs = rows.slice(0, -outputs);
  const length = inputs[0]?.length ?? 0;
  const padded = rows.slice(-outputs).map((row) => [...Array<undefined>(length - row.length), ...row]);
  return { inputs, outputs: padded };
}

/** Every expected value from index `from` on is met within `tolerance`, and there are at least `least` of them. */
export function expectSeries(
  actual: Series,
  expected: Series,
  { tolerance, from = 0, least = 5 }: { tolerance: number; from?: number; least?: number },
): void {
  let compared = 0;
  for (const [index, value] of expected.entries()) {
    if (value === undefined || index < from) continue;
    const off = Math.abs((actual[index] ?? Number.NaN) - value);
    expect(off, `at ${index}: ${actual[index]} against ${value}`).toBeLessThan(
      tolerance * Math.max(1, Math.abs(value)),
    );
    compared += 1;
  }
  expect(compared).toBeGreaterThanOrEqual(least);
}
