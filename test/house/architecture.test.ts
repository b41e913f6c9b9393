import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { IConfiguration, ICruiseResult } from 'dependency-cruiser';
import { cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './source-files.ts';

const { default: rules } = (await import(`${root}.dependency-cruiser.mjs`)) as { default: IConfiguration };
const { forbidden = [], options = {} } = rules;

/** A small house in which every rule is broken once. The rule that must notice stands beside each file. */
const bad: Record<string, { text: string; breaks: string }> = {
  'core/domain/up.ts': {
    text: "import type { Kernel } from '../kernel/kernel.ts';\nexport type Up = Kernel;",
    breaks: 'core-domain',
  },
  'core/calendar/up.ts': { text: "export * from '../plugin/define.ts';", breaks: 'core-calendar' },
  'core/errors/up.ts': { text: "export * from '../domain/tick.ts';", breaks: 'core-errors' },
  'core/indicators/up.ts': { text: "export * from '../streams/fine.ts';", breaks: 'core-indicators' },
  'core/streams/up.ts': { text: "export * from '../kernel/kernel.ts';", breaks: 'core-streams' },
  'core/kernel/up.ts': { text: "export * from '../config/load.ts';", breaks: 'core-kernel' },
  'core/analytics/up.ts': { text: "export * from '../kernel/kernel.ts';", breaks: 'core-analytics' },
  'core/plugin/up.ts': { text: "export * from '../kernel/kernel.ts';", breaks: 'core-plugin' },
  'core/tape/up.ts': { text: "export * from '../runtime/run.ts';", breaks: 'core-tape' },
  'core/net/up.ts': { text: "export * from '../runtime/run.ts';", breaks: 'core-net' },
  'core/dbn/up.ts': { text: "export * from '../runtime/run.ts';", breaks: 'core-dbn' },
  'core/config/up.ts': { text: "export * from '../runtime/run.ts';", breaks: 'core-config' },
  'core/volume/up.ts': { text: "export * from '../kernel/kernel.ts';", breaks: 'core-volume' },
  'core/runtime/up.ts': { text: "export * from '../cli/main.ts';", breaks: 'core-runtime' },
  'core/attic/box.ts': { text: "export * from '../domain/tick.ts';", breaks: 'core-has-a-place-for-every-folder' },
  'core/testing/up.ts': { text: "export * from '../cli/main.ts';", breaks: 'testing-is-public' },
  'core/kernel/knows.ts': { text: "export * from '../../strategies/fine.ts';", breaks: 'core-knows-no-plugin' },
  'core/kernel/leans.ts': { text: "export * from '../../test/helper.ts';", breaks: 'tests-are-leaves' },
  'core/kernel/dev.ts': { text: "export { it } from 'checker';", breaks: 'ships-no-dev-dependency' },
  'core/kernel/lost.ts': { text: "export * from './nowhere.ts';", breaks: 'resolves' },
  'core/index.ts': {
    text: "export * from './domain/tick.ts';\nexport * from './cli/main.ts';",
    breaks: 'door-leads-inside',
  },
  'core/kernel/egg.ts': {
    text: "import type { Hen } from './hen.ts';\nexport interface Egg { hen: Hen }",
    breaks: 'no-cycles',
  },
  'plugins/risk/back-door.ts': { text: "export * from '../../core/domain/tick.ts';", breaks: 'plugins-use-the-door' },
  'plugins/risk/test-kit.ts': {
    text: "export * from '#core/testing';",
    breaks: 'the-test-kit-is-for-loopbacks',
  },
  'plugins/risk/path.ts': { text: "export * from '../../core/index.ts';", breaks: 'the-door-is-called-core' },
  'plugins/risk/neighbour.ts': { text: "export * from './fine.ts';", breaks: 'plugins-stand-alone' },
  'plugins/risk/reaches.ts': { text: "export * from './folder/part.ts';", breaks: 'plugins-stand-alone' },
  'strategies/neighbour.ts': { text: "export * from './fine.ts';", breaks: 'strategies-stand-alone' },
  'strategies/uses-plugin.ts': { text: "export * from '../plugins/risk/fine.ts';", breaks: 'strategies-stand-alone' },
};

const fine: Record<string, string> = {
  'package.json': JSON.stringify({
    type: 'module',
    imports: { '#core': './core/index.ts', '#core/testing': './core/testing/index.ts' },
    dependencies: { library: '1.0.0' },
    devDependencies: { checker: '1.0.0' },
  }),
  'tsconfig.json': '{}',
  'node_modules/library/package.json': '{ "name": "library", "main": "index.js" }',
  'node_modules/library/index.js': '',
  'node_modules/checker/package.json': '{ "name": "checker", "main": "index.js" }',
  'node_modules/checker/index.js': '',
  'core/domain/tick.ts': 'export interface Tick { price: number }',
  'core/streams/fine.ts': "import type { Tick } from '../domain/tick.ts';\nexport type Fine = Tick;",
  'core/kernel/kernel.ts':
    "export type { Fine as Kernel } from '../streams/fine.ts';\nexport type { Contract } from '../plugin/define.ts';",
  'core/kernel/hen.ts': "import type { Egg } from './egg.ts';\nexport interface Hen { egg: Egg }",
  'core/plugin/define.ts': "export type { Tick as Contract } from '../domain/tick.ts';",
  'core/config/load.ts': "export * from '../plugin/define.ts';",
  'core/runtime/wall.ts': 'export const now = 0;',
  'core/tape/write.ts': "export * from '../runtime/wall.ts';",
  'core/runtime/run.ts': "export * from '../config/load.ts';",
  'core/cli/main.ts': "export * from '../runtime/run.ts';",
  'plugins/risk/fine.ts': "export type { Tick } from '#core';\nexport * from 'library';\nexport * from 'node:fs';",
  'plugins/risk/folder/index.ts': "export * from './part.ts';\nexport type { Tick } from '#core';",
  'plugins/risk/folder/part.ts': 'export const part = 1;',
  'core/testing/index.ts': 'export const kit = 1;',
  'plugins/providers/fine/loopback/index.ts': "export * from '#core/testing';",
  'strategies/fine.ts': "export type { Tick } from '#core';",
  'test/helper.ts': "export * from '../core/runtime/run.ts';",
};

describe('the layers', () => {
  const house = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-house-')));
  let broken: { from: string; rule: string }[];

  beforeAll(async () => {
    const files = { ...fine, ...Object.fromEntries(Object.entries(bad).map(([path, { text }]) => [path, text])) };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(house, path)), { recursive: true });
      writeFileSync(join(house, path), text);
    }
    const { output } = await cruise(
      ['core', 'plugins', 'strategies', 'test'],
      { ...options, ruleSet: { forbidden }, validate: true, baseDir: house },
      options.enhancedResolveOptions,
    );
    broken = (output as ICruiseResult).summary.violations.map(({ from, rule }) => ({ from, rule: rule.name }));
  });

  afterAll(() => {
    rmSync(house, { recursive: true });
  });

  it.each(Object.entries(bad))('refuse %s', (from, { breaks }) => {
    expect(broken).toContainEqual({ from, rule: breaks });
  });

  it('leave everything else alone', () => {
    expect(broken.map(({ from }) => from).filter((from) => from in fine)).toEqual([]);
  });

  it('have no rule that nothing here breaks', () => {
    const tried = new Set<string | undefined>(Object.values(bad).map(({ breaks }) => breaks));
    expect(forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});
