import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerTo } from './answer.ts';
import { runCli } from './run-cli.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const KINDS = ['strategy', 'risk', 'provider', 'persistence', 'service'] as const;
const cwd = mkdtempSync(join(tmpdir(), 'millrace-new-'));
afterAll(() => rmSync(cwd, { recursive: true }));

describe('runtime new', () => {
  let yaml = '';

  beforeAll(async () => {
    for (const kind of KINDS) {
      const { code, out } = await answerTo(['new', kind, `my-${kind}`, '--json'], { cwd });
      expect(code).toBe(0);
      yaml += (JSON.parse(out) as { yaml: string }).yaml;
    }
    expect((await answerTo(['new', 'project', 'demo'], { cwd })).code).toBe(0);
  });

  it('writes plugins that pass the strictest type check as they are', () => {
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'));
    const project = JSON.parse(readFileSync(join(cwd, 'demo/tsconfig.json'), 'utf8')) as { compilerOptions: object };
    const compilerOptions = {
      ...project.compilerOptions,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      types: ['node'],
      paths: { millrace: [join(root, 'core/index.ts')] },
    };
    writeFileSync(
      join(cwd, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['*.ts', 'demo/strategies'] }),
    );
    const tsc = join(root, 'node_modules/typescript7/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd, encoding: 'utf8' });
    // The check reaches into core, which has its own; what counts here are the files that were written.
    expect(stdout.split('\n').filter((line) => /^(my-|demo)/.test(line))).toEqual([]);
  });

  it('prints the lines that the configuration needs', () => {
    writeFileSync(join(cwd, 'all.yaml'), `instruments: [AAA, BBB]\n${yaml}`);
    const { code, out, err } = runCli(['validate', 'all.yaml', '--json'], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // The tape is on by default, beside the persistence that was made.
    expect(JSON.parse(out)).toMatchObject({
      plugins: { providers: 1, strategies: 1, risk: 1, persistence: 2, services: 1 },
    });
  });

  it('makes a project whose configuration checks clean and names its schema', () => {
    expect(runCli(['validate', 'demo/config.yaml'], { cwd })).toMatchObject({ code: 0, err: '' });
    const config = readFileSync(join(cwd, 'demo/config.yaml'), 'utf8');
    expect(config).toMatch(/^# yaml-language-server: \$schema=schema\.json\n/);
    expect(JSON.parse(readFileSync(join(cwd, 'demo/schema.json'), 'utf8'))).toHaveProperty('properties.strategies');
  });

  it('asks for the runtime that made the project', () => {
    const { dependencies } = JSON.parse(readFileSync(join(cwd, 'demo/package.json'), 'utf8')) as {
      dependencies: { millrace: string };
    };
    expect(dependencies.millrace).toMatch(/^file:/);
    expect(join(cwd, 'demo', dependencies.millrace.slice('file:'.length), '/')).toBe(root);
  });

  it.each([
    [['new', 'strategy', 'my-strategy'], 'my-strategy.ts'],
    [['new', 'project', 'demo'], 'config.yaml'],
  ])('overwrites nothing: %j', async (args, file) => {
    const { code, err } = await answerTo(args, { cwd });
    expect(code).toBe(2);
    expect(err).toContain(file);
    expect(err).toContain('CLI_FILE_EXISTS');
  });

  it.each([
    [['new', 'strategy', 'MyFirst_Idea'], 'runtime new strategy my-first-idea'],
    [['new', 'stratgy', 'idea'], 'did you mean strategy?'],
  ])('corrects %j', async (args, fix) => {
    const { code, err } = await answerTo(args, { cwd });
    expect(code).toBe(2);
    expect(err).toContain(fix);
  });
});
