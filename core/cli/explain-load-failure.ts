import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../errors/millrace-error.ts';

type Fault = Pick<Problem, 'code' | 'was' | 'expected' | 'fix'>;

/** What went wrong while a plugin's file was imported, in the words of its author. */
export function explainLoadFailure(error: unknown, file: string): Fault {
  const { name, message, code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return {
      code: 'PLUGIN_SYNTAX',
      was: `${short(file)} is TypeScript inside node_modules`,
      expected: 'JavaScript in an installed package; Node does not strip types there',
      fix: 'build the package to JavaScript before it is published',
    };
  }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return missingImport(message, file);
  if (name === 'SyntaxError') return syntaxFault(error as Error, file);
  const at = ownFrame(error, file);
  return {
    code: 'PLUGIN_THREW',
    was: `${at ?? short(file)} throws while it loads: ${name === 'Error' ? '' : `${name}: `}${message}`,
    expected: 'a file that can be imported',
    fix: 'move work that can fail into create()',
  };
}

function missingImport(message: string, file: string): Fault {
  const [, wanted = 'a module', by = file] = /'([^']+)'(?: imported from (.+))?/.exec(message) ?? [];
  const isFile = wanted.startsWith('/') || wanted.startsWith('file:');
  return {
    code: 'PLUGIN_IMPORT_NOT_FOUND',
    was: `${short(by)} imports ${isFile ? short(wanted) : wanted}, which does not exist`,
    expected: isFile ? 'a file that is there' : 'an installed package',
    fix: isFile ? 'correct the path of the import' : `npm install ${wanted}`,
  };
}

interface Spot {
  readonly place: string;
  readonly frame: string;
}

function syntaxFault(error: Error, file: string): Fault {
  const spot = spotOf(error.stack ?? '') ?? spotOf(checkSyntax(file).replace('[stdin]', file));
  const place = spot?.place ?? short(file);
  const frame = spot === undefined || spot.frame === '' ? '' : `\n${spot.frame}`;
  const construct = unsupported(error, spot?.frame ?? '');
  if (construct !== undefined) {
    return {
      code: 'PLUGIN_UNSUPPORTED_TYPESCRIPT',
      was: `${place} has ${construct.name}${frame}`,
      expected: 'TypeScript that Node can run by removing the types',
      fix: construct.fix,
    };
  }
  const [, source, name] = /module '([^']+)' does not provide an export named '([^']+)'/.exec(error.message) ?? [];
  if (source !== undefined) {
    return {
      code: 'PLUGIN_IMPORT_NOT_FOUND',
      was: `${place} imports ${name}, which ${source} does not export${frame}`,
      expected: 'a name that is exported',
      fix: `correct the name; if it is a type, write: import type { ${name} } from '${source}'`,
    };
  }
  return {
    code: 'PLUGIN_SYNTAX',
    was: `${place} does not parse: ${error.message}${frame}`,
    expected: 'valid TypeScript or JavaScript',
    fix: frame === '' ? 'correct that line, or what the file breaks off in' : 'correct the line that is shown',
  };
}

const REPLACEMENTS: readonly (readonly [RegExp, string, string])[] = [
  [/enum/, 'an enum', "use a union of texts: type Side = 'buy' | 'sell', or an object with `as const`"],
  [/namespace|module declaration/, 'a namespace', 'use a module of its own, or a plain object'],
  [/parameter property/, 'a parameter property', 'declare the field and assign it in the constructor'],
  [/import equals/, 'import … = require()', "write import name from 'module'"],
  [/export assignment/, 'export =', 'write export default'],
  [/angle-bracket|type assertion/i, 'a <Type> assertion', 'write value as Type'],
];

function unsupported(error: Error, frame: string): { name: string; fix: string } | undefined {
  // Types are stripped from decorators, not the decorators themselves; V8 then stumbles over the @.
  if (/^\s*@\w/.test(frame) && (error as NodeJS.ErrnoException).code === undefined) {
    return { name: 'a decorator', fix: 'call the function yourself: const wrapped = decorate(thing)' };
  }
  if ((error as NodeJS.ErrnoException).code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return undefined;
  const known = REPLACEMENTS.find(([pattern]) => pattern.test(error.message));
  return known === undefined
    ? { name: error.message.replace(/^TypeScript | is not supported.*$/g, ''), fix: 'write it in plain JavaScript' }
    : { name: known[1], fix: known[2] };
}

/**
 * Reads what Node prints above a syntax error: `file:line`, then the source with carets below the fault, or with `>` in
 * front of its lines when there are several.
 */
function spotOf(stack: string): Spot | undefined {
  const lines = stack.split('\n');
  const [, file, line] = /^(.+):(\d+)$/.exec(lines[0] ?? '') ?? [];
  if (file === undefined) return undefined;
  const caret = lines.findIndex((text) => /^\s*\^+\s*$/.test(text));
  const marked = lines.find((text) => /^ {2}> \s*\S/.test(text))?.slice(4) ?? '';
  const [source, below] =
    caret > 0 ? [lines[caret - 1] ?? '', lines[caret] ?? ''] : [marked, marked.replace(/\S.*/, '^')];
  // A file that breaks off has nothing to show at its end.
  if (source.trim() === '') return { place: `${short(file)}:${line}`, frame: '' };
  const frame = [source, below].map((text) => `            ${text}`).join('\n');
  return { place: `${short(file)}:${line}:${below.indexOf('^') + 1}`, frame };
}

/** V8 keeps the position of an error in a module to itself, except when a process dies of it. Removed types leave blanks. */
function checkSyntax(file: string): string {
  const source = readFileSync(file, 'utf8');
  const input = file.endsWith('ts') ? stripTypeScriptTypes(source) : source;
  return spawnSync(process.execPath, ['--check', '--input-type=module', '-'], { encoding: 'utf8', input }).stderr;
}

function ownFrame(error: unknown, file: string): string | undefined {
  const frame = (error as Error).stack?.split('\n').find((line) => line.includes(file));
  const position = /(:\d+:\d+)\)?$/.exec(frame ?? '')?.[1];
  return position === undefined ? undefined : short(file) + position;
}

function short(file: string): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const below = relative(process.cwd(), path);
  return below.startsWith('..') ? path : below;
}
