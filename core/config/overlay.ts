import { parse } from 'yaml';
import type { Problem } from '../errors/millrace-error.ts';
import type { Path, Places } from './places.ts';

type Tree = Record<string, unknown>;

/**
 * Lays `path=value` settings of the command line over a tree, in order. The value is read as YAML. Keys may contain
 * dots (`strategies../mine.ts.quantity=2`): at each level the longest key that is already there wins.
 */
export function overlay(tree: Tree, places: Places, settings: readonly string[]): { tree: Tree; problems: Problem[] } {
  const result = structuredClone(tree);
  const problems: Problem[] = [];
  for (const setting of settings) {
    const split = setting.indexOf('=');
    const label = `--set ${split > 0 ? setting.slice(0, split) : setting}`;
    const value = split > 0 ? readValue(setting.slice(split + 1)) : undefined;
    if (value === undefined) {
      problems.push({
        code: 'CONFIG_BAD_SETTING',
        where: { file: label },
        was: split > 0 ? 'a value that is not YAML' : 'no path=value',
        expected: 'path=value, with the value as it would stand in the file',
        fix: 'for example --set strategies.sma-cross.quantity=2',
      });
      continue;
    }
    const path = place(result, setting.slice(0, split), value.value);
    places.replace(path, { file: label });
  }
  return { tree: result, problems };
}

function readValue(text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text) };
  } catch {
    return undefined;
  }
}

/** Sets the value, making maps on the way down, and returns the path that it went to. */
function place(tree: Tree, wanted: string, value: unknown): Path {
  const path: string[] = [];
  let level = tree;
  for (let rest = wanted; ; ) {
    const { key, below } = nextKey(level, rest);
    path.push(key);
    if (below === undefined) {
      level[key] = value;
      return path;
    }
    const child = level[key];
    if (typeof child !== 'object' || child === null) level[key] = {};
    level = level[key] as Tree;
    rest = below;
  }
}

function nextKey(level: Tree, rest: string): { key: string; below: string | undefined } {
  const known = Object.keys(level)
    .filter((key) => rest === key || rest.startsWith(`${key}.`))
    .sort((a, b) => b.length - a.length)[0];
  const dot = rest.indexOf('.', 1);
  const key = known ?? (dot === -1 ? rest : rest.slice(0, dot));
  return { key, below: rest.length > key.length ? rest.slice(key.length + 1) : undefined };
}
