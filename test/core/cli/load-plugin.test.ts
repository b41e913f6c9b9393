import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../../core/errors/millrace-error.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-plugins-'));
afterAll(() => rmSync(folder, { recursive: true }));

const define = (kind: string, rest = ''): string =>
  `import { define${kind} } from 'millrace';\nimport { EMPTY } from 'rxjs';\nimport { z } from 'zod';\n${rest}` +
  `export default define${kind}({ type: 'x', summary: 'X.', options: z.strictObject({}), create: () => EMPTY });\n`;

/** File → its text, the code of its fault, what the user reads, and the advice. */
const BROKEN: Readonly<Record<string, readonly [text: string, code: string, was: string, fix: string]>> = {
  'enum.ts': [
    "export enum Side {\n  buy = 'buy',\n}\n",
    'PLUGIN_UNSUPPORTED_TYPESCRIPT',
    'enum.ts:1:1 has an enum',
    'union',
  ],
  'namespace.ts': [
    '\nnamespace A {\n  export const b = 1;\n}\n',
    'PLUGIN_UNSUPPORTED_TYPESCRIPT',
    'namespace.ts:2:1 has a namespace',
    'module',
  ],
  'parameter-property.ts': [
    'export class A {\n  constructor(private readonly x: number) {}\n}\n',
    'PLUGIN_UNSUPPORTED_TYPESCRIPT',
    'parameter-property.ts:2:32 has a parameter property',
    'assign it in the constructor',
  ],
  'decorator.ts': [
    'const d = (t: unknown): unknown => t;\n@d\nexport class A {}\n',
    'PLUGIN_UNSUPPORTED_TYPESCRIPT',
    'decorator.ts:2:1 has a decorator',
    'call the function yourself',
  ],
  'import-equals.ts': [
    "import fs = require('node:fs');\n",
    'PLUGIN_UNSUPPORTED_TYPESCRIPT',
    'import-equals.ts:1:1 has import',
    'import name from',
  ],
  'syntax.ts': [
    'export const a = 1;\nexport const b = {\n  c 2,\n};\n',
    'PLUGIN_SYNTAX',
    'syntax.ts:3:5 does not parse',
    'correct the line',
  ],
  'breaks-off.ts': [
    'export default {',
    'PLUGIN_SYNTAX',
    'breaks-off.ts:1 does not parse',
    'what the file breaks off in',
  ],
  'syntax.js': [
    'export const a = 1;\nexport const b = (;\n',
    'PLUGIN_SYNTAX',
    'syntax.js:2:19 does not parse',
    'correct the line',
  ],
  'type-as-value.ts': [
    "import { Bar, Level } from 'millrace';\nexport const a: Level = [1, 2];\nexport default Bar;\n",
    'PLUGIN_IMPORT_NOT_FOUND',
    'type-as-value.ts:1:15 imports Level',
    'import type { Level }',
  ],
  'no-package.ts': [
    "import left from 'left-pad-of-nobody';\nexport default left;\n",
    'PLUGIN_IMPORT_NOT_FOUND',
    'imports left-pad-of-nobody',
    'npm install left-pad-of-nobody',
  ],
  'no-file.ts': [
    "import { a } from './gone.ts';\nexport default a;\n",
    'PLUGIN_IMPORT_NOT_FOUND',
    'gone.ts, which does not exist',
    'path of the import',
  ],
  'throws.ts': [
    "const text: string = 'late';\nthrow new RangeError(text);\n",
    'PLUGIN_THREW',
    'throws.ts:2:7 throws while it loads: RangeError: late',
    'create()',
  ],
  'no-default.ts': [
    'export const a = 1;\n',
    'PLUGIN_NO_DEFAULT_EXPORT',
    'exports a, and no default',
    'export default defineStrategy',
  ],
  'nothing.ts': ['export {};\n', 'PLUGIN_NO_DEFAULT_EXPORT', 'exports nothing', 'export default defineStrategy'],
  'a-function.ts': ['export default () => 1;\n', 'PLUGIN_NOT_A_PLUGIN', 'is a function', 'defineStrategy'],
  'by-hand.ts': [
    "export default { type: 'x', create: () => 1 };\n",
    'PLUGIN_NOT_A_PLUGIN',
    'an object with type, create',
    'defineStrategy',
  ],
  'a-risk.ts': [define('Risk'), 'PLUGIN_WRONG_KIND', 'a-risk.ts is a risk', 'move it below risk'],
  'node_modules/typed/index.ts': [
    define('Strategy'),
    'PLUGIN_SYNTAX',
    'TypeScript inside node_modules',
    'JavaScript before it is published',
  ],
};

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
const keyOf = (file: string): string => (file.startsWith('node_modules/') ? 'typed' : `./${file}`);

