import type { z } from 'zod';
import { type OptionSchema, optionSchema, walkOptions } from '../../config/option-schema.ts';

type Options = Readonly<Record<string, unknown>>;

/**
 * Options under which the provider meets its venue: what the venue answers, and something of the right kind for what is
 * required beyond that.
 */
export function optionsFor(schema: z.ZodType, venue: Options): Options {
  const { properties = {}, required = [] } = optionSchema(schema);
  const made = required
    .filter((name) => venue[name] === undefined)
    .map((name) => [name, madeUp(name, properties[name] ?? {})]);
  return { ...(Object.fromEntries(made) as Options), ...venue };
}

function madeUp(name: string, option: OptionSchema): unknown {
  if (option.enum !== undefined) return option.enum[0];
  if (option.const !== undefined) return option.const;
  if (option.examples !== undefined) return option.examples[0];
  if (option.type === 'boolean') return false;
  if (option.type === 'number' || option.type === 'integer') return option.minimum ?? 1;
  return option.secret === true ? `planted-${name}-7d1c04` : `certify-${name}`;
}

/** Texts among the options that must not be seen anywhere. */
export function secretsIn(schema: z.ZodType, options: Options): readonly string[] {
  const found = new Set<string>();
  walkOptions(optionSchema(schema), options, (option, value) => {
    if (option.secret === true && typeof value === 'string') found.add(value);
  });
  return [...found];
}
