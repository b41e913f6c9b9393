import {
  asText,
  type ChunkWriter,
  fingerprintOf,
  type Link,
  MICROS_PER_MS,
  openFrame,
  type RecentFingerprints,
  SIDE_UNKNOWN,
} from '#core';
import type { Interest } from './interest.ts';
import { isTime, TradeScanner } from './trade-scanner.ts';

export interface FrameReaderParts {
  readonly numbers: ReadonlyMap<string, number>;
  readonly interest: Interest;
  readonly writer: ChunkWriter;
  readonly link: Link;
  /**
   * Frames that came lately; `undefined` when repetitions count. The venue has repeated whole frames in incidents; it numbers
   * nothing, so only a frame that is equal to the letter is one. Two equal trades inside a frame are two trades.
   */
  readonly seen: RecentFingerprints | undefined;
  /** Whether a price without a trade is a quote, by instrument number. */
  readonly asQuote: Uint8Array;
  readonly conditions: { readonly only: readonly string[]; readonly without: readonly string[] };
}

/** The scanner is spared frames of another form after so many of them in a row, but for one in so many. */
const ENOUGH = 100;
const NOW_AND_THEN = 100;

/** Price updates that were left out, and trades that their codes ruled out. */
export interface LeftOut {
  priceUpdates: number;
  byCondition: number;
  repeatedFrames: number;
}

/**
 * Turns the venue's frames into rows. Nothing that a frame holds makes it throw: what cannot be used is told to the link.
 *
 * In       one text frame, as its bytes
 * Out      rows through the writer, flushed; the text of an error message, for the session to act on
 */
export class FrameReader {
  readonly leftOut: LeftOut = { priceUpdates: 0, byCondition: 0, repeatedFrames: 0 };
  private readonly parts: FrameReaderParts;
  private readonly filters: boolean;
  private readonly scanner: TradeScanner;
  /** Frames in a row that the scanner has given up. */
  private givenUp = 0;
  /** By instrument: the latest time of a trade that a frame began with, milliseconds. */
  private readonly latest: Float64Array;

  constructor(parts: FrameReaderParts) {
    this.parts = parts;
    this.scanner = new TradeScanner([...parts.numbers.keys()]);
    this.latest = new Float64Array(parts.numbers.size);
    this.filters = parts.conditions.only.length + parts.conditions.without.length > 0;
  }

  read(frame: Uint8Array): string | undefined {
    if (this.mayScan() && this.scanned(frame)) return undefined;
    const text = asText(frame);
    const message = parsed(text);
    if (message?.['type'] === 'trade' && Array.isArray(message['data'])) {
      this.rows(message['data'], frame);
      return undefined;
    }
    return this.control(message, text);
  }

  private mayScan(): boolean {
    // Who filters by condition codes has to read them.
    if (this.filters) return false;
    return this.givenUp < ENOUGH || this.givenUp++ % NOW_AND_THEN === 0;
  }

  /** The short way, for the form that nearly every frame has. */
  private scanned(frame: Uint8Array): boolean {
    const { scanner } = this;
    const count = scanner.scan(frame);
    if (count < 0) {
      this.givenUp++;
      return false;
    }
    this.givenUp = 0;
    const isNew = count > 0 && this.isLater(scanner.inst[0] ?? 0, scanner.ms[0] ?? 0);
    if (!isNew && this.repeated(frame)) return true;
    for (let i = 0; i < count; i++) {
      this.put(scanner.inst[i] ?? 0, scanner.price[i] ?? 0, scanner.size[i] ?? 0, scanner.ms[i] ?? 0);
    }
    this.parts.writer.flush();
    if (isNew) this.remember(frame);
    return true;
  }

  /** Whether a frame begins with a later trade of its instrument than any before did: it equals none of them. */
  private isLater(inst: number, ms: number): boolean {
    if (ms <= (this.latest[inst] ?? 0)) return false;
    this.latest[inst] = ms;
    return true;
  }

