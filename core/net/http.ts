import type { Link } from '../plugin/connection.ts';
import type { HttpRequest } from '../plugin/net.ts';
import { wallTimers } from '../runtime/wall.ts';
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
  link.received(text.length);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badAnswer(request, text, error);
  }
}

/** The answer's body as it comes. The timeout counts up to the first byte and then between two parts. */
export async function requestStream(request: HttpRequest, link: Link): Promise<AsyncIterable<Uint8Array>> {
  const { answer, done, extend } = await send(request, link);
  return (async function* parts() {
    try {
      for await (const part of answer.body ?? []) {
        link.received(part.length);
        extend();
        yield part;
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
  link.received(body.length);
  throw refused(request, answer, body);
}

function fetchOptions({ method, headers, body }: HttpRequest, signal: AbortSignal): RequestInit {
  const asText = typeof body === 'string';
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/json',
      ...(body === undefined || asText ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: asText ? body : JSON.stringify(body) }),
    // A redirect would carry the key to an address that nobody configured.
    redirect: 'error',
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

function failure({ url, timeoutMs = TIMEOUT_MS }: HttpRequest, error: unknown): NetError {
  if (error instanceof NetError) return error;
  const timeout = error instanceof DOMException && error.name === 'TimeoutError';
  return new NetError({
    code: timeout ? 'NET_TIMEOUT' : 'NET_UNREACHABLE',
    where: { path: shownUrl(url) },
    was: timeout ? `no answer within ${timeoutMs} ms` : reasonOf(error),
    expected: 'an answer',
    fix: 'check the address and the network, and the venue’s status page',
  });
}

function refused({ url, limit }: HttpRequest, answer: Response, body: string): NetError {
  const retryAfterMs = waitOf(answer.headers.get('retry-after'));
  if (retryAfterMs !== undefined) limit?.pause(retryAfterMs);
  const { status } = answer;
  return new NetError(
    {
      code: 'NET_REFUSED',
      where: { path: shownUrl(url) },
      was: `status ${status}${body === '' ? '' : `: ${body.slice(0, BODY_SHOWN)}`}`,
      expected: 'status 200',
      fix: fixes[status] ?? 'see what the venue says',
    },
    { status, retryAfterMs, body: body.slice(0, BODY_KEPT) },
  );
}

const fixes: Readonly<Record<number, string>> = {
  401: 'check the key or the token',
  403: 'check what the key is allowed to do',
  404: 'check the address',
  429: 'ask less often, or wait: the venue limits requests',
};

/** Seconds, as nearly every venue sends them. */
function waitOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

const badAnswer = ({ url }: HttpRequest, text: string, cause: unknown): NetError =>
  new NetError(
    {
      code: 'NET_BAD_ANSWER',
      where: { path: shownUrl(url) },
      was: `${text.slice(0, BODY_SHOWN)}: ${reasonOf(cause)}`,
      expected: 'JSON',
      fix: 'check the address: a proxy or a login page may answer in the venue’s place',
    },
    { body: text.slice(0, BODY_KEPT) },
  );
