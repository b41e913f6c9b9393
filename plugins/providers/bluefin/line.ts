import { Subscription } from 'rxjs';
import { type Link, MillraceError, type Net, type OpenSocket } from '#core';
import type { FrameReader } from './frame-reader.ts';

/** Pings without a frame in between after which a socket is given up. */
const PATIENCE = 3;

interface LineParts {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly net: Net;
  readonly link: Link;
  readonly reader: (onPong: () => void) => FrameReader;
  readonly onOpen: () => void;
  readonly onLost: (error: unknown) => void;
}

/** One socket of a connection, with a watch of its own: another one may be lively while this one hangs. */
export class Line {
  open = false;
  private readonly parts: LineParts;
  private readonly subscription = new Subscription();
  private socket: OpenSocket | undefined = undefined;
  private pings = 0;
  private pingedAt: number | undefined = undefined;

  constructor(parts: LineParts) {
    this.parts = parts;
  }

  dial(): void {
    const { url, headers, net, onLost, onOpen } = this.parts;
    const reader = this.parts.reader(() => this.answered());
    const frames$ = net.webSocketBytes({
      url,
      headers,
      onOpen: (socket) => {
        this.socket = socket;
        this.open = true;
        onOpen();
      },
    });
    this.subscription.add(
      frames$.subscribe({
        next: (frame) => {
          this.pings = 0;
          reader.read(frame);
        },
        error: onLost,
      }),
    );
  }

  ping(): void {
    const { net, onLost, url } = this.parts;
    if (!this.open) return;
    if (this.pings >= PATIENCE) return onLost(silent(url));
    this.pings++;
    this.pingedAt = net.now();
    this.socket?.send(JSON.stringify({ type: 'ping', timestamp: this.pingedAt / 1000 }));
  }

  close(): void {
    this.open = false;
    this.subscription.unsubscribe();
  }

  private answered(): void {
    const { link, net } = this.parts;
    link.heartbeat(this.pingedAt === undefined ? undefined : net.now() - this.pingedAt);
    this.pingedAt = undefined;
  }
}

const silent = (url: string): MillraceError =>
  new MillraceError({
    code: 'NET_TIMEOUT',
    where: { path: url.replace(/\?.*$/, '') },
    was: `no frame since ${PATIENCE} pings`,
    expected: 'an answer to each ping',
    fix: 'nothing to do if it comes back; otherwise see whether the service hangs',
  });
