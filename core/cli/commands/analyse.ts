import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { calendarOf } from '../../calendar/calendar-of.ts';
import { CHUNK_KINDS } from '../../domain/chunk.ts';
import type { Micros } from '../../domain/time.ts';
import { timeframeMicros } from '../../domain/timeframe.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { openTape, type Tape } from '../../tape/reader.ts';
import type { SessionChoice } from '../../volume/session-place.ts';
import { analyseTape, type TapeAnalysis } from '../analyse/analyse-tape.ts';
import { numberTable } from '../analyse/number-table.ts';
import { analysisPage } from '../analyse/page.ts';
import { optionTables, summaryOf, tablesOf } from '../analyse/report.ts';
import type { AnalyseOptions } from '../options.ts';
import { table } from '../table.ts';

const SESSIONS: readonly SessionChoice[] = ['RTH', 'ETH', 'all'];
const SIDES = ['venue', 'tick'] as const;

/**
 * `runtime analyse <tape>`: volume analysis of the tape's trades as tables and as one HTML page with charts; with `json` as
 * data, and as a page only where `out` names one. One pass, memory that does not grow with the tape.
 *
 * Errors: CLI_USAGE, TAPE_NO_ROWS, CALENDAR_UNKNOWN, those of opening and reading a tape and of writing the page
 */
export async function runAnalyse(dir: string, options: AnalyseOptions): Promise<number> {
  const session = known('--session', options.session, SESSIONS);
  const sides = known('--sides', options.sides, SIDES);
  const bar = barLength(options.bar);
  const sizes = options.sizes === undefined ? [] : options.sizes.split(',').map(sizeOf);
  if (options.calendar !== undefined) calendarOf(options.calendar);
  const tape = await openTape(dir);
  for (const { was, where } of tape.problems) process.stderr.write(`warning: ${where.file} is ${was}\n`);
  const symbols = tape.instruments.map(({ symbol }) => symbol);
  const instrument = options.instrument === undefined ? undefined : known('--instrument', options.instrument, symbols);
  if (tape.series.trades === undefined) throw noTrades(tape);

  const { calendar } = options;
  const analysis = await analyseTape(tape, { session, sides, instrument, calendar, bar, largeTrades: { sizes } });
  if (analysis.subjects.length === 0 && analysis.options === undefined) throw nothingLeft(dir, session, instrument);
  const out = options.out ?? (options.json ? undefined : `${basename(resolve(dir))}-volume.html`);
  if (out !== undefined) writeFileSync(out, analysisPage({ tape: basename(resolve(dir)), ...analysis }));
  process.stdout.write(options.json ? asJson(dir, out, analysis) : asTables(analysis, out));
  return 0;
}

function asJson(tape: string, page: string | undefined, { subjects, options, notes }: TapeAnalysis): string {
  const instruments = subjects.map(({ analysis }) => analysis);
  return `${JSON.stringify({ tape, page, instruments, options, notes })}\n`;
}

function asTables({ subjects, options, notes }: TapeAnalysis, page: string | undefined): string {
  const parts = [
    ...subjects.flatMap((subject) => [
      table([['instrument', subject.instrument.symbol], ...summaryOf(subject)]),
      ...tablesOf(subject).map(numberTable),
    ]),
    ...(options === undefined ? [] : optionTables(options).map(numberTable)),
    [...notes.map((note) => `note: ${note}`), ...(page === undefined ? [] : [`charts: ${page}`])].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function known<Name extends string>(option: string, name: string, names: readonly Name[]): Name {
  const found = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const meant = nearest(name, names);
  throw usage(
    option,
    name,
    `one of ${names.join(', ')}`,
    meant === undefined ? 'name one of them' : `did you mean ${meant}?`,
  );
}

function barLength(text: string): Micros {
  const us = timeframeMicros(text);
  if (us !== undefined) return us;
  throw usage(
    '--bar',
    text,
    'a length that divides a day, from 100ms to 1d',
    'write a number and a unit (ms, s, m, h, d), for example --bar 5m',
  );
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (size > 0 && Number.isFinite(size)) return size;
  throw usage('--sizes', text, 'numbers above 0, with commas between', 'for example --sizes 10,50,100');
}

const usage = (path: string, was: string, expected: string, fix: string): MillraceError =>
  new MillraceError({ code: 'CLI_USAGE', where: { path }, was, expected, fix });

function noTrades(tape: Tape): MillraceError {
  const has = CHUNK_KINDS.filter((kind) => tape.series[kind] !== undefined);
  return new MillraceError({
    code: 'TAPE_NO_ROWS',
    where: { file: tape.dir },
    was: `a tape without trades${has.length === 0 ? '' : `, with ${has.join(', ')}`}`,
    expected: 'a tape with trades: volume is made of them',
    fix: 'record or import trades, or choose another tape',
  });
}

const nothingLeft = (dir: string, session: SessionChoice, instrument: string | undefined): MillraceError =>
  new MillraceError({
    code: 'TAPE_NO_ROWS',
    where: { file: dir },
    was: `no trade${instrument === undefined ? '' : ` of ${instrument}`}${session === 'all' ? '' : ` in ${session}`}`,
    expected: 'at least one trade to look at',
    fix: 'leave out --session and --instrument, or name the right calendar with --calendar',
  });
