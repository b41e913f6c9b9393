import type { IncomingMessage } from 'node:http';
import { Observable, type Subscriber } from 'rxjs';
import WebSocket, { type RawData } from 'ws';
import type { Link } from '../plugin/connection.ts';
import type { WebSocketRequest } from '../plugin/net.ts';
import { wallMicros, wallTimers } from '../runtime/wall.ts';
import { masked } from './masked.ts';
import { NetError } from './net-error.ts';
import { reasonOf } from './reason-of.ts';
import { shownUrl } from './shown-url.ts';

const HANDSHAKE_MS = 10_000;
const LARGEST = 16 * 1024 * 1024;
/** Enough of a refusal's body to tell why. */
const REASON_LENGTH = 200;
const BODY_READ = 4000;

/** A link that may want to know while a frame is being read. */
type ReadLink = Link & { reading?: boolean };

/**
 * One WebSocket as an Observable: subscribe connects, unsubscribe closes. Text frames arrive as strings, others as bytes.
 *
 * Errors   NET_UNREACHABLE when it cannot be opened, NET_REFUSED with the status when the server says no, NET_TIMEOUT when
 *          the handshake or a ping takes too long, NET_LOST when an open socket ends, whoever ended it
 */
export const webSocket = (request: WebSocketRequest, link: ReadLink): Observable<string | Uint8Array> =>
  socketOf(request, link, (bytes, isBinary) => (isBinary ? bytes : bytes.toString()));

/** The same, but text frames arrive as bytes too. */
export const webSocketBytes = (request: WebSocketRequest, link: ReadLink): Observable<Uint8Array> =>
  socketOf(request, link, (bytes) => bytes);

function socketOf<Frame>(
  request: WebSocketRequest,
  link: ReadLink,
  frameOf: (bytes: Buffer, isBinary: boolean) => Frame,
): Observable<Frame> {
  return new Observable((subscriber) => {
    const end = (error: Error): void => subscriber.error(error);
    const socket = open(request);
    if (socket instanceof NetError) return end(socket);
    let opened = false;
    let pings: NodeJS.Timeout | undefined;
    socket.on('open', () => {
      opened = true;
      if (request.pingMs !== undefined) pings = pingEvery(request.pingMs, socket, { link, request, end });
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
      link.reading = true;
      try {
        subscriber.next(frameOf(bytes, isBinary));
      } finally {
        link.reading = false;
      }
    });
    socket.on('ping', () => link.heartbeat());
    socket.on('unexpected-response', (_sent, answer: IncomingMessage) => void refused(request, answer).then(end));
    socket.on('error', (error) => end(opened ? broken(request, error) : unreachable(request, error)));
    socket.on('close', (code, reason) => end(lost(request, code, reason.toString())));
    return () => {
      wallTimers.clearInterval(pings);
      leave(socket);
    };
  });
}

/** The library throws at once for what cannot be sent, and repeats the whole address in it. */
function open(request: WebSocketRequest): WebSocket | NetError {
  const { url, protocols = [], timeoutMs, largest, headers } = request;
  try {
    return new WebSocket(url, [...protocols], {
      handshakeTimeout: timeoutMs ?? HANDSHAKE_MS,
      maxPayload: largest ?? LARGEST,
      // Market data is small messages that must leave at once; deflating them costs more than the wire.
      perMessageDeflate: false,
      ...(headers === undefined ? {} : { headers }),
    });
  } catch (error) {
    return unreachable(request, error as Error);
  }
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
  { link, request, end }: { readonly link: Link; readonly request: WebSocketRequest; readonly end: (e: Error) => void },
): NodeJS.Timeout {
  let sentAt: number | undefined;
  socket.on('pong', () => {
    // Some servers send pongs of their own accord.
    if (sentAt === undefined) return link.heartbeat();
    link.heartbeat((wallMicros() - sentAt) / 1000);
    sentAt = undefined;
  });
  return wallTimers.setInterval(() => {
    if (sentAt !== undefined) return end(timedOut(request, `no answer to a ping for ${ms} ms`));
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

function unreachable(request: WebSocketRequest, error: Error): NetError {
  if (error.message.includes('handshake has timed out')) return timedOut(request, 'the handshake was not answered');
  // "Invalid URL: …" repeats the address.
  const reason = URL.canParse(request.url) ? masked(reasonOf(error), request) : 'the address is none';
  return new NetError({
    code: 'NET_UNREACHABLE',
    where: { path: shownUrl(request.url) },
    was: `no connection: ${reason}`,
    expected: 'a server that answers',
    fix: 'check the address and the network; the runtime goes on trying',
  });
}

const timedOut = ({ url }: WebSocketRequest, was: string): NetError =>
  new NetError({
    code: 'NET_TIMEOUT',
    where: { path: shownUrl(url) },
    was,
    expected: 'an answer in time',
    fix: 'nothing to do if it comes back; otherwise check the network and the venue’s status page',
  });

const lost = (request: WebSocketRequest, code: number, reason: string): NetError =>
  ended(request, `closed with ${code}${reason === '' ? '' : ` (${masked(reason, request)})`}`);

/** A frame that breaks the protocol, or is larger than we take: the library ends the connection. */
const broken = (request: WebSocketRequest, error: Error): NetError => ended(request, masked(reasonOf(error), request));

const ended = ({ url }: WebSocketRequest, was: string): NetError =>
  new NetError({
    code: 'NET_LOST',
    where: { path: shownUrl(url) },
    was,
    expected: 'a connection that stays open',
    fix: 'nothing to do: the runtime connects again',
  });

async function refused(request: WebSocketRequest, answer: IncomingMessage): Promise<NetError> {
  const text = masked(await bodyOf(answer), request).slice(0, REASON_LENGTH);
  const status = answer.statusCode;
  return new NetError(
    {
      code: 'NET_REFUSED',
      where: { path: shownUrl(request.url) },
      was: `status ${status ?? 0}${text === '' ? '' : `: ${text}`}`,
      expected: 'a WebSocket handshake',
      fix: 'check the address and the credentials; status 429 or 503 means too many connections',
    },
    { status, body: text },
  );
}

/** Longer than what is shown, so that a secret is not cut in half and then overlooked. */
async function bodyOf(answer: IncomingMessage): Promise<string> {
  try {
    let text = '';
    for await (const part of answer.setEncoding('utf8')) {
      text += part as string;
      if (text.length > BODY_READ) break;
    }
    return text.trim();
  } catch {
    return '';
  }
}
