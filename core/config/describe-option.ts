import { stringify } from 'yaml';
import { branches, type OptionSchema } from './option-schema.ts';

/** What belongs in an option, in words: `a whole number above 0 (largest open position, in contracts)`. */
export function expectation(schema: OptionSchema): string {
  const kinds = [...new Set(branches(schema).map(kindOf))].join(' or ');
  const words = schema.expected ?? kinds;
  const { description } = schema;
  return description === undefined ? words : `${words} (${lowerFirst(description.replace(/\.$/, ''))})`;
}

/** The kind of value alone, for tables of options. */
export function kindOf(schema: OptionSchema): string {
  if (schema.expected !== undefined) return schema.expected;
  if (schema.const !== undefined) return inYaml(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map(inYaml).join(', ')}`;
  const alternatives = branches(schema);
  if (alternatives.length > 1) return [...new Set(alternatives.map(kindOf))].join(' or ');
  if (schema.type === 'integer') return `a whole number${rangeOf(schema)}`;
  if (schema.type === 'number') return `a number${rangeOf(schema)}`;
  if (schema.type === 'string') return (schema.minLength ?? 0) > 0 ? 'a text that is not empty' : 'a text';
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'array') return `a list${itemsOf(schema)}`;
  if (schema.type === 'object') return 'a map';
  return 'another value';
}

/** A value that the schema would accept, for advice. */
export function example(schema: OptionSchema): unknown {
  const [first] = branches(schema);
  const from = { ...first, ...schema };
  const sample = from.examples?.[0] ?? from.default ?? from.const ?? from.enum?.[0];
  if (sample !== undefined) return sample;
  if (from.type === 'integer' || from.type === 'number') return sampleNumber(from);
  if (from.secret === true) return `\${NAME}`;
  if (from.instrument === true) return 'SYMBOL';
  if (from.type === 'boolean') return true;
  if (from.type === 'array') return [];
  if (from.type === 'object') return sampleMap(from);
  return '…';
}

/** A value as it would stand in a YAML file, on one line. */
export function inYaml(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

/** What cannot be left out. */
function sampleMap({ properties = {}, required = [] }: OptionSchema): object {
  return Object.fromEntries(required.map((key) => [key, example(properties[key] ?? {})]));
}

function sampleNumber(schema: OptionSchema): number {
  const {
    exclusiveMinimum: above,
    minimum: least,
    maximum: most = Infinity,
    exclusiveMaximum: below = Infinity,
  } = schema;
  const low = above === undefined ? (least ?? 1) : above + 1;
  if (low < below) return Math.min(low, most);
  return ((above ?? least ?? 0) + below) / 2;
}

function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }: OptionSchema): string {
  // Whole numbers carry the largest safe integer as their maximum; nobody needs to read that.
  const most = maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const least = minimum !== undefined && Math.abs(minimum) < Number.MAX_SAFE_INTEGER ? minimum : undefined;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  return [
    exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
    least === undefined ? '' : ` of at least ${least}`,
    exclusiveMaximum === undefined ? '' : ` below ${exclusiveMaximum}`,
    most === undefined ? '' : ` of at most ${most}`,
    multipleOf === undefined ? '' : ` in steps of ${multipleOf}`,
  ].join('');
}

function itemsOf({ items }: OptionSchema): string {
  return items === undefined || Array.isArray(items) ? '' : ` of: ${kindOf(items as OptionSchema)}`;
}

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
