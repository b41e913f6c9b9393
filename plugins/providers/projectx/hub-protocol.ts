import {
  type HubMessage,
  type IHubProtocol,
  JsonHubProtocol,
  MessageType,
  type TransferFormat,
} from '@microsoft/signalr';
import type { Link } from '#core';
import { isRow, type Row } from './values.ts';

/** Ends every message of the protocol. */
const SEPARATOR = '\x1e';
/** A message that does not end is no message. */
const LONGEST = 16 * 1024 * 1024;

/**
 * The JSON protocol of SignalR as its own client speaks it, but for what it does with a message that it cannot read: the
 * client ends the connection, here it is counted and skipped. A message may go over several frames.
 */
export class HubProtocol implements IHubProtocol {
  readonly name: string;
  readonly version: number;
  readonly transferFormat: TransferFormat;
  private readonly json = new JsonHubProtocol();
  private readonly link: Link;
  /** Events that have a meaning, in lower case as the client compares them. */
  private readonly known: ReadonlySet<string>;
  private rest = '';

  constructor(link: Link, known: readonly string[]) {
    this.link = link;
    this.known = new Set(known.map((name) => name.toLowerCase()));
    this.name = this.json.name;
    this.version = this.json.version;
    this.transferFormat = this.json.transferFormat;
  }

  writeMessage(message: HubMessage): string {
    return this.json.writeMessage(message);
  }

  parseMessages(input: unknown): HubMessage[] {
    if (typeof input !== 'string') {
      this.link.bad('binary frame', typeof input);
      return [];
    }
    const parts = (this.rest + input).split(SEPARATOR);
    this.rest = parts.pop() ?? '';
    if (this.rest.length > LONGEST) {
      this.link.bad('endless message', this.rest.slice(0, 200));
      this.rest = '';
    }
    return parts.flatMap((text) => this.read(text));
  }

  private read(text: string): HubMessage[] {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.link.bad('broken JSON', text);
      return [];
    }
    if (!isRow(message)) {
      this.link.bad('message that is no object', text);
      return [];
    }
    return this.usable(message, text);
  }

  private usable(message: Row, text: string): HubMessage[] {
    switch (message['type']) {
      case MessageType.Ping:
        this.link.heartbeat();
        return [];
      case MessageType.Invocation:
        return this.event(message, text);
      case MessageType.Completion:
        return typeof message['invocationId'] === 'string' ? [completion(message, message['invocationId'])] : [];
      case MessageType.Close:
        return [{ type: MessageType.Close, ...errorOf(message), allowReconnect: true }];
      default:
        this.link.bad('unknown message', text);
        return [];
    }
  }

  private event({ target, arguments: args }: Row, text: string): HubMessage[] {
    if (typeof target !== 'string' || !Array.isArray(args)) {
      this.link.bad('event without a name or arguments', text);
      return [];
    }
    if (!this.known.has(target.toLowerCase())) {
      this.link.bad('unknown message', text);
      return [];
    }
    return [{ type: MessageType.Invocation, target, arguments: args as unknown[] }];
  }
}

const completion = (message: Row, invocationId: string): HubMessage => ({
  type: MessageType.Completion,
  invocationId,
  ...errorOf(message),
});

const errorOf = ({ error }: Row): { error?: string } => (typeof error === 'string' && error !== '' ? { error } : {});
