import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTape, type ProviderPlugin } from '#core';
import { optionSchema } from '../../core/config/option-schema.ts';
import { runCli } from '../core/cli/run-cli.ts';
import { SLOW } from '../helpers/slow.ts';
import { root } from '../house/source-files.ts';

/** Providers whose venues want credentials. */
const PROVIDERS = ['bluefin', 'databento', 'finnhub', 'projectx'];

async function secretsOf(type: string): Promise<readonly string[]> {
  const { default: plugin } = (await import(join(root, `plugins/providers/${type}/index.ts`))) as {
    default: ProviderPlugin;
  };
  const { default: makeVenue } = (await plugin.loopback?.()) ?? {};
  const venue = makeVenue?.({ instruments: [] });
  await venue?.start();
  const options = venue?.options() ?? {};
  await venue?.stop();
  const { properties = {} } = optionSchema(plugin.options);
  const named = Object.entries(options).filter(([key]) => properties[key]?.secret === true);
  return named.map(([, value]) => String(value)).filter((text) => text.length > 6);
}

describe.each(PROVIDERS)('the secrets of %s', (type) => {
  let dir: string;
  let secrets: readonly string[];
  let output = '';
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'millrace-secrets-'));
    secrets = await secretsOf(type);
    for (const fault of SLOW ? ['malformed', 'drop', 'refuse'] : ['refuse']) {
      const { out, err } = runCli(
        [
          ...['start', `config/${type}-gateway.yaml`, '--for', '2s', '--json'],
          ...['--set', `persistence.tape.folder=${dir}`, '--set', `persistence.sqlite={file: ${dir}/journal.sqlite}`],
          ...['--set', `providers.${type}.loopback.faults=[{fault: ${fault}, after: 700ms}]`],
        ],
        { cwd: root, env: { LOG_LEVEL: 'trace' } },
      );
      output += out + err;
    }
  }, 60_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('are in no line that is printed', () => {
    expect(secrets.length).toBeGreaterThan(0);
    expect(output).toContain('connecting');
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([]);
  });

  it('are in no file that is written', async () => {
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(3);
    const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
    // Columns are packed; what is text in a tape are its inputs.
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isDirectory()) texts.push(await inputsOf(join(dir, entry.name)));
    }
    expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]);
  });
});

async function inputsOf(tape: string): Promise<string> {
  const { manifest, recording } = await openTape(tape);
  const parts = [JSON.stringify(manifest)];
  const nobody = { current: () => [], wants: () => true, changes$: undefined as never };
  for await (const { runs } of recording().batches(nobody)) {
    for (const each of runs) if ('input' in each) parts.push(JSON.stringify(each.input));
  }
  return parts.join('\n');
}
