import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sectionOf } from '../config/settings.ts';
import { MillraceError, type Problem } from '../errors/millrace-error.ts';
import type { Plugin, PluginKind } from '../plugin/define.ts';
import { explainLoadFailure } from './explain-load-failure.ts';

const DEFINE: Readonly<Record<PluginKind, string>> = {
  provider: 'defineProvider',
  strategy: 'defineStrategy',
  risk: 'defineRisk',
  persistence: 'definePersistence',
  service: 'defineService',
};

/** Imports a plugin's file and returns its declaration. Throws a MillraceError, without a place, when that fails. */
export async function loadPlugin(file: string, kind: PluginKind): Promise<Plugin> {
  const exported = (await importFile(file)) as { readonly default?: unknown };
  const plugin = exported.default;
  const label = shortest(file);
  if (plugin === undefined) {
    const names = Object.keys(exported);
    throw fault({
      code: 'PLUGIN_NO_DEFAULT_EXPORT',
      was: `${label} exports ${names.length === 0 ? 'nothing' : names.join(', ')}, and no default`,
      expected: 'the plugin as its default export',
      fix: `export default ${DEFINE[kind]}({ … })`,
    });
  }
  if (!isPlugin(plugin)) {
    throw fault({
      code: 'PLUGIN_NOT_A_PLUGIN',
      was: `the default export of ${label} is ${describe(plugin)}`,
      expected: `what ${DEFINE[kind]}({ type, summary, options, create }) returns`,
      fix: `export default ${DEFINE[kind]}({ … })`,
    });
  }
  if (plugin.kind !== kind) {
    throw fault({
      code: 'PLUGIN_WRONG_KIND',
      was: `${label} is a ${plugin.kind}`,
      expected: `a ${kind}`,
      fix: `move it below ${sectionOf(plugin.kind)}`,
    });
  }
  return plugin;
}

async function importFile(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw new MillraceError({ where: {}, ...explainLoadFailure(error, file) }, { cause: error });
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, type, options, create } = value as Partial<Plugin>;
  const known = typeof kind === 'string' && Object.hasOwn(DEFINE, kind) && typeof type === 'string';
  return known && typeof create === 'function' && typeof options?.safeParseAsync === 'function';
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return `an object with ${Object.keys(value).slice(0, 6).join(', ') || 'nothing in it'}`;
}

const fault = (problem: Omit<Problem, 'where'>): MillraceError => new MillraceError({ where: {}, ...problem });

/** The path as a person would type it from here. */
function shortest(file: string): string {
  const below = relative(process.cwd(), file);
  return below.startsWith('..') ? file : below;
}
