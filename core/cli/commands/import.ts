import { accessSync, constants, statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { CHUNK_KINDS } from '../../domain/chunk.ts';
import { isoMicros } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { wallMicros } from '../../runtime/wall.ts';
import { hasManifest } from '../../tape/manifest.ts';
import { planBinanceFrames } from '../import/binance-frames.ts';
import { planCsv } from '../import/csv.ts';
import { planDbn } from '../import/dbn.ts';
import { IMPORT_FORMATS, type ImportFormat, type ImportOptions } from '../import/import-options.ts';
import type { ImportPlan } from '../import/import-plan.ts';
import { ImportReport } from '../import/import-report.ts';
import type { ImportTotals } from '../import/import-totals.ts';
import { planLean } from '../import/lean.ts';
import { writeTape } from '../import/write-tape.ts';
import { table } from '../table.ts';

type Plan = (files: readonly string[], options: ImportOptions, report: ImportReport) => Promise<ImportPlan>;

const PLANS: Readonly<Record<ImportFormat, Plan>> = {
  lean: planLean,
  'binance-frames': planBinanceFrames,
  dbn: planDbn,
  csv: planCsv,
};

/**
 * `runtime import <format> <files…> --out <tape>`: turns recordings of others into a tape. Bad lines are counted and
 * shown once; they do not end the import.
 *
 * Errors: IMPORT_FORMAT, IMPORT_NO_FILE, IMPORT_NO_DATA, TAPE_EXISTS, and those of the format
 */
export async function runImport(format: string, files: readonly string[], options: ImportOptions): Promise<number> {
  const plan = planOf(format);
  checkPaths(files, options.out);
  const startedAt = wallMicros();
  const report = new ImportReport();
  const { instruments, sources } = await plan(files, options, report);
  const bar = progressBar(options);
  const totals = await writeTape(options.out, { instruments, sources }, (share) => bar?.update(share * 100)).finally(
    () => bar?.stop(),
  );
  if (totals.all === 0) throw noRows(files, report);
  if (totals.offGrid > 0) report.note('rows with a price between two ticks (is --tick-size right?)', totals.offGrid);

  const elapsedMs = Math.round((wallMicros() - startedAt) / 1000);
  const symbols = instruments.map(({ symbol }) => symbol);
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(asJson(options.out, symbols, totals, report, elapsedMs))}\n`
      : summary(options.out, symbols, totals, report, elapsedMs),
  );
  return 0;
}

function planOf(format: string): Plan {
  const known = IMPORT_FORMATS.find((name) => name === format);
  if (known !== undefined) return PLANS[known];
  throw new MillraceError({
    code: 'IMPORT_FORMAT',
    where: { path: 'format' },
    was: format,
    expected: `one of ${IMPORT_FORMATS.join(', ')}`,
    fix: `write ${nearest(format, IMPORT_FORMATS) ?? 'csv'}; files of other formats can be turned into CSV first`,
  });
}

function checkPaths(files: readonly string[], out: string): void {
  const missing = files.filter((file) => !isReadable(file));
  if (missing.length > 0) {
    throw new MillraceError(
      missing.map((file) => ({
        code: 'IMPORT_NO_FILE',
        where: { file },
        was: 'no file that can be read',
        expected: 'a recording',
        fix: 'check the path and its rights',
      })),
    );
  }
  if (!hasManifest(out)) return;
  // The writer would refuse as well, but only after the files have been surveyed.
  throw new MillraceError({
    code: 'TAPE_EXISTS',
    where: { file: out, path: '--out' },
    was: 'a folder that holds a tape',
    expected: 'a new folder',
    fix: 'choose another folder, or remove the old tape',
  });
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function progressBar({ json, out }: ImportOptions): SingleBar | undefined {
  if (json === true || !process.stderr.isTTY) return undefined;
  const bar = new SingleBar({ format: `${out} {bar} {percentage} % · {eta_formatted}`, clearOnComplete: true });
  bar.start(100, 0);
  return bar;
}

function asJson(
  out: string,
  instruments: readonly string[],
  totals: ImportTotals,
  report: ImportReport,
  elapsedMs: number,
) {
  return {
    tape: out,
    instruments,
    rows: totals.rows,
    from: isoMicros(totals.from),
    until: isoMicros(totals.until),
    skipped: Object.fromEntries(report.skipped),
    notes: Object.fromEntries(report.notes),
    elapsedMs,
    rowsPerSecond: Math.round((totals.all / Math.max(1, elapsedMs)) * 1000),
  };
}

function summary(
  out: string,
  symbols: readonly string[],
  totals: ImportTotals,
  report: ImportReport,
  elapsedMs: number,
): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  const rows = CHUNK_KINDS.filter((kind) => totals.rows[kind] > 0).map((kind) => `${count(totals.rows[kind])} ${kind}`);
  const skipped = [...report.skipped].flatMap(([reason, { count: n, sample }]) => [
    ['skipped', `${count(n)} × ${reason}`],
    ['', `first: ${sample}`],
  ]);
  const notes = [...report.notes].map(([text, n]) => ['note', n === 1 ? text : `${count(n)} × ${text}`]);
  return `${table([
    ['imported', `${symbols.join(', ')}: ${rows.join(', ')} in ${(elapsedMs / 1000).toFixed(1)} s`],
    ['from', isoMicros(totals.from)],
    ['until', isoMicros(totals.until)],
    ...skipped,
    ...notes,
    ['look', `runtime inspect ${out}`],
    ['replay', `runtime replay ${out} --config <file>`],
  ])}\n`;
}

function noRows(files: readonly string[], report: ImportReport): MillraceError {
  const [reason, first] = [...report.skipped][0] ?? ['no lines', undefined];
  return new MillraceError({
    code: 'IMPORT_NO_DATA',
    where: { file: files[0] },
    was: first === undefined ? reason : `${reason}, ${first.count} times; first ${first.sample}`,
    expected: 'at least one row of market data',
    fix: 'check the format and its options (runtime import --help)',
  });
}
