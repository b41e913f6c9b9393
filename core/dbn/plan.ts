import type { InstrumentSpec } from '../domain/instrument.ts';
import { knownContract } from '../domain/known-futures.ts';
import { chooseFeeds } from './feeds.ts';
import type { DbnTarget } from './read-rows.ts';
import type { DbnSurvey } from './survey.ts';

interface DbnInstrument {
  readonly spec: InstrumentSpec;
  /** Its tick size was taken from prices. */
  readonly isGuess: boolean;
}

export interface DbnPlan {
  /** In order of symbol; rows are numbered by it. */
  readonly instruments: readonly DbnInstrument[];
  readonly targets: ReadonlyMap<string, DbnTarget>;
}

/**
 * What several files together make: their instruments, and for each of these the record type that each stream comes from.
 * Files of definitions alone only describe the instruments of others.
 */
export function planDbn(surveys: readonly DbnSurvey[]): DbnPlan {
  const markets = surveys.filter(({ rtypes }) => rtypes.size > 0);
  const symbols = [...new Set(markets.flatMap((survey) => survey.symbols))].sort();
  const targets = symbols.map((symbol, inst) => {
    const rtypes = markets.flatMap((survey) => (survey.symbols.includes(symbol) ? [...survey.rtypes] : []));
    return [symbol, { inst, feeds: chooseFeeds(rtypes) }] as const;
  });
  return { instruments: symbols.map((symbol) => describe(symbol, surveys)), targets: new Map(targets) };
}

/** What its definition says, else what is known of the contract, else what the prices show. */
function describe(symbol: string, surveys: readonly DbnSurvey[]): DbnInstrument {
  const isFuture = surveys.some(({ metadata }) => metadata === undefined || metadata.dataset.startsWith('GLBX'));
  const defined = surveys.flatMap(({ specs }) => specs.get(symbol) ?? [])[0];
  const told = { ...(isFuture && knownContract(symbol)), ...defined };
  const guess = surveys.flatMap(({ ticks }) => ticks.get(symbol)?.tickSize() ?? [])[0];
  return { spec: { tickSize: guess, ...told, symbol }, isGuess: told.tickSize === undefined && guess !== undefined };
}
