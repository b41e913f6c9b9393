import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { type ConnectionSettings, openTape, type Provider, type Tape } from '#core';
import type { RunConfig } from '../../../../core/config/run-config.ts';
import type { LinkMeter } from '../../../../core/runtime/connections/link-meter.ts';
import { driveProviders } from '../../../../core/runtime/drivers/drive-providers.ts';
import { createLogger } from '../../../../core/runtime/log.ts';
import { Run } from '../../../../core/runtime/run.ts';
import type { RunSummary } from '../../../../core/runtime/summary.ts';
import tapePlugin from '../../../../plugins/persistence/tape.ts';

const logger = createLogger('json', 'silent');

export interface LiveProvider {
  readonly name: string;
  readonly provider: Provider;
  readonly meter?: LinkMeter;
  readonly connection?: Partial<ConnectionSettings>;
}

/** A run on the wall clock, which is vitest's: see fake-wall.ts. Files and promises take their real time. */
export async function startLive(config: RunConfig, folder: string, providers: readonly LiveProvider[]) {
  const tape = {
    key: 'tape',
    plugin: tapePlugin,
    options: tapePlugin.options.parse({ folder: 'tapes' }),
    version: '0',
  };
  const run = new Run({
    id: 'run',
    config: { ...config, baseDir: folder, persistence: [tape] },
    mode: 'paper',
    providers,
    startedAt: Date.now() * 1000,
    ownClock: false,
    logger,
    print: () => undefined,
    version: '0',
  });
  const driver = await driveProviders(run, { providers, ownClock: false, seed: 1, forUs: undefined });
  const stop = async (): Promise<{ readonly summary: RunSummary; readonly tape: Tape }> => {
    driver.stop('the test is over');
    while (!run.ended) {
      await vi.advanceTimersByTimeAsync(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await driver.done;
    const summary = await run.finish();
    return { summary, tape: await openTape(join(folder, 'tapes', 'run')) };
  };
  return { run, driver, stop };
}

/** Epoch milliseconds at which the day of `useFakeDay` begins. */
export const T0 = Date.UTC(2024, 0, 2);

/** Gives each test of a file a folder of its own, and vitest's clock from T0 on. The file itself mocks wall.ts. */
export function useFakeDay(): { readonly folder: string } {
  const day = { folder: '' };
  beforeEach(() => {
    day.folder = mkdtempSync(join(tmpdir(), 'millrace-live-'));
    // Only what fake-wall.ts hands out is faked: files need the rest.
    const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] as const;
    vi.useFakeTimers({ now: T0, toFake: [...toFake] });
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(day.folder, { recursive: true, force: true });
  });
  return day;
}

/** Lets the clock run to so many milliseconds after T0. */
export const to = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(T0 + ms - Date.now()));

/** The inputs on a tape that are not the run's own. */
export async function inputsOn(tape: Tape): Promise<readonly { kind: string; payload: unknown }[]> {
  const found: { kind: string; payload: unknown }[] = [];
  const everything = { current: () => [], wants: () => true, changes$: undefined as never };
  for await (const { runs } of tape.recording().batches(everything))
    for (const part of runs) if ('input' in part) found.push({ kind: part.input.kind, payload: part.input.payload });
  return found.filter(({ kind }) => ['gap', 'backfill', 'report', 'status'].includes(kind));
}
