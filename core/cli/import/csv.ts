import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { knownContract } from '../../domain/known-futures.ts';
import { RowBatch } from '../../domain/row-batch.ts';
import type { Micros } from '../../domain/time.ts';
import { timeframeMicros } from '../../domain/timeframe.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { type CsvColumns, findColumns } from './csv-columns.ts';
import { type CsvRow, type CsvRowOptions, csvRow } from './csv-rows.ts';
import { type Instant, readInstant, type TimeUnit, unitOf } from './epoch.ts';
import { GridGuess } from './grid-guess.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportBatch, ImportPlan, ImportSource } from './import-plan.ts';
import type { ImportReport } from './import-report.ts';
import { firstLines, readLines } from './read-lines.ts';
import { splitCsv } from './split-csv.ts';

const SURVEY_LINES = 20_000;

/** What the first lines of a file tell. */
interface Survey {
  readonly file: string;
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly columns: CsvColumns;
  readonly timeUnit: TimeUnit;
  readonly recvUnit: TimeUnit;
  readonly symbol: string | undefined;
  readonly startsAt: Micros;
  readonly prices: GridGuess;
  readonly sizes: GridGuess;
  /** Shortest step between two rows, for bars. */
  readonly step: Micros;
}

/**
 * Trades, quotes or bars in CSV, plain or gzip, one instrument per import. Columns, delimiter and unit of time are taken
 * from the file where options do not say. Files of different kinds (trades and quotes of one day) may be given together.
 *
 * Errors: IMPORT_NO_DATA, IMPORT_CSV_COLUMNS, IMPORT_CSV_TIMEFRAME, IMPORT_CSV_SYMBOLS
 */
export async function planCsv(
  files: readonly string[],
  options: ImportOptions,
  report: ImportReport,
): Promise<ImportPlan> {
  const surveys: Survey[] = [];
  for (const file of files) surveys.push(await look(file, options));
  const symbols = [...new Set(surveys.map(({ symbol }) => symbol))];
  if (symbols.length > 1) throw severalSymbols(symbols);

  const name = options.instrument ?? symbols[0] ?? basename(files[0] ?? '').replace(/\.(csv|txt|gz)\b.*$/, '');
  const known = knownContract(name);
  const tickSize = options.tickSize ?? known?.tickSize ?? surveys[0]?.prices.step();
  if (options.tickSize === undefined && known === undefined) {
    report.note(`tick size ${tickSize} taken from the prices (--tick-size sets another)`);
  }
  return {
    instruments: [
      {
        symbol: name,
        tickSize,
        pointValue: options.pointValue ?? known?.pointValue,
        calendar: known?.calendar,
        lotSize: surveys[0]?.sizes.decimalStep(),
      },
    ],
    sources: surveys.map(
      (survey): ImportSource => ({
        file: survey.file,
        startsAt: survey.startsAt,
        bytes: statSync(survey.file).size,
        batches: () => readRows(survey, rowOptions(survey, options), report),
      }),
    ),
  };
}

async function* readRows(survey: Survey, rows: CsvRowOptions, report: ImportReport): AsyncGenerator<ImportBatch> {
  const batch = new RowBatch();
  const read = lineReader(survey, csvRow(rows), batch);
  for await (const { lines, first, progress } of readLines(survey.file, report)) {
    for (let i = survey.hasHeader && first === 1 ? 1 : 0; i < lines.length; i++) {
      const line = lines[i] ?? '';
      const reason = read(line);
      if (reason !== undefined) report.skip(reason, survey.file, first + i, line);
    }
    yield { runs: batch.runs, progress };
    batch.clear();
  }
  if (batch.stepsBack > 0) report.note('rows older than the row before (receipt time raised)', batch.stepsBack);
}

function lineReader({ delimiter }: Survey, row: CsvRow, batch: RowBatch): (line: string) => string | undefined {
  return (line) => {
    if (line === '') return undefined;
    const cells = splitCsv(line, delimiter);
    return cells === undefined ? 'bad line' : row(cells, batch);
  };
}

