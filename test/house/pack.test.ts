import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SLOW } from '../helpers/slow.ts';
import { root } from './source-files.ts';

// An npm inside an npm would otherwise install into the project that started the outer one.
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|npm_config_local_prefix|INIT_CWD|VITEST|NODE_ENV)/.test(name),
  ),
);
const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
interface Summary {
  readonly events: { readonly trades: number };
  readonly orders: number;
}

describe.skipIf(!SLOW)('the package (skipped unless MILLRACE_SLOW=1)', { timeout: 180_000 }, () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-pack-')));
  const home = join(folder, 'home');
  let packed: Packed;

  beforeAll(() => {
    const [first] = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', folder)) as Packed[];
    if (first === undefined) throw new Error('npm pack made nothing');
    packed = first;
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }');
    run(home, 'npm', 'install', '--no-audit', '--no-fund', join(folder, packed.filename));
  }, 300_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds the build, the command, runnable configurations and the documents, and nothing else', () => {
    const expected =
      /^(dist\/(core|plugins|strategies)\/.+\.(js|d\.ts)|dist\/core\/calendar\/data\/.+\.json|dist\/package\.json|core\/cli\/(bin|engine)\.js|config\/.+|docs\/.+|LICENSE|README\.md|package\.json)$/;
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !expected.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'core/cli/bin.js', 'dist/core/index.d.ts']));
  });

  it('brings a command that explains itself', () => {
    expect(run(home, 'npx', '--no-install', 'runtime', '--help')).toContain('runtime');
  });

  it('opens both doors to JavaScript', () => {
    const script = `
      import { MillraceError } from 'millrace';
      import * as testing from 'millrace/testing';
      console.log(typeof MillraceError, Object.keys(testing).length > 0);`;
    expect(run(home, process.execPath, '--input-type=module', '--eval', script)).toBe('function true\n');
  });

  describe('in a new project', () => {
    const strategy = join(home, 'demo/strategies/momentum.ts');
    const start = (): Summary =>
      JSON.parse(
        run(home, 'npx', '--no-install', 'runtime', 'start', 'demo/config.yaml', '--for', '8s', '--json'),
      ) as Summary;

    beforeAll(() => {
      run(home, 'npx', '--no-install', 'runtime', 'new', 'project', 'demo');
    });

    it('runs the strategy as it was written, then as it was edited, without a build', () => {
      const first = start();
      expect(first.events.trades).toBeGreaterThan(0);
      expect(first.orders).toBeGreaterThan(0);

      const text = readFileSync(strategy, 'utf8');
      const never = text.replace('direction !== 0', 'direction > 1');
      expect(never).not.toBe(text);
      writeFileSync(strategy, never);
      const second = start();
      expect(second.events.trades).toBeGreaterThan(0);
      expect(second.orders).toBe(0);
    });

    it('gives the editor types that catch a mistake', () => {
      const tsc = join(root, 'node_modules/typescript7/bin/tsc');
      const check = (): string => run(join(home, 'demo'), process.execPath, tsc, '--project', 'tsconfig.json');
      expect(check()).toBe('');

      const wrong = readFileSync(strategy, 'utf8').replace('options.quantity', 'options.quantum');
      writeFileSync(join(home, 'demo/strategies/wrong.ts'), wrong);
      expect(check).toThrow(expect.objectContaining({ stdout: expect.stringContaining('quantum') }));
    });
  });
});
