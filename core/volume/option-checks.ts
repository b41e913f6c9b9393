import { MillraceError } from '../errors/millrace-error.ts';

/** Options with their defaults filled in. */
export type Settled<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> };

/** Refuses an option that is not a whole number from `least` on. Errors: VOLUME_BAD_OPTION */
export function checkWhole(name: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw badOption(name, value, `a whole number from ${least} on`);
}

/** Refuses an option that is not a number above `above` and up to `most`. Errors: VOLUME_BAD_OPTION */
export function checkWithin(name: string, value: number, above: number, most: number): void {
  if (value > above && value <= most && value < Number.POSITIVE_INFINITY) return;
  throw badOption(
    name,
    value,
    `a number above ${above}${most === Number.POSITIVE_INFINITY ? '' : ` and up to ${most}`}`,
  );
}

const badOption = (name: string, value: number, expected: string): MillraceError =>
  new MillraceError({
    code: 'VOLUME_BAD_OPTION',
    where: { path: name },
    was: String(value),
    expected,
    fix: `give ${name} such a number, or leave it out`,
  });
