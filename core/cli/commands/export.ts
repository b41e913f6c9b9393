import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { CHUNK_KINDS, type Chunk, type ChunkKind } from '../../domain/chunk.ts';
import { type Timeframe, timeframeMicros } from '../../domain/timeframe.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { MARKET_COLUMNS, valuesOf } from '../../tape/columns.ts';
import { collectRows } from '../../tape/export/collect-rows.ts';
import { writeArrow } from '../../tape/export/write-arrow.ts';
import { writeCsv } from '../../tape/export/write-csv.ts';
import { writeParquet } from '../../tape/export/write-parquet.ts';
import { openTape, type Tape } from '../../tape/reader.ts';
import { barsOfTrades } from '../bars-of-trades.ts';
import { writeDbn } from '../export/write-dbn.ts';

const WRITERS = { parquet: writeParquet, csv: writeCsv, arrow: writeArrow, dbn: writeDbn };
const FORMATS = Object.keys(WRITERS) as (keyof typeof WRITERS)[];
const DEFAULT_TIMEFRAME = '1m';

export interface ExportTapeOptions {
  readonly stream: string;
  readonly format: string;
  /** Default `<tape>-<stream>.<format>` in the current folder. */
  readonly out?: string | undefined;
  /** Only this one; default all. */
  readonly instrument?: string | undefined;
  /** Bars of this length; built from the trades when the tape has none (default 1m). */
  readonly timeframe?: string | undefined;
  readonly json: boolean;
}

/** `runtime export <tape>`: one stream of a tape as a file for other tools. */
export async function runExport(dir: string, options: ExportTapeOptions): Promise<number> {
  const stream = known('--stream', options.stream, CHUNK_KINDS);
  const format = known('--format', options.format, FORMATS);
  const timeframe = options.timeframe === undefined ? undefined : knownTimeframe(options.timeframe);
  const tape = await openTape(dir);
  for (const { was, where } of tape.problems) process.stderr.write(`warning: ${where.file} is ${was}\n`);

  const symbols = tape.instruments.map(({ symbol }) => symbol);
  const only = options.instrument === undefined ? undefined : known('--instrument', options.instrument, symbols);
  const file = options.out ?? `${basename(resolve(dir))}-${stream}.${format}`;
  const builds = stream === 'bars' && tape.series.bars === undefined;
  const chunks = builds ? barsOfTrades(tape, timeframe ?? DEFAULT_TIMEFRAME) : tape.rows(stream);
  if ((builds ? tape.series.trades : tape.series[stream]) === undefined) throw noRows(tape, stream);

  const rows = collectRows(stream, chunks, keeper(only === undefined ? undefined : symbols.indexOf(only), timeframe));
  const columns = builds ? MARKET_COLUMNS.bars : tape.columns(stream);
  const count = await WRITERS[format](rows, columns, { file, symbols });
  const { size: bytes } = statSync(file);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ tape: dir, stream, format, file, rows: count, bytes })}\n`);
  } else process.stdout.write(`${file}: ${count} ${stream} (${bytes} bytes)\n`);
  return 0;
}

function keeper(instrument: number | undefined, timeframe: Timeframe | undefined) {
  const span = timeframe === undefined ? undefined : timeframeMicros(timeframe);
  return (chunk: Chunk, row: number): boolean =>
    (instrument === undefined || chunk.inst[row] === instrument) &&
    (span === undefined || chunk.kind !== 'bars' || valuesOf(chunk, 'span')[row] === span);
}

function known<Name extends string>(option: string, name: string, names: readonly Name[]): Name {
  const found = names.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  const meant = nearest(name, names);
  throw new MillraceError({
    code: 'CLI_USAGE',
    where: { path: option },
    was: name,
    expected: `one of ${names.join(', ')}`,
    fix: meant === undefined ? 'name one of them' : `did you mean ${meant}?`,
  });
}

function knownTimeframe(text: string): Timeframe {
  if (timeframeMicros(text) !== undefined) return text as Timeframe;
  throw new MillraceError({
    code: 'CLI_USAGE',
    where: { path: '--timeframe' },
    was: text,
    expected: 'a length that divides a day, from 100ms to 1d',
    fix: 'write a number and a unit (ms, s, m, h, d), for example --timeframe 5m',
  });
}

function noRows(tape: Tape, stream: ChunkKind): MillraceError {
  const has = CHUNK_KINDS.filter((kind) => tape.series[kind] !== undefined);
  return new MillraceError({
    code: 'TAPE_NO_ROWS',
    where: { file: tape.dir },
    was: `a tape without ${stream}`,
    expected: has.length === 0 ? 'a tape with market rows' : `one of its streams: ${has.join(', ')}`,
    fix: has[0] === undefined ? 'choose another tape' : `for example --stream ${has[0]}`,
  });
}
