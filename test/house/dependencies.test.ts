import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './source-files.ts';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest;
const [, shipped = '', optional = '', development = ''] = readFileSync(`${root}docs/dependencies.md`, 'utf8').split(
  /^## /m,
);

/** The packages of a table: `| \`name\` | why |`. */
const listed = (section: string): string[] => [...section.matchAll(/^\| `(.+?)` \| \S/gm)].map(([, name = '']) => name);

describe('dependencies', () => {
  it('that are shipped each have their reason in docs/dependencies.md', () => {
    expect(listed(shipped)).toEqual(Object.keys(manifest.dependencies));
  });

  it('that are optional each have their reason in docs/dependencies.md', () => {
    expect(listed(optional)).toEqual(Object.keys(manifest.peerDependencies));
  });

  it('for development each have their reason in docs/dependencies.md', () => {
    expect(listed(development)).toEqual(Object.keys(manifest.devDependencies));
  });

  it('are pinned to one exact version, so that a run can be repeated', () => {
    const loose = Object.entries({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.devDependencies,
    }).filter(([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it('are locked by integrity alone, without the address of a registry', () => {
    const lock = readFileSync(`${root}package-lock.json`, 'utf8');
    const addresses = [...lock.matchAll(/"resolved": "(.+?)"/g)].map(([, address]) => address);
    expect(addresses).toEqual(['tools/node-bin']);
  });
});
