import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { documents, root } from './blocks.ts';
import { Workspace } from './workspace.ts';

/** Languages whose blocks are shown and not run. */
const SHOWN = ['text', 'python', 'sql'];

function run(args: readonly string[], cwd: string): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

const urlOf = (file: string): string => JSON.stringify(pathToFileURL(join(root, file)).href);

/** Does for each file what the command line does for one: it loads the command line once instead of once per file. */
const validateAll = (configs: readonly { readonly folder: string; readonly name: string }[]): string => `
  import { execute } from ${urlOf('core/cli/execute.ts')};
  import { installHooks } from ${urlOf('core/cli/hooks.ts')};
  installHooks();
  for (const { folder, name } of ${JSON.stringify(configs)}) {
    process.chdir(folder);
    process.exitCode ||= await execute(['validate', name]);
  }
`;

describe('what the documents show', () => {
  const workspaces = documents.map((document) => new Workspace(document));
  const all = workspaces.flatMap(({ blocks, folder }) => blocks.map((block) => ({ ...block, folder })));
  const files = all.flatMap(({ marks, folder }) => {
    const name = marks.get('file');
    return name === undefined ? [] : [{ folder, name, path: join(folder, name) }];
  });
  afterAll(() => {
    for (const workspace of workspaces) workspace.remove();
  });

  it('is run, or is in a language that is only shown', () => {
    const known = ['sh', ...SHOWN];
    const loose = all.filter(({ language, marks }) => !known.includes(language) && !marks.has('file'));
    expect(loose.map(({ at, language }) => `${at}: ${language} without file=`)).toEqual([]);
    expect(files.filter(({ name }) => name.endsWith('.ts')).length).toBeGreaterThanOrEqual(6);
  });

  it('type-checks as a stranger would check it', () => {
    const compilerOptions = {
      target: 'ES2023',
      lib: ['ES2024'],
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
      paths: { millrace: [join(root, 'core/index.ts')], 'millrace/testing': [join(root, 'core/testing/index.ts')] },
    };
    const home = workspaces[0];
    const typed = files.filter(({ name }) => name.endsWith('.ts')).map(({ path }) => path);
    home?.write('tsconfig.json', JSON.stringify({ compilerOptions, files: typed }));
    const { code, output } = run([join(root, 'node_modules/typescript7/bin/tsc'), '-p', home?.folder ?? ''], root);
    expect(code, output).toBe(0);
  });

  it('loads as a configuration, plugins included', () => {
    const configs = files.filter(({ name }) => name.endsWith('.yaml'));
    expect(configs).not.toEqual([]);
    const { code, output } = run(['--input-type=module', '--eval', validateAll(configs)], root);
    expect(code, output).toBe(0);
    expect(output.match(/\S+(?= is valid)/g)).toEqual(configs.map(({ name }) => name));
  });

  it('passes as a test', () => {
    const [home] = workspaces;
    const alias = { 'millrace/testing': join(root, 'core/testing/index.ts'), millrace: join(root, 'core/index.ts') };
    const tests = files.filter(({ name, folder }) => name.endsWith('.test.ts') && folder === home?.folder);
    home?.write('vitest.config.js', `export default ${JSON.stringify({ resolve: { alias } })};\n`);
    const { code, output } = run(
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot'],
      home?.folder ?? '',
    );
    expect(code, output).toBe(0);
    expect(output).toMatch(new RegExp(`Tests .*${tests.length} passed`));
  });
});
