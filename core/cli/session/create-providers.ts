import type { Logger } from 'pino';
import type { RunConfig } from '../../config/run-config.ts';
import { SeededRandom } from '../../domain/random.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import type { Provider } from '../../plugin/provider.ts';
import { logOf } from '../../runtime/log.ts';
import { wallScheduler } from '../../runtime/wall.ts';

export interface NamedProvider {
  readonly name: string;
  readonly provider: Provider;
}

/** Creates the providers of a configuration, in YAML order. Nothing is connected yet. */
export async function createProviders(config: RunConfig, logger: Logger): Promise<readonly NamedProvider[]> {
  const made: NamedProvider[] = [];
  for (const { key, plugin, options } of config.providers) {
    const provider = await plugin.create({
      name: key,
      options,
      requested: config.instruments.filter((spec) => spec.provider === undefined || spec.provider === key),
      log: logOf(logger, key),
      random: new SeededRandom(config.seed, key),
      wall: wallScheduler,
      baseDir: config.baseDir,
    });
    made.push({ name: key, provider });
  }
  const clocks = new Set(made.map(({ provider }) => clockOf(provider)));
  const recordings = made.filter(({ provider }) => provider.recording !== undefined);
  if (clocks.size > 1 || recordings.length > 1) throw twoClocks(made);
  return made;
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
