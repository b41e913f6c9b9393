import WebSocket, { type ClientOptions } from 'ws';
import type { Link } from '#core';

const HANDSHAKE_MS = 10_000;
/** A server that does not answer our goodbye is left after this. */
const GOODBYE_MS = 500;
const LARGEST = 16 * 1024 * 1024;

/** What became of the sockets of one hub connection: the SignalR client tells neither. */
export interface SocketWatch {
  /** HTTP status that a connection was refused with. */
  status: number | undefined;
  reason: string | undefined;
  /** Takes down what is being opened, which the SignalR client cannot. */
  abandon: () => void;
}

export type SocketClass = new (
  address: string | URL,
  protocols?: string | string[],
  options?: ClientOptions,
) => WebSocket;

/** The WebSocket that the SignalR client shall use: it counts bytes, has limits, and tells why it could not be opened. */
export function socketFor(link: Link, watch: SocketWatch): SocketClass {
  return class HubSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[], given?: ClientOptions) {
      const limits = { handshakeTimeout: HANDSHAKE_MS, closeTimeout: GOODBYE_MS, maxPayload: LARGEST };
      super(address, protocols, { ...given, ...limits, perMessageDeflate: false });
      this.on('message', (data: Buffer) => link.received(data.length));
      this.on('error', ({ message }) => {
        watch.reason = message;
        const status = /^Unexpected server response: (\d+)$/.exec(message)?.[1];
        if (status !== undefined) watch.status = Number(status);
      });
      watch.abandon = () => {
        if (this.readyState === WebSocket.CONNECTING) this.terminate();
      };
    }
  };
}
