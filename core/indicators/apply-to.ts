import {
  type BarFormula,
  type BarRecipe,
  type BarValues,
  barRecipe,
  type Indicator,
  type NumberFormula,
  type NumberRecipe,
  type RevisableIndicator,
} from './indicator.ts';

/**
 * Feeds a formula for numbers with something else of a bar than its close.
 *
 * Example  withIndicators({ volume: applyTo((bar) => bar.volume, sma(20)) })
 */
export function applyTo<Out>(select: (bar: BarValues) => number, recipe: NumberFormula<Out>): BarFormula<Out>;
export function applyTo<Out>(select: (bar: BarValues) => number, recipe: NumberRecipe<Out>): BarRecipe<Out>;
export function applyTo<Out>(select: (bar: BarValues) => number, recipe: NumberRecipe<Out>): BarRecipe<Out> {
  return barRecipe(() => selecting(select, recipe.create()));
}

const selecting = <Out>(
  select: (bar: BarValues) => number,
  inner: Indicator<number, Out>,
): Indicator<BarValues, Out> => ({
  name: inner.name,
  get value() {
    return inner.value;
  },
  update: (bar) => inner.update(select(bar)),
  ...(inner.replace && { replace: (bar: BarValues) => inner.replace?.(select(bar)) }),
  ...(isRevisable(inner) && {
    warmup: inner.warmup,
    snapshot: () => inner.snapshot(),
    restore: (snapshot: Parameters<typeof inner.restore>[0]) => inner.restore(snapshot),
  }),
});

const isRevisable = <Out>(indicator: Indicator<number, Out>): indicator is RevisableIndicator<number, Out> =>
  'snapshot' in indicator;
