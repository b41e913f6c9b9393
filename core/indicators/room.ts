const PAGE_CELLS = 1_024;
let page = new Float64Array(PAGE_CELLS);
let used = 0;

/**
 * Where an indicator keeps all that changes: `width` doubles from `base` on. A universe points `cells` and `base` at one
 * instrument after another, so formulas read both at every step and keep nothing elsewhere.
 *
 * Small rooms share pages: the indicators that a strategy makes together then lie together in memory, and a bar that
 * updates three of them touches few cache lines.
 */
export class Room {
  cells: Float64Array = page;
  base = 0;
  width = 0;

  /** Sets `count` doubles aside, zero at first. Gives their offset from `base`. Only while the indicator is being made. */
  reserve(count: number): number {
    const offset = this.width;
    this.width += count;
    return offset;
  }

  /** Takes the memory for all that was reserved. */
  settle(): void {
    if (this.width > PAGE_CELLS / 4) {
      this.cells = new Float64Array(this.width);
      return;
    }
    if (used + this.width > PAGE_CELLS) {
      page = new Float64Array(PAGE_CELLS);
      used = 0;
    }
    this.cells = page;
    this.base = used;
    used += this.width;
  }
}
