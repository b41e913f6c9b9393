import type { Frame } from './frame.ts';

interface Entry {
  frame: Frame;
}

/** Places of frames that were taken, beyond which they are given back. */
const TAKEN = 4096;

/** Frames that wait for a client. Bounded; a frame with a key takes the place of an older one of the same key. */
export class Outbox {
  readonly #mostFrames: number;
  readonly #mostBytes: number;
  #queue: (Entry | undefined)[] = [];
  /** Place of the oldest: taking the first out of a long array moves all others. */
  #first = 0;
  readonly #byKey = new Map<string, Entry>();
  #bytes = 0;

  constructor(mostFrames: number, mostBytes: number) {
    this.#mostFrames = mostFrames;
    this.#mostBytes = mostBytes;
  }

  get length(): number {
    return this.#queue.length - this.#first;
  }

  /** `full`: the frame found no place, and nothing in the queue may be left out to make one. */
  add(frame: Frame): 'added' | 'conflated' | 'full' {
    const older = frame.key === undefined ? undefined : this.#byKey.get(frame.key);
    if (older !== undefined) {
      const replacement = frame.over?.(older.frame) ?? frame;
      this.#bytes += replacement.size - older.frame.size;
      older.frame = replacement;
      return 'conflated';
    }
    if (this.length >= this.#mostFrames || this.#bytes + frame.size > this.#mostBytes) return 'full';
    const entry = { frame };
    this.#queue.push(entry);
    this.#bytes += frame.size;
    if (frame.key !== undefined) this.#byKey.set(frame.key, entry);
    return 'added';
  }

  take(): Frame | undefined {
    const entry = this.#queue[this.#first];
    if (entry === undefined) return undefined;
    const { frame } = entry;
    this.#queue[this.#first++] = undefined;
    if (this.#first === this.#queue.length || this.#first === TAKEN) this.#forgetTaken();
    this.#bytes -= frame.size;
    if (frame.key !== undefined) this.#byKey.delete(frame.key);
    return frame;
  }

  clear(): void {
    this.#queue = [];
    this.#first = 0;
    this.#byKey.clear();
    this.#bytes = 0;
  }

  #forgetTaken(): void {
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}
