import type { z } from 'zod';
import { inYaml, kindOf } from './describe-option.ts';
import { branches, type OptionSchema, optionSchema } from './option-schema.ts';
import { MASK } from './secrets.ts';

/** One option of a plugin, for tables. */
export interface OptionRow {
  /** Its path inside the plugin's options, such as `fees.maker` or, in a map, `instruments.<symbol>.price`. */
  readonly name: string;
  readonly type: string;
  /** As it would stand in the YAML; `required` when there is none, empty when it may simply be left out. */
  readonly fallback: string;
  readonly description: string;
}

/** The options of a plugin, those of nested maps included, in the order of its schema. */
export const describeOptions = (schema: z.ZodType): readonly OptionRow[] => rowsOf(optionSchema(schema), '');

function rowsOf(schema: OptionSchema, prefix: string): readonly OptionRow[] {
  return branches(schema).flatMap(({ properties = {}, required = [], additionalProperties: others }) => {
    const rows = Object.entries(properties).flatMap(([key, option]) => {
      const name = prefix + key;
      const row = {
        name,
        type: kindOf(option),
        fallback: fallbackOf(option, required.includes(key)),
        description: option.description ?? '',
      };
      // What is said in words needs no rows of its own.
      return option.expected === undefined ? [row, ...rowsOf(option, `${name}.`)] : [row];
    });
    return typeof others === 'object' ? [...rows, ...rowsOf(others, `${prefix}${anyKeyOf(prefix)}.`)] : rows;
  });
}

/** What stands for a key that the user chooses. Every map called `instruments` is one by symbol. */
const anyKeyOf = (prefix: string): string => (prefix.endsWith('instruments.') ? '<symbol>' : '<name>');

function fallbackOf(option: OptionSchema, required: boolean): string {
  if (option.default !== undefined) return option.secret === true ? MASK : inYaml(option.default);
  return required ? 'required' : '';
}
