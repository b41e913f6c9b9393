import { defer, map, type OperatorFunction } from 'rxjs';
import type { Bar } from '../domain/market.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { BarValues, Indicator, Recipe } from '../indicators/indicator.ts';

/** Indicators by the name that their value gets on the bar. A field of the bar cannot be a name. */
type Recipes = Readonly<Record<string, Recipe<never, unknown>>>;

/** The values by name; `undefined` while warming up. */
export type IndicatorValues<R extends Recipes> = {
  readonly [Name in keyof R]: R[Name] extends { create: () => { readonly value: infer Value } } ? Value : never;
};

/**
 * Adds indicator values to every bar.
 *
 * In       bars of one instrument and timeframe, oldest first: closed ones, forming ones, or both merged. A bar that
 *          starts when the one before it did is the same bar further on, and takes its place in every formula
 * Out      the same bars, one for one, plus the values under their names; `undefined` while warming up. Number
 *          indicators read the close; see `applyTo` for other fields
 * Resets   never
 * Errors   INDICATOR_NAME_TAKEN at once, INDICATOR_NO_REPLACE when an indicator cannot follow forming bars
 *
 * Example  bars$.pipe(withIndicators({ fast: sma(9), slow: sma(21), range: atr(14) }), whenReady())
 */
export function withIndicators<B extends BarValues & Pick<Bar, 'start'>, const R extends Recipes>(
  recipes: R & { readonly [Name in keyof Bar]?: never },
): OperatorFunction<B, B & IndicatorValues<R>> {
  checkNames(recipes);
  // Made per subscription: two strategies on one stream must not share state.
  return (bars$) =>
    defer(() => {
      const lines = Object.entries<Recipe<never, unknown>>(recipes).map(([name, recipe]) => lineOf(name, recipe));
      let start: number | undefined;
      return bars$.pipe(
        map((bar) => {
          const sameBar = bar.start === start;
          start = bar.start;
          const values: Record<string, unknown> = {};
          for (const line of lines) values[line.name] = sameBar ? line.replace(bar) : line.update(bar);
          return { ...bar, ...(values as IndicatorValues<R>) };
        }),
      );
    });
}

/** Throws INDICATOR_NAME_TAKEN for a name that is a field of the bar. */
export function checkNames(recipes: object): void {
  const taken = Object.keys(recipes).find((name) => BAR_FIELDS.has(name));
  if (taken !== undefined) throw nameTaken(taken);
}

const BAR_FIELDS: ReadonlySet<string> = new Set<keyof Bar>([
  'instrument',
  'timeframe',
  'start',
  'end',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'trades',
  'historical',
]);

interface Line {
  readonly name: string;
  readonly update: (bar: BarValues) => unknown;
  readonly replace: (bar: BarValues) => unknown;
}

function lineOf(name: string, recipe: Recipe<never, unknown>): Line {
  const indicator = recipe.create() as Indicator<number | BarValues, unknown>;
  const read = recipe.input === 'number' ? (bar: BarValues) => bar.close : (bar: BarValues) => bar;
  return {
    name,
    update: (bar) => indicator.update(read(bar)),
    replace: (bar) => {
      if (indicator.replace === undefined) throw noReplace(name, indicator.name);
      return indicator.replace(read(bar));
    },
  };
}

function nameTaken(name: string): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_NAME_TAKEN',
    where: { path: `withIndicators.${name}` },
    was: name,
    expected: 'a name that bars do not use themselves',
    fix: `rename it, for example ${name}Average`,
  });
}

function noReplace(name: string, indicator: string): MillraceError {
  return new MillraceError({
    code: 'INDICATOR_NO_REPLACE',
    where: { path: `withIndicators.${name}` },
    was: `a forming bar for ${indicator}, which cannot take an input back`,
    expected: 'closed bars only',
    fix: 'use market.bars(…) in place of market.forming(…), or an indicator that can replace its last input',
  });
}
