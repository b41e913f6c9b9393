import type { Link } from '../plugin/connection.ts';
import type { HttpRequest } from '../plugin/net.ts';
import { wallMicros, wallTimers } from '../runtime/wall.ts';
import { masked } from './masked.ts';
import { NetError } from './net-error.ts';
import { reasonOf } from './reason-of.ts';
import { shownUrl } from './shown-url.ts';

const TIMEOUT_MS = 15_000;
const BODY_SHOWN = 200;
const BODY_KEPT = 4000;

/** The answer's JSON. Errors: NET_UNREACHABLE, NET_TIMEOUT, NET_REFUSED, NET_BAD_ANSWER. */
export async function requestJson(request: HttpRequest, link: Link): Promise<unknown> {
  const { answer, done } = await send(request, link);
  const text = await within(request, () => answer.text(), done);
  link.received(Buffer.byteLength(text));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badAnswer(request, text);
  }
}

/** The answer's body as it comes. The timeout counts up to the first byte and then between two parts. */
export async function requestStream(request: HttpRequest, link: Link): Promise<AsyncIterable<Uint8Array>> {
  const { answer, done, extend } = await send(request, link);
  return (async function* parts() {
    try {
      for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
        link.received(part.length);
        // Time that the reader takes for itself is not the venue's.
        done();
        yield part;
        extend();
      }
    } catch (error) {
      throw failure(request, error);
    } finally {
      done();
    }
  })();
}

interface Sent {
  readonly answer: Response;
  /** Starts the time anew. */
  readonly extend: () => void;
  readonly done: () => void;
}

async function send(request: HttpRequest, link: Link): Promise<Sent> {
  await request.limit?.take();
  const abort = new AbortController();
  const giveUp = (): void => abort.abort(new DOMException('no answer', 'TimeoutError'));
  const limitMs = request.timeoutMs ?? TIMEOUT_MS;
  let timer = wallTimers.setTimeout(giveUp, limitMs);
  const done = (): void => wallTimers.clearTimeout(timer);
  const extend = (): void => {
    done();
    timer = wallTimers.setTimeout(giveUp, limitMs);
  };
  const answer = await within(request, () => fetch(request.url, fetchOptions(request, abort.signal)), undefined, done);
  if (answer.ok) return { answer, done, extend };
  const body = await within(request, () => answer.text(), done);
  link.received(Buffer.byteLength(body));
  throw refused(request, answer, body);
}

function fetchOptions({ method, headers, body }: HttpRequest, signal: AbortSignal): RequestInit {
  const asText = typeof body === 'string';
  const all = new Headers({ accept: 'application/json' });
  if (body !== undefined && !asText) all.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers ?? {})) all.set(name, value);
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: all,
    ...(body === undefined ? {} : { body: asText ? body : JSON.stringify(body) }),
    // A redirect would carry the key to an address that nobody configured.
    redirect: 'manual',
    signal,
  };
}

async function within<T>(
  request: HttpRequest,
  work: () => Promise<T>,
  finished?: () => void,
  failed?: () => void,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    failed?.();
    throw failure(request, error);
  } finally {
    finished?.();
  }
}

function failure(request: HttpRequest, error: unknown): NetError {
  if (error instanceof NetError) return error;
  const { url, timeoutMs = TIMEOUT_MS } = request;
  const timeout = error instanceof DOMException && error.name === 'TimeoutError';
  return new NetError({
    code: timeout ? 'NET_TIMEOUT' : 'NET_UNREACHABLE',
    where: { path: shownUrl(url) },
    was: timeout ? `no answer within ${timeoutMs} ms` : whyUnreachable(request, error),
    expected: 'an answer',
    fix: 'check the address and the network, and the venue’s status page',
  });
}

/** The library repeats an address that it does not like, password and all. */
function whyUnreachable(request: HttpRequest, error: unknown): string {
  const parsed = URL.parse(request.url);
  if (parsed === null) return 'the address is none';
  if (parsed.username !== '' || parsed.password !== '') return 'an address with a user or a password in it';
  return masked(reasonOf(error), request);
}

function refused(request: HttpRequest, answer: Response, text: string): NetError {
  const retryAfterMs = waitOf(answer.headers.get('retry-after'));
  if (retryAfterMs !== undefined) request.limit?.pause(retryAfterMs);
  const { status } = answer;
  const body = masked(text.slice(0, BODY_KEPT), request);
  return new NetError(
    {
      code: 'NET_REFUSED',
      where: { path: shownUrl(request.url) },
      was: `status ${status}${body === '' ? '' : `: ${body.slice(0, BODY_SHOWN)}`}`,
      expected: 'status 200',
      fix: status >= 300 && status < 400 ? redirectFix(answer) : (fixes[status] ?? 'see what the venue says'),
    },
    { status, retryAfterMs, body },
  );
}

function redirectFix(answer: Response): string {
  const to = answer.headers.get('location');
  const target = to === null ? undefined : URL.parse(to, answer.url)?.href;
  return `use the address that it leads to${target === undefined ? '' : `, ${shownUrl(target)}`}, if it is the venue’s`;
}

const fixes: Readonly<Record<number, string>> = {
  401: 'check the key or the token',
  403: 'check what the key is allowed to do',
  404: 'check the address',
  429: 'ask less often, or wait: the venue limits requests',
};

/** RFC 9110 §10.2.3: seconds, or a date. */
function waitOf(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - wallMicros() / 1000 : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Without the parser's message: it repeats whatever stands next to the fault, perhaps half a token. */
function badAnswer(request: HttpRequest, text: string): NetError {
  const body = masked(text.slice(0, BODY_KEPT), request);
  return new NetError(
    {
      code: 'NET_BAD_ANSWER',
      where: { path: shownUrl(request.url) },
      was: body === '' ? 'nothing' : body.slice(0, BODY_SHOWN),
      expected: 'JSON',
      fix: 'check the address: a proxy or a login page may answer in the venue’s place',
    },
    { body },
  );
}
