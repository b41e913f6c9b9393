import type { Logger } from 'pino';
import type { LoadedProvider, RunConfig } from '../../config/run-config.ts';
import { SeededRandom } from '../../domain/random.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { createNet } from '../../net/create-net.ts';
import type { RateLimit } from '../../plugin/net.ts';
import type { Provider } from '../../plugin/provider.ts';
import { asError } from '../../runtime/as-error.ts';
import { LinkMeter } from '../../runtime/connections/link-meter.ts';
import type { DrivenProvider } from '../../runtime/drivers/drive-providers.ts';
import { logOf } from '../../runtime/log.ts';
import { wallScheduler } from '../../runtime/wall.ts';
import { startLoopback } from './start-loopback.ts';

const SAMPLE_LENGTH = 200;

export interface NamedProvider extends DrivenProvider {
  /** Takes down what was opened for it. */
  readonly close: () => Promise<void>;
}

/** Creates the providers of a configuration, in YAML order. Nothing is connected yet. */
export async function createProviders(config: RunConfig, logger: Logger): Promise<readonly NamedProvider[]> {
  const made: NamedProvider[] = [];
  const limits = new Map<string, RateLimit>();
  for (const loaded of config.providers) made.push(await createProvider(loaded, config, { logger, limits }));
  const clocks = new Set(made.map(({ provider }) => clockOf(provider)));
  const recordings = made.filter(({ provider }) => provider.recording !== undefined);
  if (clocks.size > 1 || recordings.length > 1) throw twoClocks(made);
  return made;
}

/** Creates one provider, and its venue when it is to be played. */
export async function createProvider(
  { key, plugin, options, settings }: LoadedProvider,
  config: RunConfig,
  { logger, limits }: { readonly logger: Logger; readonly limits: Map<string, RateLimit> },
): Promise<NamedProvider> {
  const log = logOf(logger, key);
  const requested = config.instruments.filter((spec) => spec.provider === undefined || spec.provider === key);
  const meter = new LinkMeter((kind, sample) =>
    log.warn(`skipped a bad frame: ${kind}; more of its kind are only counted`, { sample: shortened(sample) }),
  );
  const loopback =
    settings.loopback === undefined
      ? undefined
      : await startLoopback(key, plugin, requested, settings.loopback, config.baseDir);
  const provider = await plugin.create({
    name: key,
    options: loopback === undefined ? options : { ...(options as object), ...loopback.options },
    requested,
    log,
    random: new SeededRandom(config.seed, key),
    wall: wallScheduler,
    net: createNet({
      link: meter,
      limits,
      onSocket: () => {
        meter.networked = true;
      },
      onProblem: (what, error) => log.warn(`${what} failed`, { err: asError(error) }),
    }),
    link: meter,
    baseDir: config.baseDir,
  });
  const close = async (): Promise<void> => {
    await provider.close?.();
    await loopback?.stop();
  };
  return { name: key, provider, meter, connection: settings.connection, close };
}

/** Enough of a frame to tell what it was. */
function shortened(sample: unknown): string {
  const text = typeof sample === 'string' ? sample : (JSON.stringify(sample) ?? String(sample));
  return text.slice(0, SAMPLE_LENGTH);
}

export const clockOf = ({ recording, clock = 'wall' }: Provider): 'recording' | 'wall' | 'events' =>
  recording === undefined ? clock : 'recording';

const twoClocks = (made: readonly NamedProvider[]): MillraceError =>
  new MillraceError({
    code: 'TWO_CLOCKS',
    where: { path: 'providers' },
    was: made.map(({ name, provider }) => `${name} (${clockOf(provider)})`).join(', '),
    expected: 'providers that share one clock: all live, all simulated, or one recording',
    fix: 'leave one of them out; several tapes are merged by  tape: { file: [a, b] }',
  });
