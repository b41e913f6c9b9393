import { Subscription } from 'rxjs';
import { MillraceError, type OpenSocket } from '#core';
import type { Control } from './frame-reader.ts';
import type { Tools } from './tools.ts';

/** Names in one message. The venue counts messages, not names; thousands of names would be too long for one. */
const NAMES_PER_MESSAGE = 200;
const ANSWER_MS = 10_000;

type Method = 'SUBSCRIBE' | 'UNSUBSCRIBE';

export interface LineParts {
  readonly url: string;
  readonly tools: Tools;
  /** Least time between two messages of ours. */
  readonly controlEveryMs: number;
  readonly pingMs: number;
}

/** Whom a line tells. */
export interface LineOwner {
  /** A frame has come. */
  take(frame: Uint8Array, line: Line): void;
  /** The venue has confirmed these streams. */
  opened(names: readonly string[], line: Line): void;
  /** The connection has ended, or never was. */
  lost(error: unknown, line: Line): void;
}

interface Asked {
  readonly method: Method;
  readonly names: readonly string[];
  readonly alarm: Subscription;
}

/** One WebSocket of combined streams: keeps the venue subscribed to what it is told, within the venue's pace. */
export class Line {
  readonly names = new Set<string>();
  private readonly parts: LineParts;
  private readonly owner: LineOwner;
  private readonly subscription = new Subscription();
  private readonly toSend = new Map<string, Method>();
  private readonly asked = new Map<number, Asked>();
  private socket: OpenSocket | undefined = undefined;
  /** Runs while the next message has to wait. */
  private pause: Subscription | undefined = undefined;
  private lastId = 0;

  constructor(parts: LineParts, owner: LineOwner) {
    this.parts = parts;
    this.owner = owner;
  }

  /** Everything that it should carry has been confirmed. */
  get ready(): boolean {
    return this.socket !== undefined && this.toSend.size === 0 && this.asked.size === 0;
  }

  open(): void {
    const { url, tools, pingMs } = this.parts;
    const messages = tools.net.webSocketBytes({
      url,
      pingMs,
      onOpen: (socket) => {
        this.socket = socket;
        if (this.ready) this.owner.opened([], this);
        this.send();
      },
    });
    this.subscription.add(
      messages.subscribe({
        next: (frame) => this.owner.take(frame, this),
        error: (error: unknown) => this.owner.lost(error, this),
        complete: () => this.owner.lost(new Error('the connection was closed'), this),
      }),
    );
  }

  close(): void {
    this.socket = undefined;
    this.pause?.unsubscribe();
    for (const { alarm } of this.asked.values()) alarm.unsubscribe();
    this.asked.clear();
    this.toSend.clear();
    this.subscription.unsubscribe();
  }

  subscribe(names: Iterable<string>): void {
    for (const name of names) {
      if (this.names.has(name)) continue;
      this.names.add(name);
      this.toSend.set(name, 'SUBSCRIBE');
    }
    this.send();
  }

  unsubscribe(names: Iterable<string>): void {
    for (const name of names) {
      if (!this.names.delete(name)) continue;
      // What was not asked for yet need not be taken back.
      if (this.toSend.get(name) === 'SUBSCRIBE') this.toSend.delete(name);
      else this.toSend.set(name, 'UNSUBSCRIBE');
    }
    this.send();
  }

  /** The answer to one of our messages. */
  answer({ id, error }: Extract<Control, { kind: 'answer' }>): void {
    const asked = this.asked.get(id as number);
    if (asked === undefined) {
      if (error !== undefined) this.parts.tools.link.bad('an error that answers nothing', error);
      return;
    }
    this.asked.delete(id as number);
    asked.alarm.unsubscribe();
    if (error !== undefined) {
      this.parts.tools.link.bad('a subscription that was refused', error);
      this.parts.tools.log.error(`${asked.method} was refused: ${error}`, { streams: asked.names.slice(0, 10) });
    }
    this.owner.opened(error === undefined && asked.method === 'SUBSCRIBE' ? asked.names : [], this);
  }

  private send(): void {
    const [first] = this.toSend.values();
    if (this.socket === undefined || first === undefined || this.pause !== undefined) return;
    const names = [...this.toSend].filter(([, method]) => method === first).slice(0, NAMES_PER_MESSAGE);
    for (const [name] of names) this.toSend.delete(name);
    this.ask(
      this.socket,
      first,
      names.map(([name]) => name),
    );
    this.pause = this.parts.tools.wall.schedule(() => {
      this.pause = undefined;
      this.send();
    }, this.parts.controlEveryMs);
  }

  private ask(socket: OpenSocket, method: Method, names: readonly string[]): void {
    const id = ++this.lastId;
    const alarm = this.parts.tools.wall.schedule(() => this.owner.lost(unanswered(method), this), ANSWER_MS);
    this.asked.set(id, { method, names, alarm });
    socket.send(JSON.stringify({ method, params: names, id }));
  }
}

const unanswered = (method: Method): MillraceError =>
  new MillraceError({
    code: 'NET_TIMEOUT',
    where: { path: method },
    was: `no answer within ${ANSWER_MS / 1000} s`,
    expected: 'a confirmation of the subscription',
    fix: 'nothing to do: the runtime connects again',
  });
