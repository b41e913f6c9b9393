/** Frames that each half of the window holds: memory stays bounded, however fast they come. */
const MOST = 10_000;
/** Three times as many places, so that a free one is near. A power of two. */
const PLACES = 32_768;

/**
 * Knows a frame that came before. The venue has repeated whole frames in incidents; it numbers nothing, so only a frame that
 * is equal to the letter counts as a repetition. Two equal trades inside one frame are two trades.
 *
 * Frames are told apart by fingerprints of 64 bits: one that was not there before is taken for a repetition once in 10^15.
 */
export class SeenFrames {
  private young = new Fingerprints();
  private old = new Fingerprints();

  /** Whether the frame is a repetition; remembers it. */
  has(low: number, high: number): boolean {
    if (this.young.count === MOST) this.turn();
    return !this.young.add(low, high) || this.old.has(low, high);
  }

  /** Forgets what came before the last turn. To be called twice in the time that a frame is to be remembered. */
  turn(): void {
    [this.young, this.old] = [this.old, this.young];
    this.young.clear();
  }
}

/** Open addressing in one array: 0 and 0 in a place that is free. */
class Fingerprints {
  count = 0;
  private readonly halves = new Int32Array(2 * PLACES);

  has(low: number, high: number): boolean {
    return this.halves[this.placeOf(low, high) + 1] !== 0;
  }

  /** @returns whether it was not there yet */
  add(low: number, high: number): boolean {
    const place = this.placeOf(low, high);
    if (this.halves[place + 1] !== 0) return false;
    this.halves[place] = low;
    this.halves[place + 1] = high;
    this.count++;
    return true;
  }

  clear(): void {
    this.halves.fill(0);
    this.count = 0;
  }

  /** Where it is, or could be put. */
  private placeOf(low: number, high: number): number {
    const { halves } = this;
    let place = 2 * ((low ^ (low >>> 15)) & (PLACES - 1));
    while (halves[place + 1] !== 0 && (halves[place] !== low || halves[place + 1] !== high)) {
      place = (place + 2) & (2 * PLACES - 1);
    }
    return place;
  }
}
