const MASK = '•••';
/** Shorter than this is no secret, and masking it would make a text unreadable. */
const SHORTEST = 4;
const SECRET_NAME = /key|token|secret|pass|sign|auth|cookie|session/i;
const SECRET_FIELD = /("[^"]*(?:key|token|secret|pass|sign|auth|session)[^"]*"\s*:\s*")(?:[^"\\]|\\.)*/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g;

interface Sent {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly protocols?: readonly string[] | undefined;
  readonly body?: unknown;
}

/**
 * A text of a server or of a library as it may be shown: whatever secret travelled with the request is masked, since both
 * like to repeat what they were given. So are fields of the text that are named like secrets, and JSON web tokens.
 */
export function masked(text: string, sent: Sent): string {
  let shown = text;
  for (const secret of secretsOf(sent)) shown = shown.replaceAll(secret, MASK);
  return shown.replace(SECRET_FIELD, `$1${MASK}`).replace(JSON_WEB_TOKEN, MASK);
}

/** Longest first, or a part of one would spoil the search for the whole. */
function secretsOf({ url, headers = {}, protocols = [], body }: Sent): readonly string[] {
  const { username = '', password = '', search = '' } = URL.parse(url) ?? {};
  const plain = [
    username,
    password,
    ...[...new URLSearchParams(search)].flatMap(secretIn),
    ...Object.entries(headers).flatMap(secretIn).flatMap(credentialsIn),
    ...protocols,
    ...inBody(body),
  ].filter((secret) => secret.length >= SHORTEST);
  const all = new Set(plain.flatMap((secret) => [secret, decoded(secret), encodeURIComponent(secret)]));
  return [...all].sort((a, b) => b.length - a.length);
}

const secretIn = ([name, value]: readonly [string, string]): readonly string[] =>
  SECRET_NAME.test(name) ? [value] : [];

/** `Bearer abc`: the word is no secret. `Basic abc`: neither what it stands for may be shown. */
function credentialsIn(value: string): readonly string[] {
  const [scheme = '', rest = ''] = value.split(/\s+/, 2);
  if (rest === '') return [value];
  const inside = /^basic$/i.test(scheme) ? Buffer.from(rest, 'base64').toString().split(':') : [];
  return [value, rest, ...inside];
}

function inBody(body: unknown): readonly string[] {
  if (typeof body === 'string') return [...new URLSearchParams(body)].flatMap(secretIn);
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'string' ? secretIn([name, value]) : inBody(value),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
