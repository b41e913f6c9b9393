import { z } from 'zod';
import type { Path } from './places.ts';

/** The parts of a draft-07 JSON Schema that options use, and our three marks. */
export interface OptionSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: OptionSchema | boolean;
  readonly items?: OptionSchema | readonly OptionSchema[];
  readonly anyOf?: readonly OptionSchema[];
  readonly oneOf?: readonly OptionSchema[];
  readonly allOf?: readonly OptionSchema[];
  /** Holds a secret. */
  readonly secret?: boolean;
  /** Names a configured instrument. */
  readonly instrument?: boolean;
  /** What belongs here, in words. */
  readonly expected?: string;
}

/** What a schema asks of its input, as JSON Schema. */
export function optionSchema(schema: z.ZodType): OptionSchema {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' }) as OptionSchema;
}

/** The alternatives of a union, or the schema itself. */
export const branches = (schema: OptionSchema): readonly OptionSchema[] =>
  [schema.anyOf, schema.oneOf, schema.allOf].find((list) => list !== undefined)?.flatMap(branches) ?? [schema];

/** What the schema says of the place that `path` leads to; `undefined` where it says nothing. */
export function schemaAt(schema: OptionSchema, path: Path): OptionSchema | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  for (const branch of branches(schema)) {
    const below = stepInto(branch, step);
    const found = below === undefined ? undefined : schemaAt(below, rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Calls back for every value below `value` that the schema describes, itself included. */
export function walkOptions(
  schema: OptionSchema,
  value: unknown,
  visit: (schema: OptionSchema, value: unknown, path: Path) => void,
  path: Path = [],
): void {
  for (const branch of new Set([schema, ...branches(schema)])) {
    visit(branch, value, path);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      const below = stepInto(branch, key);
      if (below !== undefined) walkOptions(below, item, visit, [...path, key]);
    }
  }
}

function stepInto(schema: OptionSchema, step: string | number): OptionSchema | undefined {
  const { properties, additionalProperties: others, items } = schema;
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step];
  if (items !== undefined && /^\d+$/.test(String(step))) {
    return Array.isArray(items) ? (items as readonly OptionSchema[])[Number(step)] : (items as OptionSchema);
  }
  return typeof others === 'object' ? others : undefined;
}
