import type { Micros } from '#core';

/** Of each instrument: the number of its last trade, when that was, and 1 while the next one is simply to follow. */
const ROW = 4;
const LAST = 0;
const EVENT = 1;
const OPEN = 2;

/**
 * Where the trades of each instrument stand. All in one column, so that a frame with the trade that comes next, as nearly all
 * are, need not go through the objects of its instrument.
 */
export class TradeTails {
  private readonly rows: Float64Array;

  constructor(instruments: number) {
    this.rows = new Float64Array(ROW * instruments);
  }

  /** Number of the last trade; 0 before the first. */
  last(inst: number): number {
    return this.rows[ROW * inst + LAST] ?? 0;
  }

  /** Venue time of the last trade. */
  event(inst: number): Micros {
    return this.rows[ROW * inst + EVENT] ?? 0;
  }

  /** Notes the trade if it comes right after the last one and nothing is in its way. @returns whether it did */
  follow(inst: number, id: number, event: Micros): boolean {
    const { rows } = this;
    const at = ROW * inst;
    if (rows[at + OPEN] !== 1 || id !== (rows[at + LAST] ?? 0) + 1) return false;
    rows[at + LAST] = id;
    rows[at + EVENT] = event;
    return true;
  }

  /** Notes a trade that was not simply the next. */
  note(inst: number, id: number, event: Micros): void {
    this.rows[ROW * inst + LAST] = id;
    this.rows[ROW * inst + EVENT] = event;
  }

  /** Whether trades simply follow from now on. */
  open(inst: number, isOpen: boolean): void {
    this.rows[ROW * inst + OPEN] = isOpen ? 1 : 0;
  }
}
