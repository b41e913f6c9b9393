import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** Compiles folders of the project into another one, as they are published. Ends the process when that fails. */
export function compile(folders: readonly string[], out: string): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const settings = join(out, 'tsconfig.json');
  const include = folders.map((folder) => join(root, folder));
  const compilerOptions = { rootDir: root, outDir: out };
  writeFileSync(settings, JSON.stringify({ extends: join(root, 'tsconfig.build.json'), compilerOptions, include }));
  const compiler = join(root, 'node_modules/typescript7/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', settings], { stdio: 'inherit' });
  rmSync(settings);
  if (status !== 0) process.exit(status ?? 1);

  // The nearest package.json decides what '#core' means: source in the clone, JavaScript here.
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const manifest = {
    name,
    version,
    private: true,
    type: 'module',
    imports: { '#core': './core/index.js', '#core/testing': './core/testing/index.js' },
  };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
