import type { Logger } from 'pino';
import { loadConfig } from '../../config/load-config.ts';
import type { LoadedProvider, RunConfig } from '../../config/run-config.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { RateLimit } from '../../plugin/net.ts';
import { createLogger } from '../../runtime/log.ts';
import { resolveInstruments } from '../../runtime/resolve-instruments.ts';
import { wallMicros, wallTimers } from '../../runtime/wall.ts';
import { counted } from '../counted.ts';
import type { ConnectOptions } from '../options.ts';
import { parseFor } from '../parse-for.ts';
import { createRegistry } from '../registry.ts';
import { ConnectionTrial, type TrialReport } from '../session/connection-trial.ts';
import { createProvider, type NamedProvider } from '../session/create-providers.ts';
import { explainFailure } from '../session/explain-failure.ts';
import { trialText } from '../session/print-trial.ts';

/** `runtime connect <config>`: 0 when every provider was live and all its streams are accounted for, 1 otherwise. */
export async function runConnect(file: string, options: ConnectOptions): Promise<number> {
  const forUs = parseFor(options.for);
  const config = await loadConfig(file, createRegistry(), { env: process.env, set: options.set });
  const logger = createLogger(options.json ? 'json' : 'text', process.env['LOG_LEVEL'] ?? 'error');
  const say = (line: string): void => void (options.json || process.stderr.write(`${line}\n`));
  say(`${file}: connecting ${counted(config.providers.length, 'provider')} for ${options.for}; Ctrl-C ends it`);
  const reports = await tryAll(config, logger, { forUs, say });
  const ok = reports.every((report) => report.ok);
  if (options.json) process.stdout.write(`${JSON.stringify({ config: file, ok, providers: reports })}\n`);
  else process.stdout.write(`\n${reports.map(trialText).join('\n\n')}\n`);
  return ok ? 0 : 1;
}

interface Conduct {
  readonly forUs: number;
  readonly say: (line: string) => void;
}

type Attempt =
  | { readonly loaded: LoadedProvider; readonly named: NamedProvider; readonly createdMs: number }
  | { readonly loaded: LoadedProvider; readonly error: unknown };

async function tryAll(config: RunConfig, logger: Logger, { forUs, say }: Conduct): Promise<readonly TrialReport[]> {
  const attempts = await createAll(config, logger);
  const instruments = instrumentsOf(config, attempts);
  const stopping = new AbortController();
  let running = 0;
  const trials = attempts.map((attempt) => {
    if ('error' in attempt) return attempt;
    running++;
    const { named } = attempt;
    return new ConnectionTrial({
      ...attempt,
      instruments: instruments.filter(({ provider }) => provider === undefined || provider === named.name),
      seed: config.seed,
      onLive: (ms) => say(`  ${named.name} is live after ${ms.toFixed(0)} ms`),
      onEnd: () => {
        if (--running === 0) stopping.abort();
      },
    });
  });
  if (running === 0) stopping.abort();
  for (const trial of trials) if (trial instanceof ConnectionTrial) trial.start();
  await overOrAborted(forUs, stopping.signal);
  return Promise.all(
    trials.map((trial) => (trial instanceof ConnectionTrial ? trial.stop() : Promise.resolve(notCreated(trial)))),
  );
}

/** One after the other, and each for itself: what is wrong with one provider does not hide the others. */
async function createAll(config: RunConfig, logger: Logger): Promise<readonly Attempt[]> {
  const limits = new Map<string, RateLimit>();
  const attempts: Attempt[] = [];
  for (const loaded of config.providers) {
    const startedAt = wallMicros();
    try {
      const named = await createProvider(loaded, config, { logger, limits });
      attempts.push({ loaded, named, createdMs: (wallMicros() - startedAt) / 1000 });
    } catch (error) {
      attempts.push({ loaded, error });
    }
  }
  return attempts;
}

/** As a run would number and share them out. A provider that failed may have had anything. */
function instrumentsOf(config: RunConfig, attempts: readonly Attempt[]): readonly Instrument[] {
  const offers = attempts.map((attempt) => ({
    provider: attempt.loaded.key,
    specs:
      'named' in attempt
        ? (attempt.named.provider.instruments ?? attempt.named.provider.recording?.instruments)
        : undefined,
  }));
  const nothingOffered = config.instruments.length === 0 && offers.every(({ specs = [] }) => specs.length === 0);
  return nothingOffered ? [] : resolveInstruments(config.instruments, offers);
}

async function overOrAborted(us: number, stopped: AbortSignal): Promise<void> {
  if (stopped.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      wallTimers.clearTimeout(timer);
      process.off('SIGINT', done);
      process.off('SIGTERM', done);
      resolve();
    };
    const timer = wallTimers.setTimeout(done, us / 1000);
    process.on('SIGINT', done);
    process.on('SIGTERM', done);
    stopped.addEventListener('abort', done);
  });
}

const notCreated = ({ loaded, error }: Extract<Attempt, { error: unknown }>): TrialReport => ({
  provider: loaded.key,
  type: loaded.plugin.type,
  ok: false,
  liveAfterMs: undefined,
  capabilities: { streams: [], history: false, resumes: false, recording: false },
  instruments: [],
  streams: [],
  accountReports: {},
  statistics: undefined,
  problems: explainFailure(loaded.key, error),
});
