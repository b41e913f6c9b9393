import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { answerTo } from './answer.ts';
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
  ])('refuses %s with exit code 2 and starts nothing', async (name, place, code) => {
    const result = await answerTo([command, broken(name)], { cwd });
    expect(result.code).toBe(2);
    expect(result.out).toBe('');
    expect(result.err).toContain(`${name}.yaml${place}`);
    expect(result.err).toContain(`  code      ${code}`);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('prints one JSON object and nothing else when asked for JSON', async () => {
    const result = await answerTo([command, broken('misspelt-section'), '--json'], { cwd });
    expect(result.code).toBe(2);
    expect(result.err).toBe('');
    const { problems } = JSON.parse(result.out) as { problems: unknown };
    const misspelt = { code: 'CONFIG_UNKNOWN_KEY', where: { line: 3, column: 1, path: 'strategys' } };
    expect(problems).toContainEqual(
      expect.objectContaining({ ...misspelt, where: expect.objectContaining(misspelt.where) }),
    );
  });
});

describe('runtime validate', () => {
  const strategies = (count: number): string => Array.from({ length: count }, (_, i) => `  ticker/${i}: {}\n`).join('');
  const write = (name: string, head: string, count: number): string => {
    const yaml = `${head}instrument: ES\nproviders: { simulator: {} }\nstrategies:\n${strategies(count)}`;
    writeFileSync(join(cwd, name), yaml);
    return name;
  };
  afterEach(() => {
    for (const name of readdirSync(cwd)) rmSync(join(cwd, name));
  });

  it('counts what it found in good English', async () => {
    expect((await answerTo(['validate', write('one.yaml', '', 1)], { cwd })).out).toBe(
      'one.yaml is valid (paper): 1 provider, 1 strategy, 0 risk, 1 persistence, 0 services\n',
    );
    const { out } = await answerTo(['validate', write('two.yaml', '', 2)], { cwd });
    expect(out).toContain('1 provider, 2 strategies,');
  });

  it.each(['validate', 'start'])('refuses live trading without a broker, as %s does', async (command) => {
    const { code, out, err } = await answerTo([command, write('live.yaml', 'mode: live\n', 1)], { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^live\.yaml {2}mode\n {2}was {7}live\n(?: {2}.+\n)+ {2}code {6}NO_BROKER\n$/);
  });
});

describe('the command line', () => {
  it.each([
    [['stat'], '(Did you mean start?)'],
    [['validate'], "missing required argument 'config'"],
    [['validate', 'x.yaml', '--jsn'], '(Did you mean --json?)'],
    [['validate', 'nowhere.yaml'], 'no such file'],
  ])('answers %j with exit code 2 and the way out', async (args, words) => {
    const { code, out, err } = await answerTo(args, { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  it.each([
    [['new', 'stratgy', 'x'], 'kind', 'CLI_USAGE'],
    [['new', 'strategy', 'X'], 'name', 'CLI_USAGE'],
    [['plugins', 'zzz'], 'name', 'PLUGIN_NOT_FOUND'],
    [['schema', '--kind', 'x'], '--kind', 'CLI_USAGE'],
    [['import', 'foo', 'x.csv', '--out', 'x'], 'format', 'IMPORT_FORMAT'],
    [['schema', '--out', 'no/such/folder/schema.json'], 'no/such/folder/schema.json', 'CLI_FILE'],
  ])('heads the answer to %j with the place', async (args, place, problem) => {
    const { code, err } = await answerTo(args, { cwd });
    expect(code).toBe(2);
    const lines = err.trimEnd().split('\n');
    expect([lines.at(0), lines.at(-1)]).toEqual([place, `  code      ${problem}`]);
  });

  it.each([
    [['schema', '--kind', 'risk'], 0],
    [['start', broken('misspelt-section')], 2],
    [['validate', 'x.yaml', '--jsn'], 2],
  ])('answers %j as a process of its own as it does within one, and ends with exit code %i', async (args, code) => {
    const process = runCli(args, { cwd });
    expect(process).toEqual(await answerTo(args, { cwd }));
    expect(process.code).toBe(code);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('colours problems only for a terminal', () => {
    const { err } = runCli(['validate', broken('empty')], { cwd });
    expect(err).not.toContain('\u001B');
    const coloured = runCli(['validate', broken('empty')], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '' } });
    expect(coloured.err).toContain('\u001B[31m  was       an empty file');
  });
});