  /** For a frame that is known to be new: the strategies have it first. */
  private remember(frame: Uint8Array): void {
    if (this.parts.seen !== undefined && openFrame(frame)) this.parts.seen.addNew(fingerprintOf());
  }

  private repeated(frame: Uint8Array): boolean {
    if (this.parts.seen === undefined || !openFrame(frame)) return false;
    const isRepetition = !this.parts.seen.add(fingerprintOf());
    if (isRepetition) this.leftOut.repeatedFrames++;
    return isRepetition;
  }

  private rows(items: readonly unknown[], frame: Uint8Array): void {
    if (items.length === 0) return;
    const isNew = this.beginsLater(items[0]);
    if (!isNew && this.repeated(frame)) return;
    for (const item of items) this.row(item);
    this.parts.writer.flush();
    if (isNew) this.remember(frame);
  }

  private beginsLater(item: unknown): boolean {
    const { s, t } = (item ?? {}) as { s?: unknown; t?: unknown };
    const inst = this.parts.numbers.get(s as string);
    return inst !== undefined && typeof t === 'number' && isTime(t) && this.isLater(inst, t);
  }

  private row(item: unknown): void {
    if (typeof item !== 'object' || item === null) return this.parts.link.bad('trade is no object', item);
    const { s, p, t, v, c } = item as { s?: unknown; p?: unknown; t?: unknown; v?: unknown; c?: unknown };
    const inst = this.parts.numbers.get(s as string);
    if (inst === undefined) return this.parts.link.bad('trade of an unknown symbol', item);
    if (!(typeof p === 'number' && p > 0 && p < Number.POSITIVE_INFINITY)) {
      return this.parts.link.bad('price is not a number above 0', item);
    }
    if (!(typeof t === 'number' && isTime(t))) {
      return this.parts.link.bad('time is not in milliseconds', item);
    }
    if (!(typeof v === 'number' && v >= 0 && v < Number.POSITIVE_INFINITY)) {
      return this.parts.link.bad('volume is not a number of at least 0', item);
    }
    if (v === 0 || !this.filters || this.taken(c)) this.put(inst, p, v, t);
    else this.leftOut.byCondition++;
  }

  private put(inst: number, price: number, size: number, ms: number): void {
    if (size === 0) return this.priceUpdate(inst, price, ms);
    const { interest, writer } = this.parts;
    interest.note(inst);
    if (interest.trades[inst] === 1) writer.trade(inst, price, size, SIDE_UNKNOWN, ms * MICROS_PER_MS);
  }

  /** A price at which nothing was traded. It has no size and no side, so it can only be both sides of a quote. */
  private priceUpdate(inst: number, price: number, ms: number): void {
    const { interest, writer, asQuote } = this.parts;
    interest.note(inst);
    if (asQuote[inst] !== 1 || interest.quotes[inst] !== 1) this.leftOut.priceUpdates++;
    else writer.quote(inst, price, 0, price, 0, ms * MICROS_PER_MS);
  }

  private taken(codes: unknown): boolean {
    const { only, without } = this.parts.conditions;
    const carried = Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : [];
    return (
      !carried.some((code) => without.includes(code)) && (only.length === 0 || carried.some((c) => only.includes(c)))
    );
  }

  private control(message: Readonly<Record<string, unknown>> | undefined, frame: string): string | undefined {
    const { link } = this.parts;
    switch (message?.['type']) {
      case 'error':
        return typeof message['msg'] === 'string' ? message['msg'] : frame;
      case 'ping':
        link.heartbeat();
        break;
      // Their subscriptions are not ours, but one key may carry them.
      case 'news':
      case 'pr':
        break;
      case 'trade':
        link.bad('trade message without data', frame);
        break;
      default:
        link.bad(message === undefined ? 'not a JSON object' : 'unknown message', frame);
    }
    return undefined;
  }
}

function parsed(frame: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(frame);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
