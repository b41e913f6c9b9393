import type { Room } from '../room.ts';

const COUNT = 0;
const NEWEST = 1;
/** The queue: how many it has let go, how many it has taken. */
const HEAD = 2;
const TAIL = 3;
const QUEUE = 4;

/**
 * The highest (or lowest) of the last `size` inputs and its age, in constant time on average: a queue of the inputs that
 * no later one has beaten. The newest is kept apart, since it may still be replaced. Of equals the newest counts, as in
 * TA-Lib.
 */
export class Extreme {
  readonly #room: Room;
  readonly #at: number;
  readonly #size: number;
  readonly #sign: 1 | -1;

  constructor(room: Room, size: number, which: 'highest' | 'lowest') {
    this.#room = room;
    this.#at = room.reserve(QUEUE + 2 * size);
    this.#size = size;
    this.#sign = which === 'highest' ? 1 : -1;
  }

  /** The extreme; NaN until the window is full. NaN is what comes from a block that is not ready yet; it is not taken. */
  step(input: number, fresh: boolean): number {
    if (Number.isNaN(input)) return Number.NaN;
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    if (fresh) {
      if ((cells[at + COUNT] ?? 0) > 0) this.#advance(cells, at);
      cells[at + COUNT] = (cells[at + COUNT] ?? 0) + 1;
    }
    cells[at + NEWEST] = input;
    return (cells[at + COUNT] ?? 0) < this.#size ? Number.NaN : this.value;
  }

  /** The extreme so far, the window full or not. After `step`. */
  get value(): number {
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    return this.age === 0 ? (cells[at + NEWEST] ?? 0) : this.#queued(cells, at, cells[at + HEAD] ?? 0);
  }

  /** Inputs since the extreme; 0 when it is the newest. After `step`. */
  get age(): number {
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    const head = cells[at + HEAD] ?? 0;
    if (head === cells[at + TAIL]) return 0;
    if (this.#sign * ((cells[at + NEWEST] ?? 0) - this.#queued(cells, at, head)) >= 0) return 0;
    return (cells[at + COUNT] ?? 0) - (cells[at + QUEUE + this.#size + (head % this.#size)] ?? 0);
  }

  /** Puts the last newest into the queue and lets go of what leaves the window with the next input. */
  #advance(cells: Float64Array, at: number): void {
    const count = cells[at + COUNT] ?? 0;
    const newest = cells[at + NEWEST] ?? 0;
    const head = cells[at + HEAD] ?? 0;
    let tail = cells[at + TAIL] ?? 0;
    while (tail > head && this.#sign * (newest - this.#queued(cells, at, tail - 1)) >= 0) tail -= 1;
    cells[at + QUEUE + (tail % this.#size)] = newest;
    cells[at + QUEUE + this.#size + (tail % this.#size)] = count;
    cells[at + TAIL] = tail + 1;
    const oldest = cells[at + QUEUE + this.#size + (head % this.#size)] ?? 0;
    cells[at + HEAD] = oldest <= count + 1 - this.#size ? head + 1 : head;
  }

  #queued(cells: Float64Array, at: number, place: number): number {
    return cells[at + QUEUE + (place % this.#size)] ?? 0;
  }
}
