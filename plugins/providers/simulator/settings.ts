import { type InstrumentSpec, makeInstrument, MillraceError } from '#core';
import type { MarketSettings } from './market.ts';
import type { SimulatorOptions } from './options.ts';
import { knownAs, PROFILES } from './profiles.ts';

/**
 * The markets that the options describe for the requested instruments, sorted by symbol. What the configuration says of an
 * instrument wins over what is known of its root, and that over the profile.
 */
export function marketsOf(requested: readonly InstrumentSpec[], options: SimulatorOptions): readonly MarketSettings[] {
  refuseStrangers(requested, options);
  return [...requested]
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    .map((spec, index) => {
      const own = options.instruments[spec.symbol];
      const profile = PROFILES[own?.profile ?? options.profile];
      const known = knownAs(spec.symbol);
      return {
        instrument: makeInstrument({ ...profileSpec(profile), ...withoutGaps(known), ...withoutGaps(spec) }, index),
        profile,
        price: own?.price ?? known?.price ?? profile.price,
        tradesPerSecond: own?.tradesPerSecond ?? options.tradesPerSecond ?? profile.tradesPerSecond,
        volatility: own?.volatility ?? options.volatility ?? profile.volatility,
      };
    });
}

const profileSpec = ({ tickSize, lotSize }: { readonly tickSize: number; readonly lotSize: number }) => ({
  symbol: '',
  tickSize,
  lotSize,
});

/** Spreading an explicit `undefined` would hide the value below it. */
const withoutGaps = <T extends object>(value: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, field]) => field !== undefined)) as Partial<T>;

function refuseStrangers(requested: readonly InstrumentSpec[], options: SimulatorOptions): void {
  const symbols = requested.map(({ symbol }) => symbol);
  const problems = Object.keys(options.instruments)
    .filter((symbol) => !symbols.includes(symbol))
    .map((symbol) => ({
      code: 'CONFIG_UNKNOWN_INSTRUMENT',
      where: { path: `instruments.${symbol}` },
      was: `options for ${symbol}, which the simulator was not asked for`,
      expected: `one of ${symbols.join(', ')}`,
      fix: `add ${symbol} to the instruments of the configuration, or remove its options here`,
    }));
  if (problems.length > 0) throw new MillraceError(problems);
}
