import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../../../core/cli/program.ts';
import { runCli } from './run-cli.ts';

const broken = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/config/broken/${name}.yaml`, import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'millrace-validate-'));
afterAll(() => rmSync(cwd, { recursive: true }));

describe.each(['validate', 'start'])('runtime %s', (command) => {
  it.each([
    ['tab-indentation', ':3:1\n', 'CONFIG_SYNTAX'],
    ['misspelt-section', ':3:1  strategys\n', 'CONFIG_UNKNOWN_KEY'],
    ['empty', ':1:1\n', 'CONFIG_EMPTY'],
  ])('refuses %s with exit code 2 and starts nothing', (name, place, code) => {
    const result = runCli([command, broken(name)], { cwd });
    expect(result.code).toBe(2);
    expect(result.out).toBe('');
    expect(result.err).toContain(`${name}.yaml${place}`);
    expect(result.err).toContain(`  code      ${code}`);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('prints one JSON object and nothing else when asked for JSON', () => {
    const result = runCli([command, broken('misspelt-section'), '--json'], { cwd });
    expect(result.code).toBe(2);
    expect(result.err).toBe('');
    const { problems } = JSON.parse(result.out) as { problems: unknown };
    const misspelt = { code: 'CONFIG_UNKNOWN_KEY', where: { line: 3, column: 1, path: 'strategys' } };
    expect(problems).toContainEqual(
      expect.objectContaining({ ...misspelt, where: expect.objectContaining(misspelt.where) }),
    );
  });
});

describe('the command line', () => {
  it.each([
    [['stat'], '(Did you mean start?)'],
    [['validate'], "missing required argument 'config'"],
    [['validate', 'x.yaml', '--jsn'], '(Did you mean --json?)'],
    [['validate', 'nowhere.yaml'], 'no such file'],
  ])('answers %j with exit code 2 and the way out', (args, words) => {
    const { code, out, err } = runCli(args, { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  it('colours problems only for a terminal', () => {
    const { err } = runCli(['validate', broken('empty')], { cwd });
    expect(err).not.toContain('\u001B');
    const coloured = runCli(['validate', broken('empty')], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '' } });
    expect(coloured.err).toContain('\u001B[31m  was       an empty file');
  });
});

describe('the help', () => {
  const program = buildProgram(() => {});

  it('knows every command', () => {
    const commands = [
      'start',
      'replay',
      'import',
      'inspect',
      'export',
      'hash',
      'diff',
      'validate',
      'schema',
      'plugins',
      'new',
    ];
    expect(program.commands.map((command) => command.name())).toEqual(commands);
  });

  it.each(program.commands.map((command) => [command.name(), command] as const))(
    'of %s shows an example',
    (name, command) => {
      let text = '';
      command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
      expect(text).toContain(`Example:\n  $ runtime ${name}`);
    },
  );

  it('is no fault', () => {
    expect(runCli(['--help'])).toMatchObject({ code: 0, err: '' });
  });
});
