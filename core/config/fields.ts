import { z } from 'zod';
import { BAR_KINDS, EXPECTED_BARS, readBarSpec } from '../domain/bar-kinds.ts';
import type { BarSpec } from '../domain/bar-spec.ts';
import { durationMicros, type Timeframe, timeframeMicros } from '../domain/timeframe.ts';
import { optionSchema } from './option-schema.ts';

type Field<T> = z.ZodPipe<z.ZodString, z.ZodTransform<T, string>>;

/**
 * A length of time such as `250ms`, `5s` or `24h`; the plugin receives whole microseconds.
 * With `fallback` the option may be left out.
 */
export function duration(): Field<number>;
export function duration(fallback: string): z.ZodPrefault<Field<number>>;
export function duration(fallback?: string): Field<number> | z.ZodPrefault<Field<number>> {
  const field = z
    .string()
    .meta({ expected: 'a duration such as 250ms, 5s or 24h', examples: [fallback ?? '5s'] })
    .transform((text, context) => durationMicros(text) ?? reject(context, durationFix(text)));
  return fallback === undefined ? field : field.prefault(fallback);
}

/** The interval of a bar, `100ms` to `1d`. With `fallback` the option may be left out. */
export function timeframe(): Field<Timeframe>;
export function timeframe(fallback: Timeframe): z.ZodPrefault<Field<Timeframe>>;
export function timeframe(fallback?: Timeframe): Field<Timeframe> | z.ZodPrefault<Field<Timeframe>> {
  const field = z
    .string()
    .meta({ expected: 'a timeframe such as 1s, 1m, 15m, 1h or 1d', examples: [fallback ?? '1m'] })
    .transform((text, context) =>
      timeframeMicros(text) === undefined ? reject(context, timeframeFix(text)) : (text as Timeframe),
    );
  return fallback === undefined ? field : field.prefault(fallback);
}

type BarField = z.ZodPipe<z.ZodUnknown, z.ZodTransform<BarSpec>>;

/**
 * Bars of any kind, for `market.bars`: a timeframe, `1000t` for so many trades, or a map such as `{ volume: 5000 }`
 * (docs/bars.md). With `fallback` the option may be left out.
 */
export function barSpec(): BarField;
export function barSpec(fallback: BarSpec): z.ZodPrefault<BarField>;
export function barSpec(fallback?: BarSpec): BarField | z.ZodPrefault<BarField> {
  const maps = Object.values(BAR_KINDS).map((kind) => ({ ...optionSchema(kind), $schema: undefined }));
  const anyOf = [{ type: 'string' }, ...maps];
  // Not a union: of its branches only the one that was meant should complain.
  const field = z
    .unknown()
    .meta({ expected: EXPECTED_BARS, examples: [fallback ?? '1m'], anyOf })
    .transform((spec, context): BarSpec => {
      const read = readBarSpec(spec);
      if ('plan' in read) return spec as BarSpec;
      for (const issue of read.issues) context.issues.push({ ...issue, input: spec } as z.core.$ZodRawIssue);
      return z.NEVER;
    });
  return fallback === undefined ? field : field.prefault(() => fallback);
}

/** The symbol of an instrument that the configuration names. */
export const instrumentName = (): z.ZodString =>
  z.string().min(1).meta({ instrument: true, expected: 'the symbol of a configured instrument' });

/**
 * A password, key or token. In the YAML it is `${NAME}` or `{ file: path }`; the plugin receives the text. It prints as
 * `•••` in errors, records and tables.
 */
export const secret = (): z.ZodString =>
  z.string().min(1).meta({ secret: true, expected: `a secret, as \${NAME} or { file: path }` });

/** `fix` travels in the issue's params to the explanation that the user reads. */
function reject(context: z.RefinementCtx, fix: string | undefined): never {
  context.addIssue({ code: 'custom', message: 'not usable', params: fix === undefined ? {} : { fix } });
  return z.NEVER;
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(milli|msec)/i, 'ms'],
  [/^micro/i, 'us'],
  [/^sec/i, 's'],
  [/^min/i, 'm'],
  [/^(hour|hr)/i, 'h'],
  [/^day/i, 'd'],
];

/** `1min`, `5 seconds` and `1H` as this house writes them. */
function respelt(text: string): string | undefined {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  if (parts === null) return undefined;
  const [, count = '', unit = ''] = parts;
  return count + (UNITS.find(([pattern]) => pattern.test(unit))?.[1] ?? unit.toLowerCase());
}

function durationFix(text: string): string | undefined {
  const better = respelt(text);
  return better !== undefined && durationMicros(better) !== undefined ? `write ${better}` : undefined;
}

function timeframeFix(text: string): string | undefined {
  const better = respelt(text) ?? text;
  if (better !== text && timeframeMicros(better) !== undefined) return `write ${better}`;
  const us = durationMicros(better);
  return us === undefined ? undefined : 'use a length from 100ms to 1d that divides a day, for example 1m, 5m or 1h';
}
