import type { RunConfig } from '../../config/run-config.ts';
import { isoMicros, toMicros } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { driveRecording } from '../../runtime/drivers/drive-recording.ts';
import { createLogger, logOf } from '../../runtime/log.ts';
import { Run } from '../../runtime/run.ts';
import type { RunSummary } from '../../runtime/summary.ts';
import { openTape, type Tape } from '../../tape/reader.ts';
import { isImported } from '../import/imported.ts';
import type { ReplayOptions } from '../options.ts';
import { packageVersion } from '../package-info.ts';
import { conduct, Screen } from '../session/conduct.ts';
import { summaryText } from '../session/print-summary.ts';
import { replayConfig } from '../session/replay-config.ts';

/** `runtime replay <tape>`: 0 when it decided what the recorded run decided, or what --expect-hash says. */
export async function runReplay(dir: string, options: ReplayOptions): Promise<number> {
  const tape = await openTape(dir);
  const from = instant('--from', options.from);
  const until = instant('--until', options.until);
  const speed = speedOf(options.speed);
  const config = await replayConfig(tape, { file: options.config, set: options.set });
  const imported = isImported(tape.manifest);
  if (imported && config.strategies.length === 0) throw noStrategies(dir);
  const logger = createLogger(options.json ? 'json' : 'text', process.env['LOG_LEVEL'] ?? 'info');
  const screen = new Screen(options.json);
  // Only the whole tape under its own configuration can be held to what the run decided.
  const asRecorded = options.config === undefined && options.set.length === 0;
  const exact = asRecorded && from === undefined && until === undefined;
  refuseEmptySpan(tape, from, until);
  const recording = tape.recording({ from, until });
  const last = tape.manifest.summary === undefined ? await tape.lastCheckpoint() : undefined;
  const run = new Run({
    id: tape.manifest.run.id,
    config,
    mode: 'replay',
    providers: [{ name: 'tape', provider: { recording } }],
    startedAt: exact ? tape.manifest.run.startedAt : recording.from,
    ownClock: true,
    logger,
    print: screen.print,
    version: packageVersion,
  });
  for (const problem of tape.problems) logOf(logger, 'tape').warn(problem.was, { file: problem.where.file });
  const killedAtSeq = exact ? last?.row.seq : undefined;
  const driver = await driveRecording(run, { recording, speed, killedAtSeq, marketOnly: !exact, forUs: undefined });
  const summary = { ...(await conduct(run, driver, screen, options.json)), tape: dir };
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else screen.print(summaryText(summary, undefined));
  // An import decided nothing, so there is nothing to be equal to.
  const recorded = exact && !imported ? (tape.manifest.summary?.decisionHash ?? last?.checkpoint.hash) : undefined;
  return verdict(summary, tape, config, options.expectHash ?? recorded);
}

function verdict(summary: RunSummary, tape: Tape, config: RunConfig, expected: string | undefined): number {
  const { firstMismatch } = summary.verified ?? {};
  const wrong = expected !== undefined && expected !== summary.decisionHash;
  if (!wrong && firstMismatch === undefined) return 0;
  const wanted = expected ?? firstMismatch?.expected ?? '';
  const changed = changedPlugins(tape, config);
  const cause =
    changed.length === 0
      ? 'The plugins are those of the recorded run. Does one of them read a clock or roll dice of its own?\n'
      : `Changed since: ${changed.join(', ')}\n`;
  process.stderr.write(`The replay decided differently: hash ${summary.decisionHash}, expected ${wanted}\n${cause}`);
  return 1;
}

/** Strategies and rules whose version, or content, is not what the run was recorded with. */
function changedPlugins(tape: Tape, config: RunConfig): readonly string[] {
  const { plugins, versions } = tape.manifest.run;
  const changed = [...config.strategies, ...config.risk]
    .filter(({ key, version }) => plugins[key] !== undefined && plugins[key] !== version)
    .map(({ key, version }) => `${key} (${plugins[key] ?? ''}, now ${version})`);
  return versions.millrace === packageVersion
    ? changed
    : [`millrace (${versions.millrace}, now ${packageVersion})`, ...changed];
}

function speedOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const factor = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1]);
  if (factor > 0) return factor;
  throw badOption(
    '--speed',
    text,
    'max, or a multiple of the recorded pace such as 1x, 5x or 500x',
    'write --speed 5x',
  );
}

function instant(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return toMicros(ms);
  throw badOption(option, text, 'an ISO 8601 instant', `write ${option} 2025-09-17T13:30:00Z`);
}

const noStrategies = (dir: string): MillraceError =>
  new MillraceError({
    code: 'NO_STRATEGIES',
    where: { file: dir },
    was: 'an imported recording, which brings no strategies',
    expected: 'a configuration with the strategies to run over it',
    fix: `runtime replay ${dir} --config <file>`,
  });

/** A span without a row would replay nothing, and call it equal. */
function refuseEmptySpan(tape: Tape, from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY): void {
  const all = tape.recording();
  if (from < until && from <= all.until && until > all.from) return;
  const was = [
    Number.isFinite(from) ? `--from ${isoMicros(from)}` : '',
    Number.isFinite(until) ? `--until ${isoMicros(until)}` : '',
  ];
  throw badOption(
    '--from, --until',
    was.join(' ').trim(),
    `a span that meets the recording, ${isoMicros(all.from)} to ${isoMicros(all.until)}`,
    'choose a moment between the two',
  );
}

const badOption = (path: string, was: string, expected: string, fix: string): MillraceError =>
  new MillraceError({ code: 'BAD_OPTION', where: { path }, was, expected, fix });
