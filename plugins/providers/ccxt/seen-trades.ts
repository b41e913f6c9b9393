/** Twice the largest page that exchanges answer with, so that whatever overlaps is recognised. */
const MOST = 20_000;

/** Knows the trades that came before, by number where the exchange numbers them and by content where it does not. */
export class SeenTrades {
  private young = new Set<string>();
  private old = new Set<string>();

  get isEmpty(): boolean {
    return this.young.size + this.old.size === 0;
  }

  knows(key: string): boolean {
    return this.young.has(key) || this.old.has(key);
  }

  /** False when it was known. */
  add(key: string): boolean {
    if (this.knows(key)) return false;
    if (this.young.size >= MOST) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(key);
    return true;
  }
}
