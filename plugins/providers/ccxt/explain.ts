import { MillraceError } from '#core';

const LONGEST = 300;

/** Whether an error is of a class of ccxt's, or of one below it. By name: the module is loaded at run time. */
export function isKind(error: unknown, kind: string): boolean {
  for (let at: unknown = error; at !== null && typeof at === 'object'; at = Object.getPrototypeOf(at)) {
    if (at.constructor?.name === kind) return true;
  }
  return error instanceof Error && error.name === kind;
}

const CODES: readonly (readonly [kind: string, code: string, fix: string])[] = [
  ['BadSymbol', 'PROVIDER_SYMBOL', 'write the symbol as ccxt does: BTC/USDT, BTC/USDT:USDT for a perpetual'],
  [
    'AuthenticationError',
    'PROVIDER_AUTH',
    'check the key, and that it belongs to this system: sandbox keys are separate',
  ],
  ['DDoSProtection', 'NET_REFUSED', 'ask less often: raise poll, or take fewer instruments'],
  ['RateLimitExceeded', 'NET_REFUSED', 'ask less often: raise poll, or take fewer instruments'],
  ['RequestTimeout', 'NET_TIMEOUT', 'nothing to do if it comes back; otherwise check the network'],
  ['NetworkError', 'NET_LOST', 'nothing to do: the runtime connects again'],
];

/** A failure of ccxt in our words. Its own text may hold an address with a key in it: `secrets` are masked. */
export function explain(error: unknown, exchange: string, secrets: readonly string[] = []): MillraceError {
  if (error instanceof MillraceError) return error;
  const known = CODES.find(([kind]) => isKind(error, kind));
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const masked = secrets.reduce((shown, secret) => shown.replaceAll(secret, '•••'), text).slice(0, LONGEST);
  return new MillraceError({
    code: known?.[1] ?? 'NET_REFUSED',
    where: { path: exchange },
    was: masked,
    expected: 'an answer of the exchange',
    fix: known?.[2] ?? 'see what the exchange says; the runtime tries again',
  });
}
