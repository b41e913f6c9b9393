import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder that holds `core`, `plugins` and `strategies`: the package itself, or its `dist` when built. */
export const codeRoot = new URL('../../', import.meta.url);

const home = [codeRoot, new URL('../', codeRoot)].find((folder) => named(folder) !== undefined) ?? codeRoot;

/** Folder of the package's own package.json. */
export const packageRoot: string = fileURLToPath(home);

export const packageName: string = named(home)?.name ?? 'millrace';
export const packageVersion: string = named(home)?.version ?? '0.0.0';

function named(folder: URL): { readonly name: string; readonly version: string } | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Record<
      string,
      string
    >;
    // The build may put a package.json without a name into dist, to say how its files import each other.
    return name === undefined || version === undefined ? undefined : { name, version };
  } catch {
    return undefined;
  }
}
