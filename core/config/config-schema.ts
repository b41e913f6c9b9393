import { z } from 'zod';
import type { PluginKind } from '../plugin/define.ts';
import { type OptionSchema, optionSchema } from './option-schema.ts';
import type { FoundPlugin, PluginRegistry } from './plugin-registry.ts';
import { providerSettings, withProviderSettings } from './provider-settings.ts';
import { PLUGIN_SECTIONS, type PluginSection, settings } from './settings.ts';

type Json = Readonly<Record<string, unknown>>;

/** A plugin that could be offered, or the fault that keeps it from loading. */
export type KnownPlugin = { readonly type: string } & (FoundPlugin | { readonly fault: Error });

/** All built-in plugins of a kind, in order of type. */
export async function knownPlugins(registry: PluginRegistry, kind: PluginKind): Promise<readonly KnownPlugin[]> {
  return Promise.all(
    registry.types(kind).map(async (type): Promise<KnownPlugin> => {
      try {
        return { type, ...(await registry.load(kind, type, '.')) };
      } catch (error) {
        return { type, fault: error as Error };
      }
    }),
  );
}

/**
 * One draft-07 JSON Schema for a whole configuration, with the options of every built-in plugin, so that editors complete
 * and explain them. `kinds` limits the sections that are spelt out.
 */
export async function configSchema(
  registry: PluginRegistry,
  kinds: readonly PluginKind[] = Object.values(PLUGIN_SECTIONS),
): Promise<Json> {
  const top = optionSchema(settings);
  const sections: Record<string, unknown> = {};
  for (const [section, kind] of Object.entries(PLUGIN_SECTIONS) as [PluginSection, PluginKind][]) {
    if (!kinds.includes(kind)) continue;
    const plugins = (await knownPlugins(registry, kind)).flatMap((known) => ('plugin' in known ? [known] : []));
    sections[section] = sectionSchema(section, plugins, top.properties?.[section]?.description);
  }
  const properties = Object.fromEntries(
    Object.entries(top.properties ?? {}).map(([key, schema]) => [key, sections[key] ?? forEditor(schema)]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Millrace configuration',
    type: 'object',
    properties,
    required: ['providers'],
    additionalProperties: false,
    ...(kinds.includes('provider') ? { definitions: shared() } : {}),
  };
}

/** What every provider has, written once. */
const shared = (): Json => (forEditor(optionSchema(z.strictObject(providerSettings)))['properties'] ?? {}) as Json;

function optionsSchema({ kind, options }: FoundPlugin['plugin']): OptionSchema {
  const own = optionSchema(options);
  if (kind !== 'provider' || withProviderSettings(options) === options) return own;
  const references = Object.fromEntries(
    Object.keys(providerSettings).map((name) => [name, { $ref: `#/definitions/${name}` } as OptionSchema]),
  );
  return { ...own, properties: { ...own.properties, ...references } };
}

/** `type` and `type/name` of each plugin, and any key that is a path or a package. */
function sectionSchema(
  section: PluginSection,
  plugins: readonly (FoundPlugin & { readonly type: string })[],
  description = '',
): Json {
  const entries = plugins.map(
    ({ type, plugin }) => [type, pluginSchema(plugin.summary, optionsSchema(plugin))] as const,
  );
  const again = entries.map(([type]) => [
    `^${escaped(type)}/.+$`,
    { $ref: `#/properties/${section}/properties/${type}` },
  ]);
  return {
    description,
    type: ['object', 'null'],
    properties: Object.fromEntries(entries),
    patternProperties: {
      ...Object.fromEntries(again),
      '^(\\.{1,2}/|/|@)': {
        description: 'A plugin of your own, or of a package.',
        type: ['object', 'boolean', 'null'],
      },
    },
    // A package's plain name cannot be told from a misspelt type by a pattern; `runtime validate` tells them apart.
    additionalProperties: { type: ['object', 'boolean', 'null'] },
  };
}

/** Nothing at all means no options; `false` switches the plugin off. */
function pluginSchema(summary: string, options: OptionSchema): Json {
  const schema = forEditor(options);
  const optional = (options.required ?? []).length === 0;
  return { description: summary, anyOf: [schema, { const: false }, ...(optional ? [{ type: 'null' }] : [])] };
}

/** Any option may be a variable, and a secret may be a file; editors must not underline those. */
function forEditor(schema: OptionSchema): Json {
  const {
    $schema: _,
    expected,
    instrument: __,
    secret,
    ...rest
  } = schema as OptionSchema & { readonly $schema?: string };
  const inside: Json = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, nested(key, value)]));
  const description = [schema.description, expected === undefined ? undefined : `Expects ${expected}.`]
    .filter((part) => part !== undefined)
    .join(' ');
  const described = description === '' ? inside : { ...inside, description };
  if (secret === true) {
    const reference = { type: 'object', properties: { file: { type: 'string' } }, required: ['file'] };
    return { description, anyOf: [{ type: 'string' }, reference] };
  }
  const scalar = schema.enum !== undefined || ['integer', 'number', 'boolean'].includes(schema.type ?? '');
  if (!scalar || schema.type === undefined) return described;
  const { description: text, default: fallback, examples, ...checks } = described;
  const notes = { description: text, default: fallback, examples };
  const known = Object.fromEntries(Object.entries(notes).filter(([, value]) => value !== undefined));
  return { ...known, anyOf: [checks, { type: 'string', pattern: '^\\$\\{[A-Za-z_][A-Za-z0-9_]*(:[^}]*)?\\}$' }] };
}

function nested(key: string, value: unknown): unknown {
  if (key === 'properties') {
    return Object.fromEntries(
      Object.entries(value as Json).map(([name, schema]) => [name, forEditor(schema as OptionSchema)]),
    );
  }
  if (key === 'anyOf' || key === 'oneOf' || key === 'allOf') return (value as OptionSchema[]).map(forEditor);
  const single =
    (key === 'items' || key === 'additionalProperties') && typeof value === 'object' && !Array.isArray(value);
  return single ? forEditor(value as OptionSchema) : value;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
