/** The classes of ccxt that matter here, in their places. */
class BaseError extends Error {
  override name = 'BaseError';
}
class ExchangeError extends BaseError {
  override name = 'ExchangeError';
}
class AuthenticationError extends ExchangeError {
  override name = 'AuthenticationError';
}
class BadSymbol extends ExchangeError {
  override name = 'BadSymbol';
}
export class ExchangeClosedByUser extends ExchangeError {
  override name = 'ExchangeClosedByUser';
}
export class UnsubscribeError extends BaseError {
  override name = 'UnsubscribeError';
}
export class NetworkError extends BaseError {
  override name = 'NetworkError';
}
class RateLimitExceeded extends NetworkError {
  override name = 'RateLimitExceeded';
}
export class RequestTimeout extends NetworkError {
  override name = 'RequestTimeout';
}
export class ChecksumError extends NetworkError {
  override name = 'ChecksumError';
}

/** What the venue's own error codes become. */
export function errorOf(kind: unknown, text: string): Error {
  switch (kind) {
    case 'auth':
      return new AuthenticationError(text);
    case 'symbol':
      return new BadSymbol(text);
    case 'limit':
      return new RateLimitExceeded(text);
    default:
      return new ExchangeError(text);
  }
}
