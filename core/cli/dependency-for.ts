import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { packageName, packageRoot, packageVersion } from './package-info.ts';

/**
 * What a new project's package.json should ask for, so that it gets the runtime that made it: the path of a clone, what
 * the surrounding project asks for when the package is installed there, else the version.
 */
export function dependencyFor(folder: string): string {
  if (!packageRoot.split(/[\\/]/).includes('node_modules')) return fileSpec(folder, packageRoot);
  const installer = resolve(packageRoot, '..', '..');
  const asked = askedBy(installer);
  if (asked?.startsWith('file:')) return fileSpec(folder, resolve(installer, asked.slice('file:'.length)));
  return asked ?? `^${packageVersion}`;
}

function askedBy(installer: string): string | undefined {
  const file = join(installer, 'package.json');
  if (!existsSync(file)) return undefined;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string> | undefined>;
  return manifest['dependencies']?.[packageName] ?? manifest['devDependencies']?.[packageName];
}

/** npm reads `file:` paths from the folder of the package.json. */
const fileSpec = (folder: string, target: string): string => `file:${relative(folder, target) || '.'}`;
