import { type InstrumentSpec, type Log, MillraceError, nearest, type Problem } from '#core';
import type { Rest } from './rest.ts';

export type SymbolKind = 'stock' | 'crypto' | 'forex';

/** Those the venue's documentation names; asking it gives the full list. */
const FOREX_EXCHANGES = ['OANDA', 'FXCM', 'FOREX.COM', 'FHFX', 'IC MARKETS', 'ICM TRADER', 'FXPRO', 'PEPPERSTONE'];

/** `BINANCE` of `BINANCE:BTCUSDT`; `undefined` for a stock. */
const prefixOf = (symbol: string): string | undefined => {
  const colon = symbol.indexOf(':');
  return colon < 0 ? undefined : symbol.slice(0, colon);
};

export function kindOf(symbol: string): SymbolKind {
  const prefix = prefixOf(symbol)?.toUpperCase();
  if (prefix === undefined) return 'stock';
  return FOREX_EXCHANGES.some((name) => prefix.startsWith(name)) ? 'forex' : 'crypto';
}

/**
 * Compares the symbols with the venue's lists: one request per exchange. What cannot be asked is not checked, and says so
 * in the log.
 *
 * Errors   PROVIDER_SYMBOL, for all unknown symbols together; PROVIDER_AUTH
 */
export async function checkSymbols(requested: readonly InstrumentSpec[], rest: Rest, log: Log): Promise<void> {
  const lists = Map.groupBy(
    requested.map(({ symbol }) => symbol),
    listOf,
  );
  const problems: Problem[] = [];
  for (const [list, symbols] of lists) {
    const known = await symbolsOf(list, rest, log);
    if (known === undefined) continue;
    const all = new Set(known);
    problems.push(...symbols.filter((symbol) => !all.has(symbol)).map((symbol) => unknownSymbol(symbol, known)));
  }
  if (problems.length > 0) throw new MillraceError(problems);
}

/** Path of the list that a symbol should be on, and its exchange: `/crypto/symbol BINANCE`. */
function listOf(symbol: string): string {
  const kind = kindOf(symbol);
  if (kind !== 'stock') return `/${kind}/symbol ${prefixOf(symbol) ?? ''}`;
  const dot = symbol.lastIndexOf('.');
  // A single letter after the dot is a class of shares (BRK.B), not an exchange.
  return `/stock/symbol ${dot > 0 && symbol.length - dot > 2 ? symbol.slice(dot + 1) : 'US'}`;
}

async function symbolsOf(list: string, rest: Rest, log: Log): Promise<readonly string[] | undefined> {
  const space = list.indexOf(' ');
  const exchange = list.slice(space + 1);
  try {
    const answer = await rest.get(list.slice(0, space), { exchange });
    const symbols = Array.isArray(answer) ? answer.map(symbolOf).filter((symbol) => symbol !== '') : [];
    if (symbols.length > 0) return symbols;
    log.warn(`symbols of ${exchange} are not checked: the venue gives no list`);
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'PROVIDER_AUTH') throw error;
    log.warn(`symbols of ${exchange} are not checked: their list could not be fetched`, { err: error });
  }
  return undefined;
}

function symbolOf(row: unknown): string {
  const symbol: unknown = typeof row === 'object' && row !== null && 'symbol' in row ? row.symbol : undefined;
  return typeof symbol === 'string' ? symbol : '';
}

function unknownSymbol(symbol: string, known: readonly string[]): Problem {
  const near = nearest(symbol, known);
  return {
    code: 'PROVIDER_SYMBOL',
    where: { path: 'instruments' },
    was: symbol,
    expected: 'a symbol of the venue, such as AAPL, BINANCE:BTCUSDT or OANDA:EUR_USD; capitals matter',
    fix: near === undefined ? 'look it up at finnhub.io/docs/api/symbol-search' : `did you mean ${near}?`,
  };
}
