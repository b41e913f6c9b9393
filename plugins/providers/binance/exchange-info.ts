import { type InstrumentSpec, type Log, MillraceError, nearest } from '#core';
import { type Rest, statusOf } from './rest.ts';
import type { MarketName } from './venues.ts';

/** More symbols than this make the address too long; the whole list is fetched instead. */
const MOST_ASKED = 100;

interface VenueSymbol {
  readonly symbol: string;
  readonly status: string;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: number | undefined;
  readonly stepSize: number | undefined;
}

/**
 * The configured instruments with what the venue says of them: tick size, quantity step, currency. What the configuration
 * sets is kept.
 *
 * Errors   PROVIDER_SYMBOL for every symbol that the venue does not list
 */
export async function lookUp(
  requested: readonly InstrumentSpec[],
  { rest, market, log }: { readonly rest: Rest; readonly market: MarketName; readonly log: Log },
): Promise<readonly InstrumentSpec[]> {
  if (requested.length === 0) return [];
  const symbols = requested.map(({ symbol }) => symbol);
  const listed = new Map((await fetchSymbols(symbols, rest, market)).map((each) => [each.symbol, each]));
  const unknown = symbols.filter((symbol) => !listed.has(symbol));
  if (unknown.length > 0) throw unknownSymbols(unknown, [...listed.keys()]);
  return requested.map((spec) => {
    const found = listed.get(spec.symbol) as VenueSymbol;
    if (found.status !== 'TRADING') log.warn(`${spec.symbol} does not trade now: ${found.status}`);
    return describe(spec, found, market);
  });
}

async function fetchSymbols(symbols: readonly string[], rest: Rest, market: MarketName): Promise<VenueSymbol[]> {
  // The spot list is tens of megabytes. Only when a symbol is unknown is all of it needed, to say what was meant.
  if (market === 'spot' && symbols.length <= MOST_ASKED) {
    try {
      return symbolsOf(await rest.exchangeInfo(symbols));
    } catch (error) {
      if (statusOf(error) !== 400) throw error;
    }
  }
  return symbolsOf(await rest.exchangeInfo());
}

/** The symbols of an `exchangeInfo` answer; entries that cannot be read are left out. */
export function symbolsOf(answer: unknown): VenueSymbol[] {
  const { symbols } = (answer ?? {}) as { readonly symbols?: unknown };
  if (!Array.isArray(symbols)) throw notAList();
  return (symbols as readonly Raw[]).flatMap((raw) => {
    if (typeof raw?.symbol !== 'string') return [];
    return [
      {
        symbol: raw.symbol,
        status: text(raw.status ?? raw.contractStatus),
        base: text(raw.baseAsset),
        quote: text(raw.quoteAsset),
        tickSize: filterOf(raw, 'PRICE_FILTER', 'tickSize'),
        stepSize: filterOf(raw, 'LOT_SIZE', 'stepSize'),
      },
    ];
  });
}

type Raw = Readonly<Record<string, unknown>>;

/** A field of one of a symbol's filters. Zero switches a bound off. */
function filterOf(raw: Raw, filterType: string, field: string): number | undefined {
  if (!Array.isArray(raw.filters)) return undefined;
  const filter = (raw.filters as readonly Raw[]).find((each) => each?.filterType === filterType);
  const value = Number(filter?.[field]);
  return value > 0 && value < Infinity ? value : undefined;
}

function describe(spec: InstrumentSpec, found: VenueSymbol, market: MarketName): InstrumentSpec {
  return {
    ...spec,
    tickSize: spec.tickSize ?? found.tickSize,
    lotSize: spec.lotSize ?? found.stepSize,
    currency: spec.currency ?? found.quote,
    description: spec.description ?? `${found.base}/${found.quote} ${market === 'spot' ? 'spot' : 'USD-M futures'}`,
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const unknownSymbols = (unknown: readonly string[], known: readonly string[]): MillraceError =>
  new MillraceError(
    unknown.map((symbol) => {
      const near = nearest(symbol, known);
      return {
        code: 'PROVIDER_SYMBOL',
        where: { path: `instruments.${symbol}` },
        was: symbol,
        expected: `one of the ${known.length} symbols of the market, in capitals and without a separator`,
        fix: near === undefined ? 'check the symbol and the option market' : `did you mean ${near}?`,
      };
    }),
  );

const notAList = (): MillraceError =>
  new MillraceError({
    code: 'NET_BAD_ANSWER',
    where: { path: 'exchangeInfo' },
    was: 'an answer without a list of symbols',
    expected: '{"symbols": […]}',
    fix: 'check restUrl: it must lead to the market that is configured',
  });
