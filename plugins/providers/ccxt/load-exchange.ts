import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MICROS_PER_MS, MillraceError, nearest } from '#core';
import type { Exchange } from './exchange.ts';
import type { CcxtOptions } from './options.ts';

/** ccxt is released almost daily, and how it behaves changes between releases: this one has been tried. */
const VERSION = '4.5.84';
/** ccxt's own default of 1000 loses trades in bursts. */
const TRADES_KEPT = 10_000;

type ExchangeClass = new (settings: Readonly<Record<string, unknown>>) => Exchange;

/**
 * Makes the exchange, with ccxt imported now and not before: it costs half a second and 80 MB.
 *
 * Errors   PROVIDER_PEER_MISSING without ccxt; CONFIG_INVALID_OPTION for an exchange that it does not know, or a sandbox that
 *          the exchange does not have
 */
export async function loadExchange(options: CcxtOptions, baseDir: string): Promise<Exchange> {
  const exchange = construct(await importCcxt(options.module, baseDir), options);
  exchange.streaming = { ...exchange.streaming, keepAlive: options.keepAlive / MICROS_PER_MS };
  if (options.sandbox) enterSandbox(exchange, options.exchange);
  exchange.urls.api = redirected(exchange.urls.api, options);
  // Without this, ccxt refuses any address that is not encrypted.
  if (options.streamsUrl?.startsWith('ws:') === true) await exchange.loadHttpProxyAgent?.();
  return exchange;
}

async function importCcxt(module: string, baseDir: string): Promise<Record<string, unknown>> {
  const isFile = module.startsWith('.') || isAbsolute(module);
  try {
    const loaded = (await import(isFile ? pathToFileURL(resolve(baseDir, module)).href : module)) as {
      default?: Record<string, unknown>;
    } & Record<string, unknown>;
    return loaded.default ?? loaded;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new MillraceError(
      {
        code: 'PROVIDER_PEER_MISSING',
        where: { path: 'providers.ccxt' },
        was: `${module} is not installed`,
        expected: `the package ccxt ${VERSION}, which comes separately because of its size`,
        fix: `npm install --ignore-scripts ccxt@${VERSION}`,
      },
      { cause: error },
    );
  }
}

function construct(ccxt: Record<string, unknown>, options: CcxtOptions): Exchange {
  const streaming = (ccxt['pro'] ?? {}) as Record<string, unknown>;
  const known = namesOf(ccxt);
  const Class = known.includes(options.exchange) ? (streaming[options.exchange] ?? ccxt[options.exchange]) : undefined;
  if (typeof Class !== 'function') throw unknownExchange(options.exchange, known);
  const { settings, apiKey, secret, password } = options;
  const keys = Object.entries({ apiKey, secret, password }).filter(([, value]) => value !== undefined);
  return new (Class as ExchangeClass)({
    newUpdates: true,
    ...Object.fromEntries(keys),
    ...settings,
    options: {
      tradesLimit: TRADES_KEPT,
      // With a key, loading the markets would ask for account data as well.
      fetchMargins: false,
      fetchCurrencies: false,
      // The runtime pauses between attempts already.
      ws: { backoff: { base: 0, max: 0 } },
      ...(settings['options'] as object | undefined),
    },
  });
}

const namesOf = ({ exchanges }: Record<string, unknown>): readonly string[] =>
  Array.isArray(exchanges) ? exchanges.map(String) : [];

function enterSandbox(exchange: Exchange, name: string): void {
  // Every class has the method. Where there is no sandbox it leaves the exchange without an address.
  if (exchange.has['sandbox'] !== true || exchange.setSandboxMode === undefined) {
    throw new MillraceError({
      code: 'CONFIG_INVALID_OPTION',
      where: { path: 'providers.ccxt.sandbox' },
      was: `true, but ${name} has no test system`,
      expected: 'an exchange that has one',
      fix: 'remove sandbox: market data needs no account on most exchanges',
    });
  }
  exchange.setSandboxMode(true);
}

/** The same tree of addresses on other hosts: paths stay. */
function redirected(api: unknown, { restUrl, streamsUrl }: CcxtOptions): unknown {
  const move = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, move(inner)]));
    }
    if (typeof value !== 'string' || !URL.canParse(value)) return value;
    const base = /^wss?:/.test(value) ? streamsUrl : restUrl;
    return base === undefined ? value : base.replace(/\/+$/, '') + new URL(value).pathname.replace(/\/$/, '');
  };
  return restUrl === undefined && streamsUrl === undefined ? api : move(api);
}

function unknownExchange(name: string, known: readonly string[]): MillraceError {
  const near = nearest(name, known);
  return new MillraceError({
    code: 'CONFIG_INVALID_OPTION',
    where: { path: 'providers.ccxt.exchange' },
    was: name,
    expected: `one of the ${known.length} exchanges of ccxt, in lower case`,
    fix: near === undefined ? 'look it up at github.com/ccxt/ccxt/wiki/Exchange-Markets' : `did you mean ${near}?`,
  });
}
