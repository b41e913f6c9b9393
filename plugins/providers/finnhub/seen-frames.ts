import { asText } from '#core';

/** Per half of the window: what it holds stays bounded, however fast frames come. */
const MOST = 10_000;

/**
 * Knows a frame that came before. The venue has repeated whole frames in incidents; it numbers nothing, so only a frame that
 * is equal to the letter counts as a repetition. Two equal trades inside one frame are two trades.
 */
export class SeenFrames {
  private readonly halfMs: number;
  private young = new Set<string>();
  private old = new Set<string>();
  private turnAt = 0;

  /** @param windowMs 0 for one that knows nothing */
  constructor(windowMs: number) {
    this.halfMs = windowMs / 2;
  }

  /** Whether the frame is a repetition; remembers it. */
  has(bytes: Uint8Array, now: () => number): boolean {
    if (this.halfMs === 0) return false;
    const nowMs = now();
    const frame = asText(bytes);
    if (nowMs >= this.turnAt || this.young.size >= MOST) this.turn(nowMs);
    if (this.young.has(frame)) return true;
    this.young.add(frame);
    return this.old.has(frame);
  }

  private turn(nowMs: number): void {
    // After a pause nothing is young enough to matter.
    this.old = nowMs >= this.turnAt + this.halfMs ? new Set() : this.young;
    this.young = new Set();
    this.turnAt = nowMs + this.halfMs;
  }
}
