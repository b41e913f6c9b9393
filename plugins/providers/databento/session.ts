import { connect, type Socket } from 'node:net';
import { Observable, type SchedulerLike, type Subscriber, timer } from 'rxjs';
import { type Link, MillraceError } from '#core';
import { cramResponse } from './cram.ts';
import { type Compression, fieldsOf, loginLine } from './requests.ts';
import { Unpacking } from './unpacking.ts';

const CONNECT_MS = 10_000;
const HANDSHAKE_MS = 30_000;
const MOST_LINE_BYTES = 65_536;
const NEWLINE = 0x0a;

export interface Gateway {
  readonly host: string;
  readonly port: number;
}

export interface SessionRequest {
  readonly gateway: Gateway;
  readonly key: string;
  readonly dataset: string;
  readonly heartbeatSeconds: number;
  readonly client: string;
  readonly compression: Compression;
  readonly link: Link;
  readonly wall: SchedulerLike;
  /** Logged in: subscribe and start the session here. */
  readonly onReady: (send: (lines: readonly string[]) => void) => void;
}

/**
 * One session with a live gateway: connects, proves the key, and gives the bytes that follow the start of the session.
 *
 * Errors  NET_UNREACHABLE and NET_TIMEOUT without a session, PROVIDER_AUTH with the gateway's reason, NET_LOST at its end
 */
export function gatewaySession(request: SessionRequest): Observable<Uint8Array> {
  const { gateway, link, wall } = request;
  const place = `${gateway.host}:${gateway.port}`;
  return new Observable((subscriber) => {
    const socket = connect({ host: gateway.host, port: gateway.port, noDelay: true });
    const fail = (error: MillraceError): void => subscriber.error(error);
    const tooLate = (what: string, afterMs: number) => () => fail(timeout(place, what, afterMs));
    let limit = timer(CONNECT_MS, wall).subscribe(tooLate('no connection', CONNECT_MS));
    let connected = false;
    const closed = (): void => fail(lost(place, 'the gateway closed the session'));
    const unpacking = request.compression === 'none' ? undefined : unpackingOf(request, socket, subscriber, closed);
    const give = (bytes: Uint8Array): void =>
      unpacking === undefined ? subscriber.next(bytes) : unpacking.take(bytes);
    let greeting: Greeting | undefined = new Greeting(request, (line) => socket.write(line, 'ascii'));

    const take = (bytes: Uint8Array): void => {
      const rest = greeting === undefined ? bytes : greeting.take(bytes);
      if (greeting?.done === true) {
        greeting = undefined;
        limit.unsubscribe();
        request.onReady((lines) => socket.write(lines.join(''), 'ascii'));
      }
      if (rest !== undefined && rest.length > 0) give(rest);
    };
    socket.on('connect', () => {
      connected = true;
      limit.unsubscribe();
      limit = timer(HANDSHAKE_MS, wall).subscribe(tooLate('no welcome', HANDSHAKE_MS));
    });
    socket.on('data', (bytes) => {
      if (subscriber.closed) return;
      link.received(bytes.length);
      try {
        take(bytes);
      } catch (error) {
        subscriber.error(error);
      }
    });
    socket.on('error', (error) => fail(connected ? lost(place, error.message) : unreachable(place, error)));
    // The last words of a gateway say why it closed: they are unpacked first.
    socket.on('close', () => (unpacking === undefined ? closed() : unpacking.end()));
    subscriber.add(() => {
      limit.unsubscribe();
      // What still comes is nobody's; an error after the end would have no listener.
      socket.removeAllListeners().on('error', () => undefined);
      socket.destroy();
      unpacking?.close();
    });
  });
}

function unpackingOf(
  { gateway, link }: SessionRequest,
  socket: Socket,
  subscriber: Subscriber<Uint8Array>,
  closed: () => void,
): Unpacking {
  return new Unpacking(socket, {
    next: (bytes) => subscriber.next(bytes),
    done: (error) => {
      if (subscriber.closed) return;
      if (error === undefined) return closed();
      if (!(error instanceof MillraceError)) return subscriber.error(error);
      const was = error.problems[0]?.was ?? error.message;
      link.bad('compressed stream', was);
      subscriber.error(lost(`${gateway.host}:${gateway.port}`, was));
    },
  });
}

/** The lines of text before a session: welcome, challenge, and the verdict on the key. */
class Greeting {
  done = false;
  readonly #request: SessionRequest;
  readonly #send: (line: string) => void;
  #text = '';

  constructor(request: SessionRequest, send: (line: string) => void) {
    this.#request = request;
    this.#send = send;
  }

  /** Takes bytes; what follows the last line of text, once it has come. */
  take(bytes: Uint8Array): Uint8Array | undefined {
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE, at); end !== -1; end = bytes.indexOf(NEWLINE, at)) {
      this.#line(this.#text + text(bytes.subarray(at, end)));
      this.#text = '';
      at = end + 1;
      if (this.done) return bytes.subarray(at);
    }
    this.#text += text(bytes.subarray(at));
    if (this.#text.length > MOST_LINE_BYTES) throw this.#strange(`${this.#text.slice(0, 60)}…`);
    return undefined;
  }

  #line(line: string): void {
    const { key, dataset, heartbeatSeconds, client, compression } = this.#request;
    const fields = fieldsOf(line);
    const challenge = fields.get('cram');
    if (fields.has('lsg_version')) return;
    if (challenge !== undefined) {
      const response = cramResponse(challenge, key);
      this.#send(loginLine({ response, dataset, heartbeatSeconds, client, compression }));
    } else if (fields.get('success') === '1') this.done = true;
    else if (fields.has('success')) throw refused(dataset, key, fields.get('error') ?? 'no reason given');
    else throw this.#strange(line);
  }

  #strange(line: string): MillraceError {
    return new MillraceError({
      code: 'NET_BAD_ANSWER',
      where: { path: this.#request.gateway.host },
      was: JSON.stringify(line.slice(0, 100)),
      expected: 'the greeting of a Databento gateway',
      fix: 'check the address: a proxy may answer in its place',
    });
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** @param reason of the gateway; the key is taken out should it be in there */
export const refused = (dataset: string, key: string, reason: string): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_AUTH',
    where: { path: dataset },
    was: `the gateway refused the key that ends in ${key.slice(-5)}: ${reason.replaceAll(key, '•••').slice(0, 200)}`,
    expected: 'a key of an account with a live licence for the dataset',
    fix: 'check the key on https://databento.com/portal/keys and the account’s datasets',
  });

export const lost = (place: string, was: string): MillraceError =>
  new MillraceError({
    code: 'NET_LOST',
    where: { path: place },
    was,
    expected: 'a session that goes on',
    fix: 'nothing to do: a new one is opened, and continues where this one ended',
  });

const unreachable = (place: string, cause: Error): MillraceError =>
  new MillraceError(
    {
      code: 'NET_UNREACHABLE',
      where: { path: place },
      was: cause.message,
      expected: 'a connection',
      fix: 'check the network: port 13000 must be open outwards',
    },
    { cause },
  );

const timeout = (place: string, what: string, afterMs: number): MillraceError =>
  new MillraceError({
    code: 'NET_TIMEOUT',
    where: { path: place },
    was: `${what} within ${afterMs / 1000} s`,
    expected: 'an answer of the gateway',
    fix: 'check the network, and https://status.databento.com',
  });
