import type { Room } from '../room.ts';

const COUNT = 0;
const RING = 1;

/** The last `size` inputs. */
export class Window {
  readonly size: number;
  readonly #room: Room;
  readonly #at: number;

  constructor(room: Room, size: number) {
    this.size = size;
    this.#room = room;
    this.#at = room.reserve(RING + size);
  }

  /** NaN is what comes from a block that is not ready yet; it is not taken. Gives whether the window is full. */
  step(input: number, fresh: boolean): boolean {
    if (Number.isNaN(input)) return false;
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    if (fresh) cells[at + COUNT] = (cells[at + COUNT] ?? 0) + 1;
    const count = cells[at + COUNT] ?? 0;
    cells[at + RING + ((count - 1) % this.size)] = input;
    return count >= this.size;
  }

  /** The input that came `back` inputs before the newest; 0 is the newest. NaN when there is none. */
  get(back: number): number {
    const { cells } = this.#room;
    const at = this.#room.base + this.#at;
    const index = (cells[at + COUNT] ?? 0) - 1 - back;
    return index < 0 || back >= this.size ? Number.NaN : (cells[at + RING + (index % this.size)] ?? 0);
  }
}

/** What came `distance` inputs before; NaN until there is one. */
export class Lag {
  readonly #window: Window;
  readonly #distance: number;

  constructor(room: Room, distance: number) {
    this.#window = new Window(room, distance + 1);
    this.#distance = distance;
  }

  step(input: number, fresh: boolean): number {
    return this.#window.step(input, fresh) ? this.#window.get(this.#distance) : Number.NaN;
  }
}
