/** Ids of the last trades, to know one that comes again: over a second socket, or from a server that repeats itself. */
export class RecentIds {
  readonly #most: number;
  #young = new Set<string>();
  #old = new Set<string>();

  /** @param most how many are remembered at least */
  constructor(most: number) {
    this.#most = most;
  }

  /** True for an id that was not here before. */
  add(id: string): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return false;
    if (this.#young.size >= this.#most) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(id);
    return true;
  }
}
