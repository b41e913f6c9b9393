import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProviderPlugin } from '#core';
import { certify } from '../../../core/cli/certify/certify.ts';
import { createRegistry } from '../../../core/cli/registry.ts';
import tiny from '../../fixtures/providers/tiny/index.ts';
import { SLOW } from '../../helpers/slow.ts';
import { leftTimers, misreadsSides, PLANTED_FAULTS } from './certify-faults.ts';

const tinyFile = new URL('../../fixtures/providers/tiny/index.ts', import.meta.url);
const failures = async (plugin: ProviderPlugin): Promise<readonly number[]> => {
  const { cases } = await certify(plugin, {});
  return cases.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
};

afterEach(() => {
  for (const timer of leftTimers.splice(0)) clearInterval(timer);
});

describe('certify', () => {
  it('passes a sound provider, and says what it could not try', async () => {
    const { cases, passed, failed, skipped, strays } = await certify(tiny, {});
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect({ passed, failed, skipped, strays }).toEqual({ passed: 26, failed: 0, skipped: 4, strays: [] });
    expect(cases.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    for (const { outcome, why } of cases) if (outcome === 'skipped') expect(why).toMatch(/^it has no|cannot play/);
  });

  it('needs a provider of at most 200 lines', () => {
    expect(readFileSync(tinyFile, 'utf8').split('\n').length).toBeLessThanOrEqual(200);
  });

  it.each(PLANTED_FAULTS.filter((_, i) => SLOW || i % 4 === 0))(
    'finds a provider that $what, by case $failing and no other',
    async ({ plugin, failing }) => {
      expect(await failures(plugin)).toEqual([failing]);
    },
  );

  it.each(SLOW ? ['binance', 'databento'] : ['databento'])('finds buyers taken for sellers in %s', async (type) => {
    const { plugin } = await createRegistry().load('provider', type, process.cwd());
    expect(await failures(misreadsSides(plugin as ProviderPlugin))).toEqual([3]);
  });

  it('plays only the cases that it was asked for', async () => {
    const { cases } = await certify(tiny, { only: [3, 20] });
    expect(cases.map(({ id, outcome }) => [id, outcome])).toEqual([
      [3, 'passed'],
      [20, 'passed'],
    ]);
  });
});
