import { join } from 'node:path';
import { openTape, type Provider, type RecordedRun, type Recording, type StrategyPlugin, type Tape } from '#core';
import type { LoadedPlugin, RunConfig } from '../../../core/config/run-config.ts';
import { SeededRandom } from '../../../core/domain/random.ts';
import { driveProviders } from '../../../core/runtime/drivers/drive-providers.ts';
import { driveRecording } from '../../../core/runtime/drivers/drive-recording.ts';
import { createLogger, logOf } from '../../../core/runtime/log.ts';
import { Run } from '../../../core/runtime/run.ts';
import type { RunSummary } from '../../../core/runtime/summary.ts';
import { wallScheduler } from '../../../core/runtime/wall.ts';
import tapePlugin from '../../../plugins/persistence/tape.ts';
import simulator from '../../../plugins/providers/simulator/index.ts';
import { testLink, testNet } from '../../helpers/provider-rig.ts';

const logger = createLogger('json', 'silent');

export interface Loaded {
  readonly key: string;
  readonly plugin: StrategyPlugin;
  readonly options?: unknown;
}

export interface ConfigSetup extends Partial<Omit<RunConfig, 'strategies'>> {
  readonly strategies: readonly Loaded[];
}

const load = <P extends LoadedPlugin['plugin']>(key: string, plugin: P, options: unknown): LoadedPlugin<P> => ({
  key,
  plugin,
  options: plugin.options.parse(options),
  version: '0',
});

/** A configuration of two invented instruments, without rules and records. */
export function makeConfig({ strategies, ...rest }: ConfigSetup): RunConfig {
  return {
    name: 'test',
    file: undefined,
    baseDir: '.',
    mode: 'paper',
    seed: 1,
    instruments: [
      { symbol: 'ES', tickSize: 0.25, pointValue: 50 },
      { symbol: 'NQ', tickSize: 0.25, pointValue: 20 },
    ],
    providers: [],
    strategies: strategies.map(({ key, plugin, options = {} }) => load(key, plugin, options)),
    risk: [],
    persistence: [],
    services: [],
    paper: { latencyUs: 3_000, slippageTicks: 1, feePerContract: 0.5 },
    run: { onStop: 'cancel', barGraceUs: 250_000 },
    source: {},
    ...rest,
  };
}

/** An invented market, as fast as possible. */
export async function invented(
  config: RunConfig,
  market: { readonly seed: number; readonly duration: string; readonly tradesPerSecond: number },
): Promise<Provider> {
  return simulator.create({
    name: 'simulator',
    options: simulator.options.parse({ pace: 'max', ...market }),
    requested: config.instruments,
    log: logOf(logger, 'simulator'),
    random: new SeededRandom(config.seed, 'simulator'),
    wall: wallScheduler,
    net: testNet(),
    link: testLink(),
    baseDir: '.',
  });
}

/** Trades a provider's market and records it; gives the summary and the tape. */
export async function record(
  config: RunConfig,
  folder: string,
  provider: Provider,
): Promise<{ readonly summary: RunSummary; readonly tape: Tape }> {
  const providers = [{ name: 'provider', provider }];
  const run = new Run({
    id: 'run',
    config: {
      ...config,
      baseDir: folder,
      persistence: [load('tape', tapePlugin, { folder: 'tapes', batchRows: 512 })],
    },
    mode: 'paper',
    providers,
    startedAt: (provider.startsAt ?? 0) * 1000,
    ownClock: true,
    logger,
    print: () => undefined,
    version: '0',
  });
  const driver = await driveProviders(run, { providers, ownClock: true, seed: config.seed, forUs: undefined });
  await driver.done;
  const summary = await run.finish();
  return { summary, tape: await openTape(join(folder, 'tapes', run.id)) };
}

/** Replays a tape under a configuration. `recut` may cut the runs of rows further. */
export async function replay(
  config: RunConfig,
  { manifest, recording }: Tape,
  recut: (recording: Recording) => Recording = (whole) => whole,
): Promise<RunSummary> {
  const source = recut(recording());
  const run = new Run({
    id: manifest.run.id,
    config,
    mode: 'replay',
    providers: [{ name: 'tape', provider: { recording: source } }],
    startedAt: manifest.run.startedAt,
    ownClock: true,
    logger,
    print: () => undefined,
    version: '0',
  });
  const speed = Number.POSITIVE_INFINITY;
  const driver = await driveRecording(run, { recording: source, speed, marketOnly: false, forUs: undefined });
  await driver.done;
  return run.finish();
}

type RowRun = Extract<RecordedRun, { readonly chunk: unknown }>;

/** The recording with its runs of rows cut where `cut` says so: the length of the next piece. */
export const recutBy =
  (cut: () => number) =>
  (recording: Recording): Recording => ({
    ...recording,
    async *batches(demand) {
      for await (const batch of recording.batches(demand)) {
        yield {
          ...batch,
          runs: batch.runs.flatMap((run): RecordedRun[] => ('input' in run ? [run] : pieces(run, cut))),
        };
      }
    },
  });

function pieces({ chunk, from, to }: RowRun, cut: () => number): RowRun[] {
  if (from >= to) return [];
  const end = Math.min(to, from + Math.max(1, cut()));
  return [{ chunk, from, to: end }, ...pieces({ chunk, from: end, to }, cut)];
}
