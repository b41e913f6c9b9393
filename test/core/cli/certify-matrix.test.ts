import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ProviderPlugin } from '#core';
import { certificationPage } from '../../../core/cli/certify/certification-page.ts';
import { type Certificate, certify } from '../../../core/cli/certify/certify.ts';
import { createRegistry } from '../../../core/cli/registry.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const registry = createRegistry();
const certificates: Certificate[] = [];

/** Providers with a venue of their own; a tape and a simulator have none. */
async function certifiable(): Promise<readonly ProviderPlugin[]> {
  const found = await Promise.all(registry.types('provider').map((type) => registry.load('provider', type, root)));
  const plugins = found.map(({ plugin }) => plugin as ProviderPlugin);
  return plugins.filter(({ loopback }) => loopback !== undefined);
}

describe('every provider', async () => {
  it.each(await certifiable())(
    '$type passes every case that its venue can play',
    { timeout: 60_000 },
    async (plugin) => {
      const certificate = await certify(plugin, {});
      certificates.push(certificate);
      expect(certificate.cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect(certificate.strays).toEqual([]);
      expect(certificate.passed).toBeGreaterThan(20);
    },
  );

  it('stands in the matrix of docs/certification.md: run with -u', async () => {
    await expect(certificationPage(certificates)).toMatchFileSnapshot('../../../docs/certification.md');
  });
});
