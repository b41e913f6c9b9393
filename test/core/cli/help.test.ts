import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../../../core/cli/program.ts';
import { describeWithData, sharedData } from '../../helpers/shared-data.ts';
import { answerTo } from './answer.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = buildProgram(() => {});

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

/** Commands that the help shows, as a person would type them. */
const examplesOf = (command: Command): readonly string[] =>
  [...helpOf(command).matchAll(/^ {2}\$ (runtime .*?)(?: {2,}#.*)?$/gm)].map(([, line = '']) => line);

describe('the help', () => {
  it('puts every command into a group, in this order', () => {
    const groups = [...helpOf(program).matchAll(/^([A-Z][a-z ]+):\n((?: {2}.*\n)+)/gm)].map(
      ([, heading, lines = '']) => [heading, [...lines.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name)],
    );
    expect(groups.slice(1, 6)).toEqual([
      ['Run a market', ['start', 'replay']],
      ['Try connections', ['connect', 'certify']],
      ['Look at recordings', ['import', 'inspect', 'analyse', 'export', 'hash', 'diff']],
      ['Write configurations and plugins', ['validate', 'schema', 'plugins', 'new']],
      ['Help', ['help']],
    ]);
  });

  it('ends with three examples', () => {
    const [heading, ...lines] = helpOf(program).trimEnd().split('\n').slice(-4);
    expect(heading).toBe('Examples:');
    expect(lines.map((line) => line.split(' ')[3])).toEqual(['runtime', 'runtime', 'runtime']);
  });

  it.each(program.commands.map((command) => [command.name(), command] as const))(
    'of %s shows an example, and files that are there',
    (name, command) => {
      const [example = '', ...others] = examplesOf(command);
      expect(others).toEqual([]);
      expect(example).toMatch(new RegExp(`^runtime ${name}( |$)`));
      const configs = example.match(/\bconfig\/[\w-]+\.yaml/g) ?? [];
      expect(configs.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    },
  );

  it('is no fault', async () => {
    expect(await answerTo(['--help'])).toMatchObject({ code: 0, err: '' });
  });
});

describeWithData('the examples of the help', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'millrace-help-'));
  afterAll(() => rmSync(cwd, { recursive: true }));
  beforeAll(() => {
    // A clone with LEAN's data folder in it.
    symlinkSync(join(root, 'config'), join(cwd, 'config'));
    symlinkSync(sharedData('lean/future'), join(cwd, 'future'));
  });
  // Those that name a run are tried by the tests of the README, on runs of their own.
  const tried = ['import', 'inspect', 'analyse', 'export', 'validate', 'plugins', 'new'];
  const examples = program.commands.filter((command) => tried.includes(command.name())).flatMap(examplesOf);

  it.each([...examples, ...examplesOf(program).filter((line) => !line.includes('--for'))])('%s works', async (line) => {
    const { code, err } = await answerTo(line.split(' ').slice(1), { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