async function look(file: string, options: ImportOptions): Promise<Survey> {
  const [first = '', ...rest] = await firstLines(file, SURVEY_LINES);
  const delimiter = options.delimiter ?? [',', ';', '\t'].find((candidate) => first.includes(candidate)) ?? ',';
  const split = (line: string): readonly string[] => splitCsv(line, delimiter) ?? [];
  const hasHeader = options.header !== false && !split(first).some(isNumber);
  const columns = findColumns(hasHeader ? split(first) : undefined, options, file);
  const lines = (hasHeader ? rest : [first, ...rest]).map(split);

  const cell = (field: keyof CsvColumns['at'], cells: readonly string[]): string | undefined =>
    cells[columns.at[field] ?? -1];
  const sample = lines.find((cells) => (cell('ts', cells) ?? '') !== '');
  if (sample === undefined) throw noData(file);
  const timeUnit = options.timeUnit ?? unitOf(cell('ts', sample) ?? '');
  const recv = cell('recv', sample);
  const recvUnit = options.timeUnit ?? unitOf(recv ?? '');
  const symbol = cell('symbol', sample);
  const ours = lines.filter((cells) => cell('symbol', cells) === symbol);
  const times = ours.map((cells) => microsOf(cell('ts', cells), timeUnit)).filter((us) => us > 0);
  return {
    file,
    delimiter,
    hasHeader,
    columns,
    timeUnit,
    recvUnit,
    symbol,
    startsAt: recv === undefined ? microsOf(cell('ts', sample), timeUnit) : microsOf(recv, recvUnit),
    prices: guess(
      ours.flatMap((cells) => [cell('price', cells), cell('bid', cells), cell('open', cells), cell('close', cells)]),
    ),
    sizes: guess(ours.map((cells) => cell('size', cells) ?? cell('bidSize', cells) ?? cell('volume', cells))),
    step: shortestStep(times),
  };
}

function rowOptions(
  { file, columns, timeUnit, recvUnit, symbol, step }: Survey,
  options: ImportOptions,
): CsvRowOptions {
  const span = options.timeframe === undefined ? step : timeframeMicros(options.timeframe);
  if (columns.kind === 'bars' && (span === undefined || span === Infinity)) throw badTimeframe(file, options.timeframe);
  return { columns, timeUnit, recvUnit, symbol, span: span ?? 0, timesAtStart: options.barTime !== 'end' };
}

/** A header names things; a line of data has a number in it. */
const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));

function microsOf(text: string | undefined, unit: TimeUnit): Micros {
  const instant: Instant = { us: 0, ns: 0 };
  return readInstant(text ?? '', unit, instant) ? instant.us : -Infinity;
}

function guess(values: readonly (string | undefined)[]): GridGuess {
  const grid = new GridGuess();
  for (const value of values) if (value !== undefined && Number.isFinite(Number(value))) grid.add(value);
  return grid;
}

function shortestStep(times: readonly Micros[]): Micros {
  const steps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  return steps.filter((step) => step > 0).reduce((least, step) => Math.min(least, step), Infinity);
}

const severalSymbols = (symbols: readonly (string | undefined)[]): MillraceError =>
  new MillraceError({
    code: 'IMPORT_CSV_SYMBOLS',
    where: { path: 'files' },
    was: `files of ${symbols.join(', ')}`,
    expected: 'files of one symbol',
    fix: 'import each symbol to its own tape; a run can read several tapes at once',
  });

const noData = (file: string): MillraceError =>
  new MillraceError({
    code: 'IMPORT_NO_DATA',
    where: { file },
    was: 'no line with a time',
    expected: 'one row per line, with a time each',
    fix: 'name the column of the time: --columns ts=…',
  });

const badTimeframe = (file: string, timeframe: string | undefined): MillraceError =>
  new MillraceError({
    code: 'IMPORT_CSV_TIMEFRAME',
    where: { file, path: '--timeframe' },
    was: timeframe ?? 'bars too few to see their length',
    expected: 'the length of a bar, such as 1m or 1h',
    fix: 'add --timeframe 1m',
  });
