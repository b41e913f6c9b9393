/**
 * Finds a symbol inside a frame's bytes without cutting it out: building a string for every trade costs more than the rest
 * of reading it. Open addressing by FNV-1a; a find is compared with the name in full.
 */
export class SymbolFinder {
  private readonly names: readonly Uint8Array[];
  private readonly slots: Int32Array;

  /** @param symbols in the order of their numbers */
  constructor(symbols: readonly string[]) {
    this.names = symbols.map((symbol) => encoder.encode(symbol));
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(symbols.length * 4 + 4))).fill(-1);
    for (const [number, name] of this.names.entries()) {
      let slot = this.slotOf(hashOf(name, 0, name.length));
      while (this.slots[slot] !== -1) slot = this.slotOf(slot + 1);
      this.slots[slot] = number;
    }
  }

  /** The number of the symbol from `start` up to `end`; -1 when there is no such symbol. */
  find(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = this.slotOf(hashOf(bytes, start, end)); ; slot = this.slotOf(slot + 1)) {
      const number = this.slots[slot] ?? -1;
      if (number === -1 || this.isAt(number, bytes, start, end)) return number;
    }
  }

  private isAt(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const name = this.names[number] ?? bytes;
    if (name.length !== end - start) return false;
    for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
    return true;
  }

  private slotOf(hash: number): number {
    return hash & (this.slots.length - 1);
  }
}

const encoder = new TextEncoder();

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = -2_128_831_035;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 16_777_619);
  return hash;
}
