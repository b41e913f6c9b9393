import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../../core/cli/registry.ts';
import { configSchema } from '../../../core/config/config-schema.ts';
import { answerTo } from './answer.ts';

const fixtures = createRegistry(fileURLToPath(new URL('../../fixtures/registry/', import.meta.url)));

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
}

describe('the schema for editors', () => {
  it('in config/ is the one that the installed plugins give; after a change run vitest with -u', async () => {
    const schema = await configSchema(createRegistry());
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../../config/schema.json');
  });

  it('completes and explains the options of every plugin', async () => {
    const schema = (await configSchema(fixtures)) as Node;
    const cross = schema.properties?.['strategies']?.properties?.['sma-cross'];
    expect(cross?.description).toBe('Decides nothing; for tests of the configuration.');
    const options = cross?.anyOf?.[0]?.properties;
    expect(options?.['timeframe']).toMatchObject({
      default: '1m',
      description: 'Interval of the bars. Expects a timeframe such as 1s, 1m, 15m, 1h or 1d.',
    });
    expect(options?.['side']?.anyOf?.[0]?.enum).toEqual(['both', 'long', 'short']);
    expect(schema.properties?.['services']?.properties).toHaveProperty('alerts');
  });

  it('lets a variable stand for any number, and a file for a secret', async () => {
    const { properties } = (await configSchema(fixtures)) as Node;
    const seed = properties?.['seed']?.anyOf?.find(({ pattern }) => pattern !== undefined);
    expect('${SEED:4}').toMatch(new RegExp(seed?.pattern ?? 'none'));
    expect('4').not.toMatch(new RegExp(seed?.pattern ?? ''));
    const token = properties?.['services']?.properties?.['alerts']?.anyOf?.[0]?.properties?.['token'];
    expect(token?.anyOf?.[1]?.properties).toHaveProperty('file');
  });

  it('knows second instances by their pattern', async () => {
    const { properties } = (await configSchema(fixtures)) as Node;
    const patterns = Object.keys(properties?.['risk']?.patternProperties ?? {});
    const matching = (key: string): readonly string[] => patterns.filter((pattern) => new RegExp(pattern).test(key));
    expect(matching('max-position/night')).toEqual(['^max-position/.+$']);
    expect(matching('max-positionnight')).toEqual([]);
  });
});

describe('what every provider has in the schema', () => {
  it('is written once, and each provider refers to it, second instances included', async () => {
    const schema = (await configSchema(fixtures)) as Node & { readonly definitions?: Readonly<Record<string, Node>> };
    expect(Object.keys(schema.definitions ?? {})).toEqual(['connection', 'loopback']);
    expect(schema.definitions?.['connection']?.properties?.['silence']?.description).toContain('Expects a duration');
    expect(schema.properties?.['providers']?.properties?.['feed']?.anyOf?.[0]?.properties).toMatchObject({
      url: expect.anything(),
      connection: { $ref: '#/definitions/connection' },
      loopback: { $ref: '#/definitions/loopback' },
    });
    const again = schema.properties?.['providers']?.patternProperties?.['^feed/.+$'];
    expect(again).toEqual({ $ref: '#/properties/providers/properties/feed' });
  });

  it('leads nowhere that is not in it', async () => {
    for (const kinds of [undefined, ['risk'], ['provider']] as const) {
      const schema: unknown = await configSchema(fixtures, kinds);
      const text = JSON.stringify(schema);
      const found = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer = '']) =>
        pointer.split('/').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], schema),
      );
      expect(found).not.toContain(undefined);
    }
  });
});

describe('runtime schema', () => {
  it('prints the schema, of one kind alone if asked', async () => {
    const { code, out } = await answerTo(['schema', '--kind', 'risk']);
    expect(code).toBe(0);
    const { properties } = JSON.parse(out) as Node;
    expect(properties?.['risk']?.properties).toHaveProperty('max-position');
    expect(properties?.['providers']?.properties).toBeUndefined();
  });

  it('names the kind that was probably meant', async () => {
    const { code, err } = await answerTo(['schema', '--kind', 'risks']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean risk?');
  });
});
