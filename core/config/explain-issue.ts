import type { z } from 'zod';
import type { Problem } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import { example, expectation, inYaml } from './describe-option.ts';
import { branches, type OptionSchema, schemaAt } from './option-schema.ts';
import type { Path, Places } from './places.ts';

type Issue = z.core.$ZodIssue;

/** What the issues are about: a value at `path` of the configuration, and what its schema asks for. */
export interface Checked {
  readonly schema: OptionSchema;
  readonly value: unknown;
  readonly path: Path;
  readonly places: Places;
  /** The value as it may be shown, `•••` for a secret. */
  readonly shown: (path: Path, value: unknown) => string;
}

/** Turns one issue of zod into problems that name the place, what belongs there and how to mend it. */
export function explainIssue(issue: Issue, checked: Checked): readonly Problem[] {
  const inner = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, inner, checked));
  if (issue.code === 'invalid_union') {
    // The branch whose own complaint lies deepest is the one that the user meant.
    const deepest = issue.errors.find((errors) => errors.some(({ path }) => path.length > 0));
    if (deepest !== undefined) {
      return deepest.flatMap((below) => explainIssue({ ...below, path: [...issue.path, ...below.path] }, checked));
    }
  }
  const value = valueAt(checked.value, inner);
  const key = String([...checked.path, ...inner].at(-1) ?? '');
  const schema = schemaAt(checked.schema, inner) ?? {};
  const path = [...checked.path, ...inner];
  const custom = issue.code === 'custom' ? issue : undefined;
  const expected = schema.expected === undefined && custom !== undefined ? custom.message : expectation(schema);

  if (value === undefined) {
    const inside = path.slice(0, -1);
    return [
      {
        code: 'CONFIG_MISSING_OPTION',
        where: { ...checked.places.key(inside), path: path.join('.') },
        was: 'nothing',
        expected,
        fix: `add ${key}: ${inYaml(example(schema))}${inside.length > 0 ? ` below ${String(inside.at(-1))}` : ''}`,
      },
    ];
  }
  return [
    {
      code: 'CONFIG_INVALID_OPTION',
      where: checked.places.value(path),
      was: checked.places.isCommented(path)
        ? 'nothing: a comment begins where the value should be'
        : checked.shown(path, value),
      expected,
      fix: given(custom?.params?.['fix']) ?? fixFor(key, value, schema),
    },
  ];
}

function unknownKey(key: string, inner: Path, { schema, value, path, places }: Checked): Problem {
  const all = branches(schemaAt(schema, inner) ?? {});
  const present = Object.keys(valueAt(value, inner) ?? {});
  // Of several kinds of map the one that was meant is the one whose required keys are there.
  const meantOnes = all.filter(({ required = [] }) => required.every((each) => present.includes(each)));
  const fitting = meantOnes.filter(({ properties }) => properties !== undefined);
  const known = [
    ...new Set((fitting.length > 0 ? fitting : all).flatMap(({ properties = {} }) => Object.keys(properties))),
  ];
  const meant = nearest(key, known);
  const parent = [...path, ...inner].join('.');
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    where: places.key([...path, ...inner, key]),
    was: key,
    expected: known.length === 0 ? `no options${parent === '' ? '' : ` for ${parent}`}` : `one of ${known.join(', ')}`,
    fix: meant === undefined ? `remove ${key}` : `did you mean ${meant}?`,
  };
}

function fixFor(key: string, value: unknown, schema: OptionSchema): string {
  const sample = example(schema);
  const types = branches(schema).map(({ type }) => type);
  const names = branches(schema).flatMap((branch) => branch.enum ?? (branch.const === undefined ? [] : [branch.const]));
  const meant = typeof value === 'string' && names.length > 0 ? nearest(value, names.map(String)) : undefined;
  if (meant !== undefined) return `did you mean ${meant}?`;
  if (value === null) return `write ${key}: ${inYaml(sample)}, or remove the line`;
  if (typeof value === 'number' && value < 0 && typeof sample === 'number' && sample > 0) {
    return `write it without a sign, for example ${key}: ${inYaml(sample)}`;
  }
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) && types.some(isNumeric)) {
    return `write it without quotes: ${key}: ${Number(value)}`;
  }
  if (
    (typeof value === 'number' || typeof value === 'boolean') &&
    types.includes('string') &&
    schema.expected === undefined
  ) {
    return `put quotes around it: ${key}: "${value}"`;
  }
  if (types.includes('object') && Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return `write a map: ${key}: ${inYaml(Object.fromEntries(value.map((item) => [item, {}])))}`;
  }
  if (types.includes('array') && !Array.isArray(value) && typeof value !== 'object') {
    return `write a list: ${key}: [${inYaml(value)}]`;
  }
  return `for example ${key}: ${inYaml(sample)}`;
}

const isNumeric = (type: string | undefined): boolean => type === 'number' || type === 'integer';

const given = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inside, step) =>
      typeof inside === 'object' && inside !== null ? (inside as Record<string | number, unknown>)[step] : undefined,
    value,
  );
}
