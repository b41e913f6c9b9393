import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from './access.ts';
import type { Address } from './address.ts';

/** What a route answers: JSON, or a refusal. */
export type Answer = { readonly status?: 200; readonly body: unknown } | Refusal;
type Route = (address: Address) => Answer | Promise<Answer>;
export type Routes = Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST', Route>>>>>;

const LARGEST_BODY = 65_536;

/** Finds the route, reads the body away and answers, in the old service's words where something is wrong. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
  address: Address,
): Promise<void> {
  if (!(await readAway(request))) {
    send(response, { status: 413, detail: `A body of more than ${LARGEST_BODY} bytes` });
    return;
  }
  const methods = routes[address.path] ?? routes[address.path.replace(/[^/]+$/, '*')];
  const route = methods?.[request.method as 'GET' | 'POST'];
  if (methods === undefined) send(response, { status: 404, detail: 'Not Found' });
  else if (route === undefined) send(response, { status: 405, detail: 'Method Not Allowed' });
  else send(response, await route(address));
}

export function send(response: ServerResponse, answer: Answer): void {
  const text = JSON.stringify('detail' in answer ? { detail: answer.detail } : answer.body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  // A body that is too long is not read to its end, so the connection cannot be used again.
  const status = answer.status ?? 200;
  response.writeHead(status, status === 413 ? { ...headers, connection: 'close' } : headers).end(text);
}

/** No route has a use for a body. False when there is too much of it. */
async function readAway(request: IncomingMessage): Promise<boolean> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return false;
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > LARGEST_BODY) return false;
  }
  return true;
}
