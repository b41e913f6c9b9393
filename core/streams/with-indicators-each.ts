import { defer, filter, map, type OperatorFunction } from 'rxjs';
import type { Instrument } from '../domain/instrument.ts';
import type { Bar } from '../domain/market.ts';
import type { BarFormula, BarValues, NumberFormula } from '../indicators/indicator.ts';
import { Universe } from '../indicators/universe.ts';
import { checkNames, type IndicatorValues } from './with-indicators.ts';

type Formulas = Readonly<Record<string, NumberFormula<unknown> | BarFormula<unknown>>>;

/**
 * Adds indicator values to every bar of a stream of many instruments: `withIndicators` in universe form.
 *
 * In       bars of any of the instruments, each one's oldest first, closed or forming as for `withIndicators`
 * Out      the same bars, one for one, plus the values of the bar's own instrument; a bar of an instrument that is not in
 *          the list does not come through
 * Errors   INDICATOR_NAME_TAKEN at once
 * Cost     one object per formula whatever the number of instruments; states lie in one typed array by `instrument.index`
 *
 * Example  merge(...instruments.map(({ symbol }) => market.bars(symbol, '1m'))).pipe(
 *            withIndicatorsEach(instruments, { power: rsi(14) }))
 */
export function withIndicatorsEach<B extends BarValues & Pick<Bar, 'instrument' | 'start'>, const R extends Formulas>(
  instruments: readonly Pick<Instrument, 'symbol' | 'index'>[],
  formulas: R & { readonly [Name in keyof Bar]?: never },
): OperatorFunction<B, B & IndicatorValues<R>> {
  checkNames(formulas);
  const places = new Map(instruments.map(({ symbol, index }) => [symbol, index]));
  const size = Math.max(0, ...instruments.map(({ index }) => index + 1));
  return (bars$) =>
    defer(() => {
      const lines = Object.entries<NumberFormula<unknown> | BarFormula<unknown>>(formulas).map(([name, formula]) => ({
        name,
        // A universe takes what its formula reads: the cast lets one loop feed both kinds.
        universe: new Universe(formula as BarFormula<unknown>, size) as unknown as Universe<
          number | BarValues,
          unknown
        >,
        ofCloses: formula.input === 'number',
      }));
      const starts = new Float64Array(size).fill(Number.NaN);
      return bars$.pipe(
        filter((bar) => places.has(bar.instrument)),
        map((bar) => {
          const index = places.get(bar.instrument) ?? 0;
          const sameBar = starts[index] === bar.start;
          starts[index] = bar.start;
          const values: Record<string, unknown> = {};
          for (const { name, universe, ofCloses } of lines) {
            const input = ofCloses ? bar.close : bar;
            values[name] = sameBar ? universe.replace(index, input) : universe.update(index, input);
          }
          return { ...bar, ...(values as IndicatorValues<R>) };
        }),
      );
    });
}
