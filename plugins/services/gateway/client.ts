import type { Duplex } from 'node:stream';
import type { SchedulerLike, Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import type { Corks } from './corks.ts';
import type { Counts } from './counts.ts';
import type { Frame } from './frame.ts';
import { Outbox } from './outbox.ts';
import type { Wants } from './wants.ts';

/** 1013, "try again later". */
const TOO_SLOW = 1013;
/** A client that does not even take its goodbye. */
const GOODBYE_MS = 2000;

interface ClientParts {
  readonly socket: WebSocket;
  /** The connection below the socket: what it has not yet taken shows how far the client lags. */
  readonly stream: Duplex;
  readonly wants: Wants;
  readonly limits: { readonly queueFrames: number; readonly queueBytes: number };
  readonly counts: Counts;
  readonly corks: Corks;
  readonly wall: SchedulerLike;
  /** Told once, with the reason, when the client is put out for reading too slowly. */
  readonly onSlow: (reason: string) => void;
}

/**
 * One socket. Frames go straight to the connection while it takes them, and wait in a bounded queue while it does not;
 * a frame without a key that finds the queue full ends the client.
 */
export class Client {
  readonly wants: Wants;
  readonly symbols = new Set<string>();
  /** An answer to the last ping is due. */
  awaitsPong = false;
  private readonly parts: ClientParts;
  private readonly outbox: Outbox;
  private readonly isCompressed: boolean;
  private open = true;
  private batch: Buffer[] = [];
  private batchBytes = 0;
  private batchTimer: Subscription | undefined;

  constructor(parts: ClientParts) {
    this.parts = parts;
    this.wants = parts.wants;
    // Agreed on in the handshake; to ask each time took longer than to send.
    this.isCompressed = parts.socket.extensions !== '';
    this.outbox = new Outbox(parts.limits.queueFrames, parts.limits.queueBytes);
    parts.stream.on('drain', this.pump);
  }

  offer(frame: Frame): void {
    if (!this.open) return;
    if (this.outbox.length === 0 && this.hasRoom()) {
      this.write(frame.bytes);
      return;
    }
    const outcome = this.outbox.add(frame);
    if (outcome === 'conflated') this.parts.counts.conflated++;
    else if (outcome === 'full') this.putOut();
  }

  ping(): void {
    if (this.awaitsPong) {
      this.parts.socket.terminate();
      return;
    }
    this.awaitsPong = true;
    this.parts.socket.ping();
  }

  close(code: number, reason: string): void {
    if (!this.open) return;
    this.flushBatch();
    this.release();
    const { socket, wall } = this.parts;
    socket.close(code, reason);
    const forced = wall.schedule(() => socket.terminate(), GOODBYE_MS);
    socket.once('close', () => forced.unsubscribe());
  }

  /** Nothing more is sent. */
  release(): void {
    this.open = false;
    this.batchTimer?.unsubscribe();
    this.batch = [];
    this.outbox.clear();
    this.parts.stream.off('drain', this.pump);
  }

  private hasRoom(): boolean {
    const { socket, stream } = this.parts;
    return socket.bufferedAmount < stream.writableHighWaterMark;
  }

  private readonly pump = (): void => {
    while (this.open && this.hasRoom()) {
      const frame = this.outbox.take();
      if (frame === undefined) return;
      this.write(frame.bytes);
    }
  };

  private write(bytes: Buffer): void {
    // A book that nobody keeps any more has nothing to say.
    if (bytes.length === 0) return;
    this.parts.counts.frames++;
    if (this.wants.batchMs === 0) this.send(bytes);
    else this.addToBatch(bytes);
  }

  private send(bytes: Buffer): void {
    const { corks, socket, stream } = this.parts;
    corks.hold(stream);
    // Compression works on its own time and makes no `drain`.
    if (this.isCompressed) socket.send(bytes, TEXT, this.pump);
    else socket.send(bytes, TEXT);
    if (stream.writableLength >= stream.writableHighWaterMark) corks.flush(stream);
  }

  private addToBatch(bytes: Buffer): void {
    this.batch.push(bytes);
    this.batchBytes += bytes.length;
    if (this.batchBytes >= this.parts.stream.writableHighWaterMark) this.flushBatch();
    else this.batchTimer ??= this.parts.wall.schedule(() => this.flushBatch(), this.wants.batchMs);
  }

  private flushBatch(): void {
    this.batchTimer?.unsubscribe();
    this.batchTimer = undefined;
    if (this.batch.length === 0) return;
    const parts = this.batch.flatMap((bytes, i) => (i === 0 ? [bytes] : [COMMA, bytes]));
    this.batch = [];
    this.batchBytes = 0;
    this.send(Buffer.concat([BATCH_HEAD, ...parts, BATCH_TAIL]));
  }

  private putOut(): void {
    const { counts, limits, onSlow } = this.parts;
    counts.slow++;
    counts.dropped += this.outbox.length + 1;
    const reason = `too slow: ${this.outbox.length} frames wait, the limit is ${limits.queueFrames} or ${limits.queueBytes} bytes`;
    this.close(TOO_SLOW, reason);
    onSlow(reason);
  }
}

const TEXT = { binary: false };
const BATCH_HEAD = Buffer.from('{"type":"batch","items":[');
const COMMA = Buffer.from(',');
const BATCH_TAIL = Buffer.from(']}');
