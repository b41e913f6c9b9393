import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MillraceError, type Problem } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import type { Plugin, PluginKind } from '../plugin/define.ts';
import { explainIssue } from './explain-issue.ts';
import { type OptionSchema, optionSchema, walkOptions } from './option-schema.ts';
import type { Path, Places } from './places.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import { splitProviderSettings, withProviderSettings } from './provider-settings.ts';
import type { LoadedPlugin, LoadedProvider, RunConfig } from './run-config.ts';
import { MASK, type Secrets } from './secrets.ts';
import { PLUGIN_SECTIONS, type PluginSection } from './settings.ts';
import { shown } from './shown.ts';

type Tree = Readonly<Record<string, unknown>>;
export type LoadedSections = Pick<RunConfig, PluginSection>;

export interface PluginCheck {
  readonly registry: PluginRegistry;
  readonly baseDir: string;
  /** Configured instruments; none means whatever the providers offer. */
  readonly symbols: readonly string[];
  readonly places: Places;
  readonly secrets: Secrets;
}

/** Loads and checks every plugin of a configuration. Nothing is thrown; what loaded is valid only without problems. */
export async function checkPlugins(
  tree: Tree,
  check: PluginCheck,
): Promise<{ loaded: LoadedSections; problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const section = async (name: PluginSection): Promise<(LoadedPlugin | LoadedProvider)[]> => {
    const loaded: (LoadedPlugin | LoadedProvider)[] = [];
    for (const [key, value] of entriesOf(tree, name, check.registry)) {
      const result = await checkPlugin(key, value, name, check);
      if ('problems' in result) problems.push(...result.problems);
      else loaded.push(result);
    }
    return loaded;
  };
  // The registry promises each plugin to be of the kind that it was asked for.
  const loaded = {
    providers: await section('providers'),
    strategies: await section('strategies'),
    risk: await section('risk'),
    persistence: await section('persistence'),
    services: await section('services'),
  } as LoadedSections;

  if (isMapOrAbsent(tree['providers']) && entriesOf(tree, 'providers', check.registry).length === 0) {
    problems.push({
      code: 'CONFIG_NO_PROVIDER',
      where: check.places.key(['providers']),
      was: 'no provider',
      expected: 'at least one source of market data',
      fix: 'add, for example:  providers: { simulator: {} }',
    });
  }
  return { loaded, problems };
}

/** Entries that are switched on. The tape is a default: it records unless the section says `tape: false`. */
function entriesOf(tree: Tree, section: PluginSection, registry: PluginRegistry): readonly [string, unknown][] {
  const given = tree[section] ?? {};
  if (!isMapOrAbsent(given)) return [];
  const taped = section === 'persistence' && registry.types('persistence').includes('tape');
  return Object.entries({ ...(taped ? { tape: {} } : {}), ...given }).filter(([, value]) => value !== false);
}

async function checkPlugin(
  key: string,
  value: unknown,
  section: PluginSection,
  check: PluginCheck,
): Promise<LoadedPlugin | LoadedProvider | { problems: readonly Problem[] }> {
  const path = [section, key];
  const found = await load(PLUGIN_SECTIONS[section], key, path, check);
  if ('problems' in found) return found;
  const { plugin, version } = found;
  const options = plugin.kind === 'provider' ? withProviderSettings(plugin.options) : plugin.options;
  const schema = optionSchema(options);
  const prepared = prepare(value ?? {}, { schema, path, check });
  const result = await options.safeParseAsync(prepared.options);
  const hidden = (at: Path): boolean => prepared.secretPaths.has(at.join('\0'));
  const issues = (result.error?.issues ?? []).flatMap((issue) =>
    explainIssue(issue, {
      schema,
      value: prepared.options,
      path,
      places: check.places,
      shown: (at, given) => (hidden(at) ? MASK : shown(given, check.places.variable(at))),
    }),
  );
  const problems = [...prepared.problems, ...issues];
  if (problems.length > 0) return { problems };
  if (plugin.kind !== 'provider') return { key, plugin, options: result.data, version };
  const { own, settings } = splitProviderSettings(result.data);
  return { key, plugin, options: own, version, settings };
}

async function load(
  kind: PluginKind,
  key: string,
  path: Path,
  { registry, baseDir, places }: PluginCheck,
): Promise<{ plugin: Plugin; version: string } | { problems: readonly Problem[] }> {
  try {
    return await registry.load(kind, key, baseDir);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { problems: error.problems.map((problem) => ({ ...problem, where: places.key(path) })) };
  }
}

interface Prepared {
  readonly options: unknown;
  readonly problems: readonly Problem[];
  readonly secretPaths: ReadonlySet<string>;
}

/**
 * Does what a schema cannot say by itself: reads secrets from files, gives a variable's text back to options that want
 * text, and checks the names of instruments.
 */
function prepare(
  value: unknown,
  { schema, path, check }: { schema: OptionSchema; path: Path; check: PluginCheck },
): Prepared {
  const problems: Problem[] = [];
  const secretPaths = new Set<string>();
  const replaced = new Map<string, unknown>();
  walkOptions(schema, value, (option, found, inner) => {
    const at = [...path, ...inner];
    const variable = check.places.variable(at);
    if (option.type === 'string' && variable !== undefined && typeof found !== 'string') {
      replaced.set(inner.join('\0'), variable.text);
    }
    if (option.secret === true) {
      secretPaths.add(at.join('\0'));
      const text = isFileReference(found) ? readSecret(found.file, at, check, problems) : (variable?.text ?? found);
      if (typeof text === 'string' || typeof text === 'number') check.secrets.add(String(text));
      if (isFileReference(found)) replaced.set(inner.join('\0'), text);
    }
    if (option.instrument === true && typeof found === 'string') problems.push(...unknownInstrument(found, at, check));
  });
  return { options: replace(value, replaced), problems, secretPaths };
}

function replace(value: unknown, by: ReadonlyMap<string, unknown>, path: Path = []): unknown {
  const id = path.join('\0');
  if (by.has(id) && path.length > 0) return by.get(id);
  if (Array.isArray(value)) return value.map((item, i) => replace(item, by, [...path, i]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, by, [...path, key])]));
}

function readSecret(file: string, path: Path, { baseDir, places }: PluginCheck, problems: Problem[]): string {
  try {
    return readFileSync(resolve(baseDir, file), 'utf8').trim();
  } catch (error) {
    problems.push({
      code: 'CONFIG_SECRET_FILE',
      where: places.value(path),
      was: `${file}: ${(error as Error).message}`,
      expected: 'a readable file that holds the secret and nothing else',
      fix: 'write the file, or correct its path; it starts at the folder of the configuration',
    });
    return MASK;
  }
}

function unknownInstrument(name: string, path: Path, { symbols, places }: PluginCheck): readonly Problem[] {
  if (symbols.length === 0 || symbols.includes(name)) return [];
  const meant = nearest(name, symbols);
  return [
    {
      code: 'CONFIG_UNKNOWN_INSTRUMENT',
      where: places.value(path),
      was: name,
      expected: `a configured instrument: ${symbols.join(', ')}`,
      fix:
        meant === undefined
          ? `add ${name} to instruments`
          : `did you mean ${meant}? Otherwise add ${name} to instruments`,
    },
  ];
}

const isFileReference = (value: unknown): value is { file: string } =>
  typeof value === 'object' && value !== null && 'file' in value && typeof value.file === 'string';

const isMapOrAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
