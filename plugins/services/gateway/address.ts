import { listed } from './wants.ts';

/** The parts of a request's target. */
export interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** `undefined` for a target that is none. */
export function addressOf(target: string | undefined): Address | undefined {
  const url = URL.parse(target ?? '', 'http://gateway');
  return url === null ? undefined : { path: url.pathname, query: url.searchParams };
}

/** The symbols of `/ws/{symbol}` and `/ws/multi/{a,b}`; `undefined` for any other path, and for one without a symbol. */
export function symbolsOf(path: string): readonly string[] | undefined {
  const [, multi, single] = /^\/ws\/(?:multi\/([^/]+)|([^/]+))$/.exec(path) ?? [];
  const symbols = multi === undefined ? [decoded(single ?? '').trim()] : listed(decoded(multi));
  const named = symbols.filter((symbol) => symbol !== '');
  return named.length === 0 ? undefined : named;
}

/** Text with a broken escape stands for itself: it is nobody's symbol. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
