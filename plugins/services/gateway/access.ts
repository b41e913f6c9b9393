import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** An answer that says no. `detail` is what the old service called its text. */
export interface Refusal {
  readonly status: number;
  readonly detail: string;
}

interface AccessRules {
  readonly token?: string | undefined;
  readonly origins: readonly string[];
}

/** Who may come in: web pages that are listed, and everybody who has the token if there is one. */
export function refuseAccess(
  request: IncomingMessage,
  query: URLSearchParams,
  rules: AccessRules,
): Refusal | undefined {
  const { origin } = request.headers;
  // Programs send none. A browser always does, and would let any page on the internet talk to this machine.
  if (origin !== undefined && !rules.origins.includes(origin)) {
    return { status: 403, detail: 'This origin is not among those that may connect' };
  }
  if (rules.token === undefined) return undefined;
  const given = bearer(request.headers.authorization) ?? query.get('token');
  if (given !== null && given !== undefined && same(given, rules.token)) return undefined;
  return { status: 401, detail: 'A token is needed: Authorization: Bearer …, or ?token=…' };
}

const bearer = (header: string | undefined): string | undefined => /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

/** In the same time whatever is different, the length included. */
function same(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
