import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Compiles what ships into dist/: Node does not strip types from files under node_modules. */
const root = new URL('../', import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, root));

interface Manifest {
  readonly name: string;
  readonly version: string;
}
const { name, version } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as Manifest;

rmSync(path('dist'), { recursive: true, force: true });
const compiler = path('node_modules/typescript7/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', path('tsconfig.build.json')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

// The nearest package.json decides what '#core' means: source in the clone, JavaScript here.
const manifest = {
  name,
  version,
  private: true,
  type: 'module',
  imports: { '#core': './core/index.js', '#core/testing': './core/testing/index.js' },
};
writeFileSync(path('dist/package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
