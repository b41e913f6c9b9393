import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { MillraceError } from '../errors/millrace-error.ts';
import { checkConfigTree } from './check-config.ts';
import { type Environment, interpolate } from './interpolate.ts';
import { overlay } from './overlay.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import { readYaml } from './read-yaml.ts';
import type { RunConfig } from './run-config.ts';

export interface LoadOptions {
  /** Variables for `${NAME}`. */
  readonly env: Environment;
  /** `path=value` settings that win over the file. */
  readonly set?: readonly string[] | undefined;
}

/**
 * Reads a YAML configuration, fills in variables, lays settings over it, checks everything and loads the plugins.
 * Throws one MillraceError that holds every problem, each with its line and column.
 */
export async function loadConfig(file: string, registry: PluginRegistry, options: LoadOptions): Promise<RunConfig> {
  const label = shortest(file);
  const { tree, places, problems } = readYaml(readText(file, label), label);
  if (tree === undefined) throw new MillraceError(problems);

  const baseDir = dirname(resolve(file));
  // Settings first: whoever sets an option on the command line need not export the variable that it replaces.
  const laid = overlay(tree, places, options.set ?? []);
  const filled = interpolate(laid.tree, places, { env: options.env, dotenv: dotenvNames(baseDir) });
  return checkConfigTree(filled.tree as Record<string, unknown>, registry, {
    baseDir,
    file: label,
    places,
    name: basename(file).replace(/\.ya?ml$/i, ''),
    problems: [...problems, ...laid.problems, ...filled.problems],
  });
}

function readText(file: string, label: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new MillraceError(
      {
        code: 'CONFIG_NOT_FOUND',
        where: { file: label },
        was: code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : (error as Error).message,
        expected: 'a YAML file that can be read',
        fix: 'check the path; a new project starts with: runtime new project <dir>',
      },
      { cause: error },
    );
  }
}

/** Names that the `.env` beside the configuration, or in the current folder, would define. */
function dotenvNames(baseDir: string): readonly string[] {
  return [...new Set([baseDir, process.cwd()])].flatMap((folder) => {
    try {
      const lines = readFileSync(join(folder, '.env'), 'utf8').split('\n');
      return lines.flatMap((line) => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1] ?? []);
    } catch {
      return [];
    }
  });
}

/** The path as a person would type it from here. */
function shortest(file: string): string {
  const below = relative(process.cwd(), resolve(file));
  return below === '' || below.startsWith('..') ? file : below;
}
