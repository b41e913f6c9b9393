import { type InstrumentSpec, MillraceError, nearest } from '#core';
import type { Exchange } from './exchange.ts';

const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;

interface Market {
  readonly precision?: { readonly price?: unknown; readonly amount?: unknown };
  readonly contract?: unknown;
  readonly linear?: unknown;
  readonly contractSize?: unknown;
  readonly quote?: unknown;
  readonly settle?: unknown;
}

/**
 * What the exchange says of the instruments; what the configuration says wins.
 *
 * Errors   PROVIDER_SYMBOL, for all unknown symbols together
 */
export function instrumentsOf(
  requested: readonly InstrumentSpec[],
  exchange: Exchange,
  name: string,
): InstrumentSpec[] {
  const markets = exchange.markets ?? {};
  const missing = requested.filter(({ symbol }) => markets[symbol] === undefined);
  if (missing.length > 0) {
    const known = Object.keys(markets);
    throw new MillraceError(missing.map(({ symbol }) => unknownSymbol(symbol, known, name)));
  }
  return requested.map((spec) => {
    const told = specOf(markets[spec.symbol] as Market, exchange.precisionMode);
    const given = Object.entries(spec).filter(([, value]) => value !== undefined);
    return { ...told, ...Object.fromEntries(given), symbol: spec.symbol };
  });
}

function specOf(market: Market, mode: number | undefined): Omit<InstrumentSpec, 'symbol'> {
  const { precision = {}, contract, linear, contractSize, quote, settle } = market;
  const currency = contract === true ? settle : quote;
  return {
    tickSize: stepOf(precision.price, mode),
    lotSize: stepOf(precision.amount, mode),
    // An inverse contract is worth a fixed sum of the quote currency: no fixed value per point.
    ...(contract === true && linear === true && positive(contractSize) ? { pointValue: contractSize } : {}),
    ...(typeof currency === 'string' ? { currency } : {}),
  };
}

/** Significant digits are no fixed step; nor is a bound that is missing. */
function stepOf(precision: unknown, mode: number | undefined): number | undefined {
  if (typeof precision !== 'number' || !Number.isFinite(precision)) return undefined;
  if (mode === TICK_SIZE) return precision > 0 ? precision : undefined;
  return mode === DECIMAL_PLACES ? Number(`1e${-precision}`) : undefined;
}

const positive = (value: unknown): value is number => typeof value === 'number' && value > 0;

function unknownSymbol(symbol: string, known: readonly string[], name: string) {
  const near = nearest(symbol, known);
  return {
    code: 'PROVIDER_SYMBOL',
    where: { path: 'instruments' },
    was: symbol,
    expected: `a symbol of ${name} as ccxt writes it: BTC/USDT, or BTC/USDT:USDT for a perpetual`,
    fix: near === undefined ? 'see the exchange’s markets' : `did you mean ${near}?`,
  };
}
