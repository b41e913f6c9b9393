import { type InstrumentSpec, MillraceError, makeInstrument } from '#core';
import type { MarketSettings } from './market.ts';
import type { SimulatorOptions } from './options.ts';
import { knownAs, PROFILES, type Profile } from './profiles.ts';

/** One market, and what the provider says of its instrument. */
export interface OfferedMarket extends MarketSettings {
  readonly spec: InstrumentSpec;
}

/**
 * The markets that the options describe for the requested instruments, sorted by symbol. What the configuration says of an
 * instrument wins over what is known of its root, and that over the profile. Without a request there is one market to try.
 */
export function marketsOf(requested: readonly InstrumentSpec[], options: SimulatorOptions): readonly OfferedMarket[] {
  refuseStrangers(requested, options);
  const specs = requested.length > 0 ? requested : [{ symbol: PROFILES[options.profile].symbol }];
  return [...specs]
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    .map((asked, index) => {
      const own = options.instruments[asked.symbol];
      const profile = PROFILES[own?.profile ?? options.profile];
      const { price, ...known } = { price: profile.price, ...knownAs(asked.symbol) };
      const { tickSize, lotSize } = profile;
      const spec: InstrumentSpec = { tickSize, lotSize, ...known, ...withoutGaps(asked) };
      const instrument = makeInstrument(spec, index);
      const startsAt = own?.price ?? price;
      return {
        spec,
        instrument,
        profile,
        price: startsAt,
        tradesPerSecond: own?.tradesPerSecond ?? options.tradesPerSecond ?? profile.tradesPerSecond,
        volatility: own?.volatility ?? options.volatility ?? usualVolatility(profile, instrument.ticks(startsAt)),
      };
    });
}

const usualVolatility = ({ dayMove }: Profile, ticks: number): number =>
  'percent' in dayMove ? dayMove.percent : (dayMove.ticks / Math.max(1, ticks)) * 100;

/** Spreading an explicit `undefined` would hide the value below it. */
const withoutGaps = (spec: InstrumentSpec): InstrumentSpec => ({
  ...Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)),
  symbol: spec.symbol,
});

function refuseStrangers(requested: readonly InstrumentSpec[], options: SimulatorOptions): void {
  const symbols = requested.map(({ symbol }) => symbol);
  const problems = Object.keys(options.instruments)
    .filter((symbol) => !symbols.includes(symbol))
    .map((symbol) => ({
      code: 'CONFIG_UNKNOWN_INSTRUMENT',
      where: { path: `instruments.${symbol}` },
      was: `options for ${symbol}, which the simulator was not asked for`,
      expected: symbols.length > 0 ? `one of ${symbols.join(', ')}` : 'only instruments that the configuration names',
      fix: `add ${symbol} to the instruments of the configuration, or remove its options here`,
    }));
  if (problems.length > 0) throw new MillraceError(problems);
}
