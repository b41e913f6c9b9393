import type { Room } from '../room.ts';

/**
 * A few numbers that each step computes from what they were at the input before. `begin` first; then `past` reads what
 * was, `set` writes what will be. All are 0 at first, and what is not set stays as it was.
 */
export class Registers {
  readonly #room: Room;
  readonly #at: number;
  readonly #count: number;

  constructor(room: Room, count: number) {
    this.#room = room;
    this.#at = room.reserve(2 * count);
    this.#count = count;
  }

  begin(fresh: boolean): void {
    const { cells } = this.#room;
    const past = this.#room.base + this.#at;
    const present = past + this.#count;
    if (fresh) cells.copyWithin(past, present, present + this.#count);
    else cells.copyWithin(present, past, present);
  }

  past(index: number): number {
    return this.#room.cells[this.#room.base + this.#at + index] ?? 0;
  }

  now(index: number): number {
    return this.#room.cells[this.#room.base + this.#at + this.#count + index] ?? 0;
  }

  set(index: number, value: number): void {
    this.#room.cells[this.#room.base + this.#at + this.#count + index] = value;
  }
}

/** A running total. */
export class Total {
  readonly #sum: Registers;

  constructor(room: Room) {
    this.#sum = new Registers(room, 1);
  }

  step(change: number, fresh: boolean): number {
    this.#sum.begin(fresh);
    const sum = this.#sum.past(0) + change;
    this.#sum.set(0, sum);
    return sum;
  }
}
