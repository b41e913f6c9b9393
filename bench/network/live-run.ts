import type { Logger } from 'pino';
import { ignoreElements, merge, Observable } from 'rxjs';
import { z } from 'zod';
import type { RunConfig } from '../../core/config/run-config.ts';
import { defineStrategy, type InstrumentSpec, type Provider, type Trade } from '../../core/index.ts';
import type { LinkMeter } from '../../core/runtime/connections/link-meter.ts';
import { driveProviders } from '../../core/runtime/drivers/drive-providers.ts';
import { Run } from '../../core/runtime/run.ts';
import { wallMicros } from '../../core/runtime/wall.ts';

interface LiveRunSetup {
  readonly name: string;
  readonly instruments: readonly InstrumentSpec[];
  readonly provider: Provider;
  readonly meter?: LinkMeter;
  /** Called with each trade of every instrument, as a strategy's function would be. */
  readonly onTrade: (trade: Trade) => void;
  readonly logger: Logger;
  readonly rest?: Partial<RunConfig>;
}

/** A run on the wall clock with one provider and a strategy that only listens to trades. Answers how to end it. */
export async function startLiveRun(setup: LiveRunSetup): Promise<() => Promise<void>> {
  const { name, instruments, provider, meter, onTrade, logger, rest } = setup;
  const listening = defineStrategy({
    type: 'listening',
    summary: 'Listens to the trades.',
    options: z.strictObject({}),
    create: ({ instruments: all, market }) =>
      merge(
        ...all.map(({ symbol }) =>
          new Observable<never>(() => market.trades(symbol).subscribe(onTrade)).pipe(ignoreElements()),
        ),
      ),
  });
  const config: RunConfig = {
    name,
    file: undefined,
    baseDir: '.',
    mode: 'paper',
    seed: 1,
    instruments,
    providers: [],
    strategies: [{ key: 'listening', plugin: listening, options: {}, version: '' }],
    risk: [],
    persistence: [],
    services: [],
    paper: { latencyUs: 0, slippageTicks: 0, feePerContract: 0 },
    run: { onStop: 'keep', barGraceUs: 0 },
    source: {},
    ...rest,
  };
  const providers = [{ name, provider, ...(meter && { meter }) }];
  const run = new Run({
    id: name,
    config,
    mode: 'paper',
    providers,
    startedAt: wallMicros(),
    ownClock: false,
    logger,
    print: () => undefined,
    version: 'bench',
  });
  const driver = await driveProviders(run, { providers, ownClock: false, seed: 1, forUs: undefined });
  return async () => {
    driver.stop('the measurement is over');
    await driver.done;
    await run.finish();
    await provider.close?.();
  };
}
