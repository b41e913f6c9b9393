import type { Subscription } from 'rxjs';
import type { FrameReader } from './frame-reader.ts';
import { Line, type LineOwner, type LineParts } from './line.ts';

/** How long two connections run side by side at most: a quiet stream may have nothing to send. */
const OVERLAP_MS = 60_000;
/** And at least: what the older one still has under way belongs before what the newer one has sent. */
const LINGER_MS = 1000;
/** A replacement that could not be opened is tried again after this. */
const AGAIN_MS = 30_000;

export interface RollingLineParts extends LineParts {
  readonly reader: FrameReader;
  readonly onOpened: (names: readonly string[]) => void;
  readonly rolloverMs: number;
  /** Two connections carry these streams from now on, or one again. */
  readonly onDoubled: (names: ReadonlySet<string>, on: boolean) => void;
  /** The venue ended the connection before its replacement was ready. */
  readonly onBroken: () => void;
  readonly onLost: (error: unknown) => void;
}

/**
 * A connection that outlives the venue's limit of 24 hours: a second one is opened in time, and takes over when it has sent
 * something of every stream. What both send is told apart by number, by those who read it.
 */
export class RollingLine implements LineOwner {
  private readonly parts: RollingLineParts;
  private current: Line;
  private next: Line | undefined = undefined;
  /** Streams that the next line has not sent yet. */
  private unseen = new Set<string>();
  private timer: Subscription | undefined = undefined;
  private overlap: Subscription | undefined = undefined;

  constructor(parts: RollingLineParts) {
    this.parts = parts;
    this.current = new Line(parts, this);
  }

  get names(): ReadonlySet<string> {
    return this.current.names;
  }

  get ready(): boolean {
    return this.current.ready;
  }

  open(): void {
    this.current.open();
    this.rollAfter(this.parts.rolloverMs);
  }

  close(): void {
    this.timer?.unsubscribe();
    this.overlap?.unsubscribe();
    this.next?.close();
    this.current.close();
  }

  subscribe(names: Iterable<string>): void {
    this.current.subscribe(names);
    this.next?.subscribe(names);
  }

  unsubscribe(names: readonly string[]): void {
    this.current.unsubscribe(names);
    this.next?.unsubscribe(names);
    for (const name of names) this.unseen.delete(name);
  }

  /** Opens the next connection. */
  roll(reason: string): void {
    if (this.next !== undefined) return;
    this.parts.tools.log.info(`replacing the connection: ${reason}`);
    this.timer?.unsubscribe();
    const next = new Line(this.parts, this);
    this.next = next;
    this.unseen = new Set(this.current.names);
    this.parts.onDoubled(this.current.names, true);
    next.subscribe(this.current.names);
    next.open();
  }

  take(frame: Uint8Array, line: Line): void {
    const control = this.parts.reader.read(frame);
    if (control?.kind === 'answer') line.answer(control);
    else if (control?.kind === 'shutdown') this.roll('the venue is about to close it');
    if (line === this.next) this.saw(this.parts.reader.stream as string);
  }

  opened(names: readonly string[], line: Line): void {
    if (line === this.current) this.parts.onOpened(names);
    else if (line === this.next && line.ready) this.nextIsReady();
  }

  private saw(stream: string): void {
    if (this.unseen.delete(stream) && this.unseen.size === 0 && this.next?.ready === true) this.switchIn(LINGER_MS);
  }

  private nextIsReady(): void {
    this.switchIn(this.unseen.size === 0 ? LINGER_MS : OVERLAP_MS);
  }

  private switchIn(ms: number): void {
    this.overlap?.unsubscribe();
    this.overlap = this.parts.tools.wall.schedule(() => this.switch(), ms);
  }

  private switch(): void {
    if (this.next === undefined) return;
    const old = this.current;
    this.current = this.next;
    this.next = undefined;
    this.endOverlap();
    old.close();
    this.rollAfter(this.parts.rolloverMs);
  }

  lost(error: unknown, line: Line): void {
    if (line === this.next) {
      this.next = undefined;
      line.close();
      this.endOverlap();
      this.parts.tools.log.warn(`the next connection could not be opened: ${String(error)}`);
      this.rollAfter(AGAIN_MS);
    } else if (line === this.current) {
      if (this.next === undefined) return this.parts.onLost(error);
      const isReady = this.next.ready;
      this.switch();
      if (!isReady) this.parts.onBroken();
    }
  }

  private endOverlap(): void {
    this.overlap?.unsubscribe();
    this.overlap = undefined;
    this.parts.onDoubled(this.current.names, false);
  }

  private rollAfter(ms: number): void {
    this.timer?.unsubscribe();
    this.timer = this.parts.tools.wall.schedule(() => this.roll('it is nearly a day old'), ms);
  }
}
