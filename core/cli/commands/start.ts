import { loadConfig } from '../../config/load-config.ts';
import { isoMicros, toMicros } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import type { RestoredState } from '../../plugin/persistence.ts';
import { driveProviders } from '../../runtime/drivers/drive-providers.ts';
import { driveRecording } from '../../runtime/drivers/drive-recording.ts';
import { createLogger, logOf } from '../../runtime/log.ts';
import { Run } from '../../runtime/run.ts';
import { wallMicros } from '../../runtime/wall.ts';
import { counted } from '../counted.ts';
import type { StartOptions } from '../options.ts';
import { packageVersion } from '../package-info.ts';
import { parseFor } from '../parse-for.ts';
import { createRegistry } from '../registry.ts';
import { problemsOf, reportError } from '../report-error.ts';
import { conduct, Screen } from '../session/conduct.ts';
import { clockOf, createProviders, type NamedProvider } from '../session/create-providers.ts';
import { summaryText } from '../session/print-summary.ts';
import { refuseLive } from '../session/refuse-live.ts';
import { newRunId } from '../session/run-id.ts';

/**
 * `runtime start <config>`: 0 when the run ended cleanly, 1 when a strategy failed, a record was lost or a provider was given
 * up, 2 when a venue refused what the configuration says.
 */
export async function runStart(file: string, options: StartOptions): Promise<number> {
  const forUs = options.for === undefined ? undefined : parseFor(options.for);
  const config = await loadConfig(file, createRegistry(), { env: process.env, set: options.set });
  refuseLive(config);
  const logger = createLogger(options.json ? 'json' : 'text', process.env['LOG_LEVEL'] ?? 'info');
  const screen = new Screen(options.json);
  const providers = await createProviders(config, logger);
  const clock = clockOf((providers[0] as NamedProvider).provider);
  const run = new Run({
    id: newRunId(config.name),
    config,
    mode: config.mode,
    providers,
    startedAt: startOf(providers, clock),
    ownClock: clock !== 'wall',
    logger,
    print: screen.print,
    version: packageVersion,
  });
  if (!options.json)
    screen.print(`${config.name}: ${config.mode} run ${run.id}, clock ${isoMicros(run.pieces.kernel.now)}`);

  const restored = await run.pieces.journal.restore();
  const recording = providers[0]?.provider.recording;
  const driver =
    recording === undefined
      ? await driveProviders(run, { providers, ownClock: clock === 'events', seed: config.seed, forUs, restored })
      : await driveRecording(run, { recording, speed: Number.POSITIVE_INFINITY, forUs, marketOnly: true, restored });
  if (restored !== undefined) logOf(logger, 'journal').warn(restoredText(restored));
  const summary = await conduct(run, driver, screen, options.json);
  const replay = summary.tape === undefined ? undefined : `npx runtime replay ${summary.tape}`;
  const { failure } = driver;
  const problems = failure === undefined ? {} : { problems: problemsOf(failure) };
  if (options.json) process.stdout.write(`${JSON.stringify({ ...summary, ...problems })}\n`);
  else screen.print(summaryText(summary, replay));
  for (const { close } of providers) await close();
  if (failure !== undefined) return failureCode(failure);
  const failed = summary.strategies.some(({ state }) => state === 'failed') || run.pieces.journal.incomplete;
  return failed ? 1 : 0;
}

/** Told on stderr: stdout has its one object already. A venue that went away is nothing that the user could correct. */
function failureCode(failure: Error): number {
  const code = reportError(failure, { json: false });
  return failure instanceof MillraceError && failure.code === 'PROVIDER_GAVE_UP' ? 1 : code;
}

function startOf(providers: readonly NamedProvider[], clock: ReturnType<typeof clockOf>): number {
  if (clock === 'wall') return wallMicros();
  const starts = providers.map(({ provider }) => provider.recording?.from ?? toMicros(provider.startsAt ?? 0));
  return Math.min(...starts);
}

function restoredText({ run, clean, lastSeen, positions, orders }: RestoredState): string {
  const held = positions.map(({ strategy, quantity, instrument }) => `${quantity} ${instrument} (${strategy})`);
  const end = clean ? 'ended' : 'was last heard of';
  return `took over from run ${run}, which ${end} at ${isoMicros(toMicros(lastSeen))}: positions ${held.join(', ') || 'none'}; ${counted(orders.length, 'open order')}`;
}
