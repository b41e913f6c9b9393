/**
 * Finds a symbol inside a text without cutting it out: building a string for every trade costs more than the rest of reading
 * it. Open addressing by FNV-1a; a find is compared with the name in full.
 */
export class SymbolTable {
  private readonly names: readonly string[];
  private readonly slots: Int32Array;

  /** Symbols of printable characters, without quotes and backslashes; others are never found. */
  constructor(symbols: readonly string[]) {
    this.names = symbols;
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(symbols.length * 4 + 4))).fill(-1);
    for (const [number, symbol] of symbols.entries()) {
      let slot = this.slotOf(hashOf(symbol));
      while (this.slots[slot] !== -1) slot = this.slotOf(slot + 1);
      this.slots[slot] = number;
    }
  }

  /** The number of the symbol from `start` up to `end`; -1 when there is no such symbol. */
  find(text: string, start: number, end: number, hash: number): number {
    for (let slot = this.slotOf(hash); ; slot = this.slotOf(slot + 1)) {
      const number = this.slots[slot] ?? -1;
      if (number === -1) return -1;
      const name = this.names[number] ?? '';
      if (name.length === end - start && text.startsWith(name, start)) return number;
    }
  }

  private slotOf(hash: number): number {
    return hash & (this.slots.length - 1);
  }
}

export const HASH_START = -2_128_831_035;
export const hashNext = (hash: number, code: number): number => Math.imul(hash ^ code, 16_777_619);

function hashOf(symbol: string): number {
  let hash = HASH_START;
  for (let i = 0; i < symbol.length; i++) hash = hashNext(hash, symbol.charCodeAt(i));
  return hash;
}
