import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRegistry } from '../../../core/cli/registry.ts';
import { loadConfig } from '../../../core/config/load-config.ts';
import { splitProviderSettings, withProviderSettings } from '../../../core/config/provider-settings.ts';
import type { LoadedProvider } from '../../../core/config/run-config.ts';
import { MillraceError } from '../../../core/errors/millrace-error.ts';
import { DEFAULT_CONNECTION } from '../../../core/runtime/connections/defaults.ts';

const registry = createRegistry(fileURLToPath(new URL('../../fixtures/registry/', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The one provider of a configuration whose options are these lines. */
async function load(...lines: readonly string[]): Promise<LoadedProvider> {
  const file = join(folder, 'desk.yaml');
  const options = lines.map((line) => `    ${line}\n`).join('');
  writeFileSync(file, `instrument: ESZ5\nproviders:\n  feed:\n${options}`);
  const { providers } = await loadConfig(file, registry, { env: {}, set: [] });
  return providers[0] as LoadedProvider;
}

async function problemsOf(...lines: readonly string[]) {
  const error: unknown = await load(...lines).catch((thrown: unknown) => thrown);
  if (!(error instanceof MillraceError)) throw new Error('it was accepted');
  return error.problems.map(({ where: { line, column, path }, was, fix }) => ({
    at: `${line}:${column} ${path}`,
    was,
    fix,
  }));
}

describe('the connection of a provider', () => {
  it('is what the runtime does by default when nothing is said of it', async () => {
    expect((await load('url: ws://x')).settings).toEqual({ connection: {}, loopback: undefined });
  });

  it('is kept apart from the provider’s own options', async () => {
    const { options, settings } = await load('url: ws://x', 'connection: { attempts: 3, backfill: true }');
    expect(options).toEqual({ url: 'ws://x', retries: 3, silence: 5_000_000 });
    expect(settings.connection).toEqual({ attempts: 3, backfill: true });
  });

  it('can say everything that the runtime knows, durations in microseconds', async () => {
    const { settings } = await load(
      'connection:',
      '  connectWithin: 20s',
      '  silence: 5s',
      '  dataSilence: 1m',
      '  instrumentSilence: 0s',
      '  firstPause: 100ms',
      '  longestPause: 10s',
      '  stable: 1m',
      '  attempts: 4',
      '  reconnectBelow: 40',
      '  conflateAfter: 2s',
      '  backfill: true',
    );
    expect(settings.connection).toEqual({
      connectWithinUs: 20_000_000,
      silenceUs: 5_000_000,
      dataSilenceUs: 60_000_000,
      instrumentSilenceUs: 0,
      firstPauseUs: 100_000,
      longestPauseUs: 10_000_000,
      stableUs: 60_000_000,
      attempts: 4,
      reconnectBelow: 40,
      conflateAfterUs: 2_000_000,
      backfill: true,
    });
    expect(Object.keys(settings.connection).sort()).toEqual(Object.keys(DEFAULT_CONNECTION).sort());
  });

  it('is refused with line and column where it is wrong', async () => {
    expect(await problemsOf('connection:', '  silense: 5s')).toEqual([
      { at: '5:7 providers.feed.connection.silense', was: expect.anything(), fix: expect.stringContaining('silence') },
    ]);
    expect(await problemsOf('connection: { silence: 5 seconds }')).toEqual([
      { at: '4:28 providers.feed.connection.silence', was: '"5 seconds"', fix: 'write 5s' },
    ]);
    const [attempts, below] = await problemsOf('connection:', '  attempts: -1', '  reconnectBelow: 101');
    expect([attempts?.at, below?.at]).toEqual([
      '5:17 providers.feed.connection.attempts',
      '6:23 providers.feed.connection.reconnectBelow',
    ]);
  });
});

describe('the loopback venue of a provider', () => {
  it('has defaults for everything', async () => {
    const { settings } = await load('loopback: {}');
    expect(settings.loopback).toEqual({ seed: 1, rate: 50, faults: [] });
  });

  it('can be told what to play and what shall go wrong', async () => {
    const { settings } = await load(
      'loopback:',
      '  seed: 7',
      '  rate: 2.5',
      '  faults:',
      '    - { fault: freeze, after: 5s, lasts: 2s }',
      '    - { fault: drop, after: 10s }',
    );
    expect(settings.loopback).toEqual({
      seed: 7,
      rate: 2.5,
      faults: [
        { fault: 'freeze', after: 5_000_000, lasts: 2_000_000 },
        { fault: 'drop', after: 10_000_000 },
      ],
    });
  });

  it('is refused with line and column where it is wrong', async () => {
    const problems = await problemsOf(
      'loopback:',
      '  rate: 0',
      '  faults:',
      '    - { fault: freez, after: 5s }',
      '    - { fault: drop }',
    );
    expect(problems.map(({ at }) => at)).toEqual([
      '5:13 providers.feed.loopback.rate',
      '7:20 providers.feed.loopback.faults.0.fault',
      expect.stringMatching(/^8:\d+ providers\.feed\.loopback\.faults\.1/),
    ]);
    expect(problems[1]).toMatchObject({ was: '"freez"', fix: expect.stringContaining('freeze') });
  });
});

describe('options that are no plain map', () => {
  it('keep to themselves', () => {
    const list = z.array(z.string());
    expect(withProviderSettings(list)).toBe(list);
    expect(splitProviderSettings(['a'])).toEqual({ own: ['a'], settings: { connection: {}, loopback: undefined } });
  });

  it('keep their own checks when the settings are added to them', () => {
    const checked = z.strictObject({ low: z.number(), high: z.number() }).refine(({ low, high }) => low < high);
    const whole = withProviderSettings(checked);
    expect(whole.safeParse({ low: 1, high: 2, connection: {} }).success).toBe(true);
    expect(whole.safeParse({ low: 2, high: 1 }).success).toBe(false);
  });
});
