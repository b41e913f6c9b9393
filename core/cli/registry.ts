import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FoundPlugin, PluginRegistry } from '../config/plugin-registry.ts';
import { sectionOf } from '../config/settings.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import type { PluginKind } from '../plugin/define.ts';
import { loadPlugin } from './load-plugin.ts';
import { codeRoot, packageVersion } from './package-info.ts';

const FOLDERS: Readonly<Record<PluginKind, string>> = {
  provider: 'plugins/providers',
  strategy: 'strategies',
  risk: 'plugins/risk',
  persistence: 'plugins/persistence',
  service: 'plugins/services',
};

/**
 * The plugins of the runtime's own folders, of a user's files and of npm packages.
 *
 * `type` and `type/name` name a built-in plugin, `./file.ts` and `./file.ts/name` a file beside the configuration,
 * anything else a package that is installed where the configuration stands.
 */
export function createRegistry(root: string = fileURLToPath(codeRoot)): PluginRegistry {
  const listings = new Map<PluginKind, ReadonlyMap<string, string>>();
  const builtIn = (kind: PluginKind): ReadonlyMap<string, string> => {
    const known = listings.get(kind) ?? listFolder(join(root, FOLDERS[kind]));
    listings.set(kind, known);
    return known;
  };
  const types = (kind: PluginKind): readonly string[] => [...builtIn(kind).keys()].sort();

  const load = async (kind: PluginKind, key: string, baseDir: string): Promise<FoundPlugin> => {
    const own = builtIn(kind).get(typeOf(key));
    if (own !== undefined) return { plugin: await loadPlugin(own, kind), version: packageVersion };
    const file = isRelative(key) ? userFile(key, baseDir) : packageEntry(key, baseDir);
    if (file === undefined) throw notFound(kind, key, types);
    return { plugin: await loadPlugin(file, kind), version: contentHash(file) };
  };
  return { types, load };
}

/** The key without the name of the instance; a scope is part of a package's name. */
const typeOf = (key: string): string =>
  key
    .split('/')
    .slice(0, key.startsWith('@') ? 2 : 1)
    .join('/');

const isRelative = (key: string): boolean => /^(\.{1,2}\/|\/)/.test(key);

/** `stem` → file, for `stem.ts`, `stem.js` and `stem/index.ts`. */
function listFolder(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    const path = join(folder, entry.name);
    const stem = entry.isDirectory() ? entry.name : /^(.+?)(?<!\.d)\.[jt]s$/.exec(entry.name)?.[1];
    const files = entry.isDirectory() ? [join(path, 'index.ts'), join(path, 'index.js')] : [path];
    const file = files.find((candidate) => existsSync(candidate));
    if (stem !== undefined && file !== undefined) found.set(stem, file);
  }
  return found;
}

/** A file, a folder with an index, or either without its ending; a last `/name` tells instances apart. */
function userFile(key: string, baseDir: string): string | undefined {
  const [, written = key] = /^(.*\.[cm]?[jt]s)\/[^/]+$/.exec(key) ?? [];
  const path = resolve(baseDir, written);
  const candidates = [path, `${path}.ts`, `${path}.js`, join(path, 'index.ts'), join(path, 'index.js')];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

/** Entry file of an installed package; `pkg/name` and `@scope/pkg/name` are second instances. */
function packageEntry(key: string, baseDir: string): string | undefined {
  const require = createRequire(join(baseDir, 'config.js'));
  const name = typeOf(key);
  // Names of Node's own modules resolve to themselves and are no plugins.
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(name)) return undefined;
  for (const folder of require.resolve.paths(`${name}/package.json`) ?? []) {
    const home = join(folder, name);
    if (existsSync(join(home, 'package.json'))) return entryOf(home);
  }
  return undefined;
}

function entryOf(home: string): string | undefined {
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Record<string, unknown>;
  const target = [exported(manifest['exports']), manifest['main'], 'index.js'].find(
    (entry) => typeof entry === 'string',
  );
  const file = join(home, String(target));
  return existsSync(file) ? file : undefined;
}

/** Target of the package's front door for `import`. */
function exported(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  const doors = entry as Record<string, unknown>;
  return exported(doors['.'] ?? doors['import'] ?? doors['node'] ?? doors['default']);
}

function contentHash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
}

function notFound(kind: PluginKind, key: string, types: (kind: PluginKind) => readonly string[]): MillraceError {
  const type = typeOf(key);
  if (isRelative(key)) {
    return problem(
      `${key}, which is not a file`,
      `a ${kind} in a .ts or .js file, relative to the configuration`,
      'check the path',
    );
  }
  const other = (['provider', 'strategy', 'risk', 'persistence', 'service'] as const).find(
    (each) => each !== kind && types(each).includes(type),
  );
  const known = types(kind);
  const meant = nearest(type, known);
  const fix =
    other !== undefined
      ? `${type} is a ${other}: move it below ${sectionOf(other)}`
      : meant !== undefined
        ? `did you mean ${meant}?`
        : `write ./file.ts for a file of your own, or npm install ${type}`;
  return problem(
    type,
    `a known ${kind}: ${known.join(', ') || 'there is none'}; a file as ./file.ts; or an installed package`,
    fix,
  );
}

const problem = (was: string, expected: string, fix: string): MillraceError =>
  new MillraceError({ code: 'PLUGIN_NOT_FOUND', where: {}, was, expected, fix });
