import { inspect } from 'node:util';
import type { Logger } from 'pino';
import type { LoadedProvider, RunConfig } from '../../config/run-config.ts';
import { SeededRandom } from '../../domain/random.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { createNet } from '../../net/create-net.ts';
import { masked } from '../../net/masked.ts';
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
  try {
    for (const loaded of config.providers) made.push(await createProvider(loaded, config, { logger, limits }));
  } catch (error) {
    for (const { close } of made) await close();
    throw error;
  }
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
  const net = createNet({
    link: meter,
    limits,
    onSocket: () => {
      meter.networked = true;
    },
    onProblem: (what, error) => log.warn(`${what} failed`, { err: asError(error) }),
  });
  try {
    const provider = await plugin.create({
      name: key,
      options: loopback === undefined ? options : { ...(options as object), ...loopback.options },
      requested,
      log,
      random: new SeededRandom(config.seed, key),
      wall: wallScheduler,
      net,
      link: meter,
      baseDir: config.baseDir,
    });
    const close = async (): Promise<void> => {
      await provider.close?.();
      await loopback?.stop();
    };
    return { name: key, provider, meter, connection: settings.connection, close };
  } catch (error) {
    await loopback?.stop();
    throw error;
  }
}

/** Enough of a frame to tell what it was, without the token that it may bring. */
function shortened(sample: unknown): string {
  return masked(textOf(sample), { url: '' }).slice(0, SAMPLE_LENGTH);
}

function textOf(sample: unknown): string {
  if (typeof sample === 'string') return sample;
  if (sample instanceof Uint8Array) return Buffer.from(sample.subarray(0, SAMPLE_LENGTH)).toString('hex');
  try {
    return JSON.stringify(sample) ?? String(sample);
  } catch {
    // It holds itself, or a number that JSON cannot have: whoever reports a bad frame must not fail over it.
    return inspect(sample);
  }
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
