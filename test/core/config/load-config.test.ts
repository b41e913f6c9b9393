import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createRegistry } from '../../../core/cli/registry.ts';
import { checkConfigTree } from '../../../core/config/check-config.ts';
import { loadConfig } from '../../../core/config/load-config.ts';
import type { RunConfig } from '../../../core/config/run-config.ts';
import { MillraceError } from '../../../core/errors/millrace-error.ts';

const registry = createRegistry(fileURLToPath(new URL('../../fixtures/registry/', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'millrace-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
}

function load(yaml: string, { env = {}, set = [] }: Given = {}): Promise<RunConfig> {
  const file = join(folder, 'desk.yaml');
  writeFileSync(file, yaml);
  return loadConfig(file, registry, { env, set });
}

async function failure(yaml: string, given?: Given): Promise<MillraceError> {
  const result = await load(yaml, given).catch((error: unknown) => error);
  if (result instanceof MillraceError) return result;
  throw result;
}

const SMALLEST = 'instrument: ESZ5\nproviders: { feed: }\n';
const optionsOf = (plugins: readonly { readonly options: unknown }[]): unknown => plugins[0]?.options;

describe('a configuration', () => {
  it('takes every default from the schemas', async () => {
    const config = await load(SMALLEST);
    expect(config).toMatchObject({ name: 'desk', mode: 'paper', seed: 1, baseDir: folder });
    expect(config.instruments).toEqual([{ symbol: 'ESZ5' }]);
    // 5 ms, 250 ms and 5 s, in microseconds
    expect(config.paper).toEqual({ latencyUs: 5_000, slippageTicks: 0, feePerContract: 0 });
    expect(config.run).toEqual({ onStop: 'cancel', barGraceUs: 250_000 });
    expect(optionsOf(config.providers)).toEqual({ url: 'ws://localhost', retries: 3, silence: 5_000_000 });
    expect(config.strategies).toEqual([]);
  });

  it('keeps plugins in the order of the file, second instances apart', async () => {
    const { risk } = await load(
      `${SMALLEST}risk:\n  max-position/night: { contracts: 1 }\n  daily-loss: { limit: 9 }\n  max-position: { contracts: 2 }\n`,
    );
    expect(risk.map(({ key, plugin }) => [key, plugin.type])).toEqual([
      ['max-position/night', 'max-position'],
      ['daily-loss', 'daily-loss'],
      ['max-position', 'max-position'],
    ]);
  });

  it('records on the tape unless told otherwise', async () => {
    const keys = async (yaml: string): Promise<readonly string[]> =>
      (await load(SMALLEST + yaml)).persistence.map(({ key }) => key);
    expect(await keys('')).toEqual(['tape']);
    expect(await keys('persistence:\n')).toEqual(['tape']);
    expect(await keys('persistence: {}\n')).toEqual(['tape']);
    expect(await keys('persistence: { tape/copy: { folder: b } }\n')).toEqual(['tape', 'tape/copy']);
    expect(await keys('persistence: { tape: false }\n')).toEqual([]);
  });

  it('leaves out any plugin that is switched off with false', async () => {
    const { risk } = await load(`${SMALLEST}risk:\n  max-position: false\n  daily-loss: { limit: 1 }\n`);
    expect(risk.map(({ key }) => key)).toEqual(['daily-loss']);
  });

  it('names instruments by one symbol, a list or a map', async () => {
    const instruments = async (yaml: string): Promise<unknown> =>
      (await load(`${yaml}\nproviders: { feed: }`)).instruments;
    expect(await instruments('instrument: 6E')).toEqual([{ symbol: '6E' }]);
    expect(await instruments('instruments: [NQZ5, ESZ5]')).toEqual([{ symbol: 'NQZ5' }, { symbol: 'ESZ5' }]);
    expect(await instruments('instruments: { ESZ5: { tickSize: 0.25, pointValue: 50 }, NQZ5: }')).toEqual([
      { symbol: 'ESZ5', tickSize: 0.25, pointValue: 50 },
      { symbol: 'NQZ5' },
    ]);
    expect(await instruments('')).toEqual([]);
  });

  it('is read alike with a byte order mark, with CRLF and with merge keys', async () => {
    const crlf = `\uFEFF${SMALLEST}risk:\n  daily-loss: { limit: 5 }\n`.replaceAll('\n', '\r\n');
    expect(optionsOf((await load(crlf)).risk)).toEqual({ limit: 5 });
    const merged = `${SMALLEST}risk:\n  max-position: &few { contracts: 2 }\n  max-position/b: { <<: *few }\n  max-position/c: { <<: *few, contracts: 3 }\n`;
    expect((await load(merged)).risk.map(({ options }) => options)).toEqual([
      { contracts: 2 },
      { contracts: 2 },
      { contracts: 3 },
    ]);
  });

  it('counts the columns of the first line without the byte order mark', async () => {
    const { problems } = await failure('\uFEFFmode: papr\r\nproviders: { feed: }\r\nsed: 1\r\n');
    expect(problems.map(({ where }) => [where.line, where.column])).toEqual([
      [1, 7],
      [3, 1],
    ]);
  });

  it('comes back equal from the tree that a tape keeps', async () => {
    const config = await load(`${SMALLEST}strategies: { sma-cross: { quantity: 2 } }\nseed: \${SEED}\n`, {
      env: { SEED: '7' },
    });
    const tree = JSON.parse(JSON.stringify(config.source)) as Record<string, unknown>;
    const again = await checkConfigTree(tree, registry, { baseDir: folder, file: config.file, name: 'desk' });
    expect(again).toEqual(config);
    expect(again.seed).toBe(7);
  });

  it('is a file that exists', async () => {
    const error = await loadConfig(join(folder, 'nowhere.yaml'), registry, { env: {} }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });
});

describe('a variable', () => {
  it('takes the type that its text has in YAML', async () => {
    const yaml = `${SMALLEST}risk:\n  daily-loss: { limit: "\${LIMIT}" }\nrun:\n  onStop: \${STOP:keep}\n`;
    const config = await load(yaml, { env: { LIMIT: '500' } });
    expect(optionsOf(config.risk)).toEqual({ limit: 500 });
    expect(config.run.onStop).toBe('keep');
  });

  it('stays text where the option wants text', async () => {
    const yaml = `${SMALLEST}services:\n  alerts: { token: "\${PIN}", channel: "\${CHANNEL}" }\n`;
    const config = await load(yaml, { env: { PIN: '0123456', CHANNEL: '1e3' } });
    expect(optionsOf(config.services)).toEqual({ token: '0123456', channel: '1e3', level: 'info' });
  });

  it('stands inside a longer text, more than once, and may be escaped', async () => {
    const config = await load(`${SMALLEST}name: \${A}-\${B:b c}-$\${A}\n`, { env: { A: 'x' } });
    expect(config.name).toBe('x-b c-${A}');
  });

  it('counts as unset when it is empty', async () => {
    const { problems } = await failure(`${SMALLEST}name: \${A}\n`, { env: { A: '' } });
    expect(problems[0]?.was).toContain('set but empty');
  });

  it('that only a .env file has is not taken from there, but pointed at', async () => {
    writeFileSync(join(folder, '.env'), 'API_KEY=abc\n');
    const { problems } = await failure(`${SMALLEST}name: \${API_KEY}\n`);
    rmSync(join(folder, '.env'));
    expect(problems[0]?.fix).toContain('. ./.env');
  });
});

describe('a setting of the command line', () => {
  it('wins over the file and over its missing variable', async () => {
    const yaml = `${SMALLEST}risk:\n  daily-loss: { limit: "\${LIMIT}" }\n`;
    const config = await load(yaml, { set: ['risk.daily-loss.limit=250', 'seed=9', 'risk.max-position.contracts=4'] });
    expect(config.risk.map(({ options }) => options)).toEqual([{ limit: 250 }, { contracts: 4 }]);
    expect(config.seed).toBe(9);
    expect(config.source).toMatchObject({ seed: 9, risk: { 'daily-loss': { limit: 250 } } });
  });

  it('finds keys with dots in them', async () => {
    const yaml = 'instruments: { BTC.P: { tickSize: 1 } }\nproviders: { feed: }\n';
    const { instruments } = await load(yaml, { set: ['instruments.BTC.P.tickSize=0.5'] });
    expect(instruments).toEqual([{ symbol: 'BTC.P', tickSize: 0.5 }]);
  });

  it('is named as the place of its faults', async () => {
    const set = ['sed=1', 'mode=papr', 'risk.max-position={ contracts: -1 }', 'nonsense', '=5', 'seed={'];
    const { problems } = await failure(SMALLEST, { set });
    expect(problems.map(({ where, code }) => `${where.file} ${where.path ?? ''} ${code}`).toSorted()).toEqual([
      '--set =5  CONFIG_BAD_SETTING',
      '--set mode mode CONFIG_INVALID_OPTION',
      '--set nonsense  CONFIG_BAD_SETTING',
      '--set risk.max-position risk.max-position.contracts CONFIG_INVALID_OPTION',
      '--set sed sed CONFIG_UNKNOWN_KEY',
      '--set seed  CONFIG_BAD_SETTING',
    ]);
  });
});

describe('a secret', () => {
  const SECRET = 'hunter2-hunter2';
  const env = { TOKEN: SECRET };

  it('reaches the plugin and is masked in the tree that is kept', async () => {
    const yaml = `${SMALLEST}name: on-\${TOKEN}\nservices:\n  alerts: { token: "\${TOKEN}", channel: "a-\${TOKEN}" }\n`;
    const config = await load(yaml, { env });
    expect(optionsOf(config.services)).toMatchObject({ token: SECRET });
    expect(JSON.stringify(config.source)).not.toContain('hunter2');
    expect(config.source).toMatchObject({ services: { alerts: { token: '•••', channel: 'a-•••' } } });
  });

  it('is masked when it was written out, too', async () => {
    const config = await load(`${SMALLEST}services: { alerts: { token: 77 } }\n`, {}).catch((error: unknown) => error);
    expect(String(config)).not.toContain('77');
    expect((await load(`${SMALLEST}services: { alerts: { token: abc } }\n`)).source).toMatchObject({
      services: { alerts: { token: '•••' } },
    });
  });

  it('may lie in a file of its own', async () => {
    writeFileSync(join(folder, 'token.txt'), `${SECRET}\n`);
    const config = await load(`${SMALLEST}services: { alerts: { token: { file: token.txt } } }\n`);
    expect(optionsOf(config.services)).toMatchObject({ token: SECRET });
    expect(JSON.stringify(config.source)).not.toContain('hunter2');
  });

  it('is not echoed when it is too short to be looked for, if its variable sounds like one', async () => {
    const error = await failure(`${SMALLEST}mode: \${API_KEY}\n`, { env: { API_KEY: 'xyz' } });
    expect(error.message).not.toContain('xyz');
  });

  it.each([
    ['in an option of the wrong type', 'services: { alerts: { token: x, level: "${TOKEN}" } }'],
    ['in a general setting', 'seed: ${TOKEN}'],
    ['under a misspelt key', 'services: { alerts: { tokn: "${TOKEN}" } }'],
    ['inside a longer text', 'services: { alerts: { token: "${TOKEN}", level: "x-${TOKEN}" } }'],
    ['as an instrument', 'strategies: { sma-cross: { quantity: 1, hedge: "${TOKEN}" } }'],
    ['in a list where it does not belong', 'services: { alerts: { token: ["${TOKEN}"] } }'],
    ['in a line that does not parse', 'services: { alerts: { token: "hunter2-hunter2 } }'],
  ])('is not echoed %s', async (_, yaml) => {
    const error = await failure(`${SMALLEST}${yaml}\n`, { env });
    expect(error.message).not.toContain('hunter2');
  });
});
