import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder that holds `core`, `plugins` and `strategies`: the package itself, or its `dist` when built. */
export const codeRoot = new URL('../../', import.meta.url);

const home = codeRoot.pathname.endsWith('/dist/') ? new URL('../', codeRoot) : codeRoot;

/** Folder of the package's own package.json. */
export const packageRoot: string = fileURLToPath(home);

const manifest = JSON.parse(readFileSync(new URL('package.json', home), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};

export const packageName: string = manifest.name;
export const packageVersion: string = manifest.version;
