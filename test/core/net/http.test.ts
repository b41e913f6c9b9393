import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HttpRequest, NetError, RateLimit } from '#core';
import { requestJson, requestStream } from '../../../core/net/http.ts';
import { testLink } from '../../helpers/provider-rig.ts';
import { allOf } from './leaks.ts';

const SECRET = 'key-8e1d0b44c7';

const servers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of servers.splice(0)) await close();
});

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An HTTP server that keeps what it is asked. */
async function serve(answer: (response: ServerResponse) => unknown): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      seen.push({ method: request.method, path: request.url, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen };
}

const answering =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };

async function errorOf(request: HttpRequest): Promise<NetError> {
  const error: unknown = await requestJson(request, testLink()).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error as NetError;
}
const wasOf = ({ problems: [problem] }: NetError) => problem?.was;

function watchedLimit(): RateLimit & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    take: async (tokens) => void log.push(`take ${tokens ?? 1}`),
    tryTake: () => true,
    pause: (ms) => void log.push(`pause ${ms}`),
  };
}

describe('net.json', () => {
  it('gets and reads the answer, and counts its bytes', async () => {
    const { url, seen } = await serve(answering(200, '{"grüße":[1,2.5,null]}'));
    const link = testLink();
    await expect(requestJson({ url: `${url}?symbol=ES` }, link)).resolves.toEqual({ grüße: [1, 2.5, null] });
    expect([seen[0]?.method, seen[0]?.path, seen[0]?.headers.accept]).toEqual([
      'GET',
      '/v1?symbol=ES',
      'application/json',
    ]);
    expect([link.said.frames, link.said.bytes]).toEqual([1, Buffer.byteLength('{"grüße":[1,2.5,null]}')]);
  });

  it('posts a body as JSON, and a string as it is', async () => {
    const { url, seen } = await serve(answering(200, '{}'));
    await requestJson({ url, body: { user: 'a', list: [1] } }, testLink());
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/plain' };
    await requestJson({ url, method: 'DELETE', body: 'a=1&b=2', headers: form }, testLink());
    expect(seen.map(({ method, headers, body }) => [method, headers['content-type'], headers.accept, body])).toEqual([
      ['POST', 'application/json', 'application/json', '{"user":"a","list":[1]}'],
      ['DELETE', 'application/x-www-form-urlencoded', 'text/plain', 'a=1&b=2'],
    ]);
  });

  it('waits for its turn before it asks', async () => {
    const { url, seen } = await serve(answering(200, '{}'));
    const turn = Promise.withResolvers<void>();
    const limit = { ...watchedLimit(), take: () => turn.promise };
    // The time in the queue is not the venue's: the limit of 80 ms starts with the request.
    const answer = requestJson({ url, limit, timeoutMs: 80 }, testLink());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(seen).toEqual([]);
    turn.resolve();
    await expect(answer).resolves.toEqual({});
  });

  it('gives up when no answer comes, or when it stops in the middle', async () => {
    const silent = await serve(() => undefined);
    const stalling = await serve((response) => void response.writeHead(200).write('{"a":'));
    for (const { url } of [silent, stalling]) {
      const started = Date.now();
      const error = await errorOf({ url, timeoutMs: 60 });
      expect([error.code, wasOf(error)]).toEqual(['NET_TIMEOUT', 'no answer within 60 ms']);
      expect(Date.now() - started).toBeLessThan(1000);
    }
  });

  it('says that nobody listens', async () => {
    const { url } = await serve(() => undefined);
    await servers.splice(0)[0]?.();
    const error = await errorOf({ url });
    expect([error.code, wasOf(error)]).toEqual(['NET_UNREACHABLE', expect.stringMatching(/^connect ECONNREFUSED/)]);
  });

  it('says that the answer broke off', async () => {
    const { url } = await serve((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":', () => response.destroy());
    });
    expect((await errorOf({ url })).code).toBe('NET_UNREACHABLE');
  });

  it('tells the status and the words of a refusal, with a fix for those that are known', async () => {
    const { url } = await serve(answering(401, '{"error":"Invalid API key"}'));
    const error = await errorOf({ url });
    expect([error.code, error.status, error.body, wasOf(error)]).toEqual([
      'NET_REFUSED',
      401,
      '{"error":"Invalid API key"}',
      'status 401: {"error":"Invalid API key"}',
    ]);
    expect(error.problems[0]?.fix).toBe('check the key or the token');
  });

  it('pauses everybody who shares the limit when the venue says how long', async () => {
    const { url } = await serve(answering(429, '', { 'retry-after': '7' }));
    const limit = watchedLimit();
    const error = await errorOf({ url, limit });
    expect([limit.log, error.retryAfterMs]).toEqual([['take 1', 'pause 7000'], 7000]);
  });

  it.each([
    ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
    ['', undefined],
    ['soon', undefined],
    ['-3', 0],
  ])('takes a Retry-After of "%s" for %s ms', async (header, ms) => {
    const { url } = await serve(answering(503, '', { 'retry-after': header }));
    expect((await errorOf({ url })).retryAfterMs).toBe(ms);
  });

  it('understands a Retry-After that is a date', async () => {
    // RFC 9110 §10.2.3 allows both forms. Dates have whole seconds.
    const { url } = await serve(answering(503, '', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }));
    const { retryAfterMs } = await errorOf({ url });
    expect(retryAfterMs).toBeGreaterThan(57_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('does not carry a key to another address', async () => {
    const elsewhere = await serve(answering(200, '{}'));
    const to = `${elsewhere.url}?token=${SECRET}`;
    const { url } = await serve(answering(302, '', { location: to }));
    const error = await errorOf({ url, headers: { authorization: SECRET } });
    expect([error.code, error.status, error.problems[0]?.fix]).toEqual([
      'NET_REFUSED',
      302,
      `use the address that it leads to, ${elsewhere.url}, if it is the venue’s`,
    ]);
    expect(elsewhere.seen).toEqual([]);
  });

  it('shows the beginning of an answer that is no JSON', async () => {
    const { url } = await serve(answering(200, `<html>${'x'.repeat(500)}`));
    const error = await errorOf({ url });
    expect([error.code, wasOf(error)]).toEqual(['NET_BAD_ANSWER', `<html>${'x'.repeat(194)}`]);
    const empty = await serve(answering(200, ''));
    expect(wasOf(await errorOf({ url: empty.url }))).toBe('nothing');
  });
});

describe('net.stream', () => {
  const read = async (request: HttpRequest, slowMs = 0, link = testLink()): Promise<string> => {
    let text = '';
    for await (const part of await requestStream(request, link)) {
      text += Buffer.from(part).toString();
      if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
    }
    return text;
  };
  /** Writes parts with pauses, and ends unless told not to. */
  const dripping =
    (parts: readonly string[], everyMs: number, end = true) =>
    async (response: ServerResponse): Promise<void> => {
      response.writeHead(200);
      for (const part of parts) {
        response.write(part);
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
      if (end) response.end();
    };

  it('takes as long as it takes while parts come', async () => {
    const { url } = await serve(dripping(['a', 'b', 'c', 'd', 'e'], 60));
    const link = testLink();
    await expect(read({ url, timeoutMs: 200 }, 0, link)).resolves.toBe('abcde');
    expect(link.said.bytes).toBe(5);
  });

  it('gives up when no part comes for too long', async () => {
    const { url } = await serve(dripping(['a', 'b'], 10, false));
    await expect(read({ url, timeoutMs: 80 })).rejects.toMatchObject({ code: 'NET_TIMEOUT' });
  });

  it('does not count the time that its reader takes', async () => {
    const { url } = await serve(dripping(['a', 'b'], 5));
    await expect(read({ url, timeoutMs: 60 }, 150)).resolves.toBe('ab');
  });

  it('is refused like any request', async () => {
    const { url } = await serve(answering(404, 'no such file'));
    await expect(read({ url })).rejects.toMatchObject({ code: 'NET_REFUSED', status: 404 });
  });

  it('ends the connection when its reader has enough', async () => {
    const closed = vi.fn();
    const { url } = await serve((response) => {
      response.on('close', closed);
      response.writeHead(200).write('a');
    });
    for await (const part of await requestStream({ url }, testLink())) {
      expect(Buffer.from(part).toString()).toBe('a');
      break;
    }
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });
});

describe('a secret of a request', () => {
  const requests = (url: string): readonly HttpRequest[] => [
    { url: `${url}?apikey=${SECRET}` },
    { url: `${url}?apikey=${encodeURIComponent(`${SECRET}+/=`)}` },
    { url, headers: { 'X-Api-Key': SECRET } },
    { url, headers: { authorization: `Bearer ${SECRET}` } },
    { url, headers: { authorization: `Basic ${Buffer.from(`${SECRET}:`).toString('base64')}` } },
    { url, body: { userName: 'trader', apiKey: SECRET } },
    { url, body: { login: { password: SECRET } } },
    { url, body: `user=trader&password=${SECRET}` },
  ];

  it.each([401, 200, 302])('is in no error though the server repeats it with status %s', async (status) => {
    const { url, seen } = await serve((response) => {
      const last = seen.at(-1);
      const inside = Buffer.from((last?.headers.authorization ?? '').split(' ')[1] ?? '', 'base64').toString();
      response
        .writeHead(status)
        .end(`${inside} ${decodeURIComponent(last?.path ?? '')} ${last?.body ?? ''} ${JSON.stringify(last)} failed`);
    });
    for (const request of requests(url)) {
      const error = await errorOf(request);
      expect(error.code).toBe(status === 200 ? 'NET_BAD_ANSWER' : 'NET_REFUSED');
      expect(error.body).toContain('•••');
      expect(allOf(error)).not.toContain(SECRET);
    }
  });

  it('is in no error when it is cut in half by what is shown', async () => {
    const { url } = await serve(answering(403, `${'.'.repeat(195)}${SECRET}`));
    const error = await errorOf({ url, headers: { 'X-Api-Key': SECRET } });
    expect(wasOf(error)).toBe(`status 403: ${'.'.repeat(195)}•••`);
  });

  it('is in no error of a request that cannot be sent', async () => {
    const wrong: readonly HttpRequest[] = [
      { url: `https://trader:${SECRET}@127.0.0.1/` },
      { url: `https://${SECRET}@127.0.0.1/` },
      { url: `//nonsense?token=${SECRET}` },
      { url: 'http://127.0.0.1:1/', headers: { 'x-api-key': `${SECRET}\n${SECRET}` } },
      { url: 'http://127.0.0.1:1/', headers: { 'x-api-key': `${SECRET}•` } },
    ];
    for (const request of wrong) {
      const error = await errorOf(request);
      expect([error.code, wasOf(error)]).toEqual(['NET_UNREACHABLE', expect.not.stringContaining('•••@')]);
      expect(allOf(error)).not.toContain(SECRET);
    }
  });

  it('is not looked for in vain: what is kept for the provider alone is printed by nobody', async () => {
    const { url } = await serve(answering(400, `${'.'.repeat(300)} order 4711 of account 7`));
    const error = await errorOf({ url });
    expect(error.body).toContain('order 4711');
    expect(allOf(error)).not.toContain('order 4711');
  });

  it('that a broken answer brings is in no error', async () => {
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh';
    const { url } = await serve(answering(200, `{"accessToken":"${SECRET}","other":"${jwt}"`));
    const error = await errorOf({ url });
    expect(allOf(error)).not.toContain(SECRET);
    expect(allOf(error)).not.toContain(jwt);
    expect(error.code).toBe('NET_BAD_ANSWER');
  });
});
