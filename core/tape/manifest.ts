import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { Checkpoint, RunInfo, RunSummaryRecord } from '../plugin/persistence.ts';
import type { TapeStream } from './columns.ts';
import type { SeriesRecord } from './series-writer.ts';

const FILE = 'manifest.json';
const FORMAT = 'millrace-tape';
const VERSION = 1;

/** The facts of a run as JSON keeps them. Instruments stand in the order of their numbers. */
interface RunRecord extends Omit<RunInfo, 'instruments'> {
  readonly instruments: readonly InstrumentSpec[];
}

export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** `open` while the run lasts, and after it was killed; `recovered` when a later start has made its files whole. */
  readonly state: 'open' | 'closed' | 'recovered';
  readonly run: RunRecord;
  /** The process that writes the tape, for telling a killed run from a running one. */
  readonly writer: { readonly pid: number; readonly host: string };
  /** From here on once the tape is closed or recovered. */
  readonly series?: Readonly<Partial<Record<TapeStream, SeriesRecord>>>;
  /** How the run ended; absent when it was killed. */
  readonly summary?: RunSummaryRecord;
  /** The last checkpoint, with the sequence number of its row. */
  readonly checkpoint?: Checkpoint & { readonly seq: number };
}

export function newManifest(run: RunInfo): Manifest {
  return {
    format: FORMAT,
    version: VERSION,
    state: 'open',
    run: { ...run, instruments: run.instruments.map(specOf) },
    writer: { pid: process.pid, host: hostname() },
  };
}

/** Reads a tape's manifest. Throws TAPE_NOT_FOUND, TAPE_MANIFEST or TAPE_VERSION. */
export function readManifest(dir: string): Manifest {
  const file = join(dir, FILE);
  const manifest = parse(file, textOf(file, dir));
  if (manifest.format !== FORMAT || manifest.run === undefined) throw notAManifest(file, 'JSON of another kind');
  if (manifest.version === VERSION) return manifest as Manifest;
  throw new MillraceError({
    code: 'TAPE_VERSION',
    where: { file, path: 'version' },
    was: String(manifest.version),
    expected: String(VERSION),
    fix: 'read this tape with the version of millrace that wrote it (run.versions.millrace in the manifest)',
  });
}

/** Replaces the manifest in one step, so that a reader sees the old one or the new one. */
export function writeManifest(dir: string, manifest: Manifest): void {
  const file = join(dir, FILE);
  const draft = `${file}.tmp`;
  writeFileSync(draft, `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
  renameSync(draft, file);
  syncFolder(dir);
}

/** Is there a tape in this folder? */
export function hasManifest(dir: string): boolean {
  try {
    closeSync(openSync(join(dir, FILE), 'r'));
    return true;
  } catch {
    return false;
  }
}

// A new name is on the disk only once its folder is; Windows cannot open folders and needs no such step.
function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(dir, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

function specOf(instrument: RunInfo['instruments'][0]) {
  const { symbol, tickSize, pointValue, lotSize, currency, description, provider, calendar, expiry } = instrument;
  return { symbol, tickSize, pointValue, lotSize, currency, description, provider, calendar, expiry };
}

function textOf(file: string, dir: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MillraceError(
      {
        code: 'TAPE_NOT_FOUND',
        where: { file: dir },
        was: 'a folder without a readable manifest.json, or no folder',
        expected: 'the folder of a tape',
        fix: 'name the folder that a run printed at its end, for example runs/20250917-093000-000001-es',
      },
      { cause },
    );
  }
}

function parse(file: string, text: string): Partial<Manifest> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<Manifest>;
  } catch (cause) {
    throw notAManifest(file, 'text that is not JSON', cause);
  }
}

const notAManifest = (file: string, was: string, cause?: unknown): MillraceError =>
  new MillraceError(
    { code: 'TAPE_MANIFEST', where: { file }, was, expected: 'the manifest of a tape', fix: 'restore the file' },
    { cause },
  );
