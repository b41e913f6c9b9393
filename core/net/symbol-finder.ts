import { firstBytes, Phrase } from './phrase.ts';

/**
 * Finds a symbol inside a frame's bytes without cutting it out: building a string for every trade costs more than the rest
 * of reading it. Open addressing by FNV-1a over words of four bytes; a find is compared with the name in full.
 */
export class SymbolFinder {
  private readonly slots: Int32Array;
  /** By number: its length, and where its words begin among all. */
  private readonly lengths: Int32Array;
  private readonly places: Int32Array;
  private readonly words: Int32Array;

  /** @param symbols in the order of their numbers */
  constructor(symbols: readonly string[]) {
    const names = symbols.map((symbol) => new Phrase(symbol));
    this.lengths = Int32Array.from(names, ({ length }) => length);
    this.places = new Int32Array(names.length);
    names.reduce((place, { words }, number) => {
      this.places[number] = place;
      return place + words.length;
    }, 0);
    this.words = Int32Array.from(names.flatMap(({ words }) => [...words]));
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(names.length * 4 + 4))).fill(-1);
    for (const [number, { words }] of names.entries()) {
      let slot = this.slotOf(words.reduce(mixed, BASIS));
      while (this.slots[slot] !== -1) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = number;
    }
  }

  /** The number of the symbol from `start` up to `end`; -1 when there is no such symbol. */
  find(view: DataView, start: number, end: number): number {
    const { slots, lengths } = this;
    const whole = end - ((end - start) & 3);
    let hash = BASIS;
    for (let i = start; i < whole; i += 4) hash = mixed(hash, view.getInt32(i, true));
    const last = firstBytes(view.getInt32(whole, true), end - whole);
    if (whole !== end) hash = mixed(hash, last);
    for (let slot = this.slotOf(hash); ; slot = (slot + 1) & (slots.length - 1)) {
      const number = slots[slot] ?? -1;
      if (number === -1) return -1;
      if (lengths[number] !== end - start) continue;
      let place = this.places[number] ?? 0;
      let i = start;
      while (i < whole && this.words[place] === view.getInt32(i, true)) {
        place++;
        i += 4;
      }
      if (i === whole && (whole === end || this.words[place] === last)) return number;
    }
  }

  /** The product carries upwards only, so its upper bits know more than those that tell a place. */
  private slotOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.slots.length - 1);
  }
}

const BASIS = -2_128_831_035;
const mixed = (hash: number, word: number): number => Math.imul(hash ^ word, 16_777_619);
