import { statSync } from 'node:fs';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { knownFuture } from '../../domain/known-futures.ts';
import { RowBatch } from '../../domain/row-batch.ts';
import { MICROS_PER_SECOND } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { GridGuess } from './grid-guess.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportBatch, ImportPlan, ImportSource } from './import-plan.ts';
import type { ImportReport } from './import-report.ts';
import { type LeanFile, leanFile, midnight } from './lean-file.ts';
import { leanLine } from './lean-rows.ts';
import { readZip, type ZipEntry } from './zip.ts';

const SAMPLE_LINES = 20_000;
const DAY_US = 86_400 * MICROS_PER_SECOND;

const STOCK = { tickSize: 0.01, pointValue: 1, calendar: 'us-equities' };

/**
 * Data of QuantConnect's LEAN: trade and quote zips of ticks, and of second, minute, hour and daily bars (bars of quotes
 * become a quote of their close). One instrument per import. A zip of futures holds one file per contract.
 *
 * Errors: IMPORT_LEAN_NAME, IMPORT_LEAN_SYMBOLS, IMPORT_LEAN_CONTRACT, IMPORT_BAD_ZIP
 */
export async function planLean(
  files: readonly string[],
  options: ImportOptions,
  report: ImportReport,
): Promise<ImportPlan> {
  const found = files.map((file) => leanFile(file, options.security));
  const symbols = [...new Set(found.map(({ symbol }) => symbol))];
  const [symbol] = symbols;
  if (symbol === undefined || symbols.length > 1) throw severalSymbols(symbols);

  const counts = await countRows(found);
  const contract = choose(counts, options.contract, report);
  const name = options.instrument ?? symbol.toUpperCase();
  return {
    instruments: [await describeInstrument(name, found, contract, options, report)],
    sources: found.map(
      (file): ImportSource => ({
        file: file.file,
        startsAt: file.date === undefined ? -Infinity : midnight(file.date, file.equity),
        endsAt: file.date === undefined ? undefined : midnight(file.date, file.equity) + DAY_US,
        bytes: statSync(file.file).size,
        batches: () => readRows(file, contract, report),
      }),
    ),
  };
}

async function* readRows(of: LeanFile, contract: string, report: ImportReport): AsyncGenerator<ImportBatch> {
  const entry = (await readZip(of.file)).find(({ name }) => contractOf(name) === contract);
  if (entry === undefined) return report.skip(`no contract ${contract} in the file`, of.file, 0, '');
  const lines = linesOf(entry);
  // LEAN writes the last tick of a day twice; with the second one its minute bars would not add up.
  if (of.resolution === 'tick' && lines.length > 1 && lines.at(-1) === lines.at(-2)) {
    report.skip('the last line repeats the line before it', of.file, lines.length, lines.pop() ?? '');
  }
  const read = leanLine(of, report);
  const batch = new RowBatch();
  for (const [i, line] of lines.entries()) {
    if (!read(line, batch)) report.skip('bad line', of.file, i + 1, line);
    if (!batch.full) continue;
    yield { runs: batch.runs, progress: i / lines.length };
    batch.clear();
  }
  yield { runs: batch.runs, progress: 1 };
  if (batch.stepsBack > 0) report.note('rows older than the row before (receipt time raised)', batch.stepsBack);
}

/** Rows per contract over all files; '' is the contract of files that hold just one. */
async function countRows(files: readonly LeanFile[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { file } of files) {
    const entries = await readZip(file);
    for (const entry of entries) {
      const contract = contractOf(entry.name);
      const rows = contract === '' ? 1 : linesOf(entry).length;
      counts.set(contract, (counts.get(contract) ?? 0) + rows);
    }
  }
  return counts;
}

function choose(counts: ReadonlyMap<string, number>, wanted: string | undefined, report: ImportReport): string {
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  const names = ranked.map(([name]) => name);
  const [best] = ranked;
  if (best === undefined || (wanted !== undefined && !counts.has(wanted))) throw noContract(wanted, names);
  if (wanted === undefined && ranked.length > 1) {
    report.note(`contract ${best[0]} chosen: most rows of ${names.length} contracts (--contract chooses another)`);
  }
  return wanted ?? best[0];
}

async function describeInstrument(
  symbol: string,
  files: readonly LeanFile[],
  contract: string,
  options: ImportOptions,
  report: ImportReport,
): Promise<InstrumentSpec> {
  const [first] = files;
  const known = first?.equity === true ? STOCK : knownFuture(first?.symbol ?? '');
  const tickSize = options.tickSize ?? known?.tickSize ?? (first && (await guessTickSize(first, contract, report)));
  return { symbol, tickSize, pointValue: options.pointValue ?? known?.pointValue, calendar: known?.calendar };
}

async function guessTickSize(of: LeanFile, contract: string, report: ImportReport): Promise<number | undefined> {
  const entry = (await readZip(of.file)).find(({ name }) => contractOf(name) === contract);
  const guess = new GridGuess();
  for (const line of entry === undefined ? [] : linesOf(entry).slice(0, SAMPLE_LINES)) {
    const price = line.split(',')[1];
    if (price !== undefined && price !== '') guess.add(price);
  }
  report.note(`tick size ${guess.step()} taken from the prices (--tick-size sets another)`);
  return guess.step();
}

/** `201312` of `20131007_gc_tick_trade_201312.csv`; '' when the file is not of a contract. */
const contractOf = (entry: string): string => /_(\d{6,8})\.csv$/.exec(entry)?.[1] ?? '';

function linesOf(entry: ZipEntry): string[] {
  const lines = entry.text().split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const severalSymbols = (symbols: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'IMPORT_LEAN_SYMBOLS',
    where: { path: 'files' },
    was: symbols.length === 0 ? 'no file' : `files of ${symbols.join(', ')}`,
    expected: 'files of one symbol',
    fix: 'import each symbol to its own tape; a run can read several tapes at once',
  });

const noContract = (wanted: string | undefined, names: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'IMPORT_LEAN_CONTRACT',
    where: { path: '--contract' },
    was: wanted ?? 'files without data',
    expected: names.length === 0 ? 'data' : `one of ${names.join(', ')}`,
    fix: 'name a contract that the files hold',
  });
