import type { IncomingMessage } from 'node:http';
import { Observable, type Subscriber } from 'rxjs';
import WebSocket, { type RawData } from 'ws';
import type { Link } from '../plugin/connection.ts';
import type { WebSocketRequest } from '../plugin/net.ts';
import { wallMicros, wallTimers } from '../runtime/wall.ts';
import { NetError } from './net-error.ts';
import { reasonOf } from './reason-of.ts';
import { shownUrl } from './shown-url.ts';

const HANDSHAKE_MS = 10_000;
const LARGEST = 16 * 1024 * 1024;
/** Enough of a refusal's body to tell why. */
const REASON_LENGTH = 200;

/**
 * One WebSocket as an Observable: subscribe connects, unsubscribe closes. Text frames arrive as strings, others as bytes.
 *
 * Errors   NET_UNREACHABLE when it cannot be opened, NET_REFUSED with the status when the server says no, NET_TIMEOUT when
 *          the handshake or a ping takes too long, NET_LOST when an open socket ends, whoever ended it
 */
export function webSocket(request: WebSocketRequest, link: Link): Observable<string | Uint8Array> {
  return new Observable((subscriber) => {
    const socket = new WebSocket(request.url, request.protocols === undefined ? [] : [...request.protocols], {
      handshakeTimeout: request.timeoutMs ?? HANDSHAKE_MS,
      maxPayload: request.largest ?? LARGEST,
      // Market data is small messages that must leave at once; deflating them costs more than the wire.
      perMessageDeflate: false,
      ...(request.headers === undefined ? {} : { headers: request.headers }),
    });
    const end = (error: Error): void => subscriber.error(error);
    let pings: NodeJS.Timeout | undefined;
    socket.on('open', () => {
      if (request.pingMs !== undefined) pings = pingEvery(request.pingMs, socket, { link, url: request.url, end });
      runGuarded(subscriber, () =>
        request.onOpen?.({
          send: (data) => socket.send(data),
          close: (code, reason) => socket.close(code, reason),
        }),
      );
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      const bytes = bytesOf(data);
      link.received(bytes.length);
      subscriber.next(isBinary ? bytes : bytes.toString());
    });
    socket.on('ping', () => link.heartbeat());
    socket.on('unexpected-response', (_sent, answer: IncomingMessage) => void refused(request.url, answer).then(end));
    socket.on('error', (error) => end(unreachable(request.url, error)));
    socket.on('close', (code, reason) => end(lost(request.url, code, reason.toString())));
    return () => {
      wallTimers.clearInterval(pings);
      leave(socket);
    };
  });
}

/** Closes politely, and does not wait for a peer that no longer listens. */
function leave(socket: WebSocket): void {
  socket.removeAllListeners();
  // A socket that is closed while it connects reports that as an error, to nobody.
  socket.on('error', () => undefined);
  if (socket.readyState === WebSocket.OPEN) {
    socket.close(1000);
    const impatience = wallTimers.setTimeout(() => socket.terminate(), 500);
    socket.on('close', () => wallTimers.clearTimeout(impatience));
  } else socket.terminate();
}

function pingEvery(
  ms: number,
  socket: WebSocket,
  { link, url, end }: { readonly link: Link; readonly url: string; readonly end: (error: Error) => void },
): NodeJS.Timeout {
  let sentAt: number | undefined;
  socket.on('pong', () => {
    if (sentAt === undefined) return;
    link.heartbeat((wallMicros() - sentAt) / 1000);
    sentAt = undefined;
  });
  return wallTimers.setInterval(() => {
    if (sentAt !== undefined) return end(timedOut(url, `no answer to a ping for ${ms} ms`));
    sentAt = wallMicros();
    socket.ping();
  }, ms);
}

function runGuarded(subscriber: Subscriber<unknown>, work: () => void): void {
  try {
    work();
  } catch (error) {
    subscriber.error(error);
  }
}

const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;

const unreachable = (url: string, error: Error): NetError => {
  const timeout = error.message.includes('handshake has timed out');
  return timeout
    ? timedOut(url, 'the handshake was not answered')
    : new NetError({
        code: 'NET_UNREACHABLE',
        where: { path: shownUrl(url) },
        was: `no connection: ${reasonOf(error)}`,
        expected: 'a server that answers',
        fix: 'check the address and the network; the runtime goes on trying',
      });
};

const timedOut = (url: string, was: string): NetError =>
  new NetError({
    code: 'NET_TIMEOUT',
    where: { path: shownUrl(url) },
    was,
    expected: 'an answer in time',
    fix: 'nothing to do if it comes back; otherwise check the network and the venue’s status page',
  });

const lost = (url: string, code: number, reason: string): NetError =>
  new NetError({
    code: 'NET_LOST',
    where: { path: shownUrl(url) },
    was: `closed with ${code}${reason === '' ? '' : ` (${reason})`}`,
    expected: 'a connection that stays open',
    fix: 'nothing to do: the runtime connects again',
  });

async function refused(url: string, answer: IncomingMessage): Promise<NetError> {
  const text = await bodyOf(answer);
  const status = answer.statusCode;
  return new NetError(
    {
      code: 'NET_REFUSED',
      where: { path: shownUrl(url) },
      was: `status ${status ?? 0}${text === '' ? '' : `: ${text}`}`,
      expected: 'a WebSocket handshake',
      fix: 'check the address and the credentials; status 429 or 503 means too many connections',
    },
    { status, body: text },
  );
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  try {
    let text = '';
    for await (const part of answer.setEncoding('utf8')) {
      text += part as string;
      if (text.length > REASON_LENGTH) break;
    }
    return text.slice(0, REASON_LENGTH).trim();
  } catch {
    return '';
  }
}