describe('a plugin that does not load', () => {
  let problems: readonly Problem[] = [];
  let code: number | null = null;

  beforeAll(() => {
    for (const [file, [text]] of Object.entries(BROKEN)) write(file, text);
    write('node_modules/typed/package.json', '{ "name": "typed", "type": "module", "exports": "./index.ts" }');
    const keys = Object.keys(BROKEN).map((file) => `  ${keyOf(file)}: {}\n`);
    write('broken.yaml', `providers:\n  simulator:\nstrategies:\n${keys.join('')}`);
    const result = runCli(['validate', 'broken.yaml', '--json'], { cwd: folder });
    ({ problems } = JSON.parse(result.out) as { problems: readonly Problem[] });
    ({ code } = result);
  });

  it.each(Object.entries(BROKEN))('%s is explained at its key', (file, [, expected, was, fix]) => {
    const problem = problems.find(({ where }) => where.path === `strategies.${keyOf(file)}`);
    // The first strategy stands in line 4.
    expect(problem?.where).toMatchObject({
      file: 'broken.yaml',
      line: 4 + Object.keys(BROKEN).indexOf(file),
      column: 3,
    });
    expect(problem?.code).toBe(expected);
    expect(problem?.was).toContain(was);
    expect(problem?.was, 'no blank lines').not.toMatch(/\n\s*(\n|$)/);
    expect(problem?.fix).toContain(fix);
  });

  it('ends the command with exit code 2 and nothing but these problems', () => {
    expect(code).toBe(2);
    expect(problems).toHaveLength(Object.keys(BROKEN).length);
  });
});

describe('a plugin of the user', () => {
  it('finds the runtime, RxJS and zod wherever it lies, and its own files without their ending', () => {
    write('mine/helper.ts', 'export const twice = (n: number): number => 2 * n;\n');
    write('mine/other.ts', 'export const other: number = 1;\n');
    const imports =
      "import { twice } from './helper.js';\nimport { other } from './other';\nif (twice(other) !== 2) throw new Error();\n";
    write('mine/strategy.ts', define('Strategy', imports));
    write('mine/plain.js', define('Strategy'));
    write(
      'node_modules/acme-desk/package.json',
      '{ "name": "acme-desk", "type": "module", "exports": { ".": { "import": "./main.js" } } }',
    );
    write('node_modules/acme-desk/main.js', define('Strategy'));
    write('node_modules/@acme/desk/package.json', '{ "name": "@acme/desk", "type": "module", "main": "main.js" }');
    write('node_modules/@acme/desk/main.js', define('Strategy'));
    const keys = [
      './mine/strategy.ts',
      './mine/strategy.ts/second',
      './mine/strategy',
      './mine/plain.js',
      'acme-desk',
      'acme-desk/b',
      '"@acme/desk"',
      '"@acme/desk/b"',
    ];
    write('good.yaml', `providers:\n  simulator:\nstrategies:\n${keys.map((key) => `  ${key}:\n`).join('')}`);
    const { code, out, err } = runCli(['validate', 'good.yaml', '--json'], { cwd: folder });
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ valid: true, plugins: { strategies: keys.length } });
  });
});
