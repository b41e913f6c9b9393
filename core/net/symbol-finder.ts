import { asBytes, wordsOf } from './bytes.ts';
import * as fourBytes from './four-bytes.ts';
import * as memory from './frame-memory.ts';

const { endsOfText, firstBytes, lowestMark } = fourBytes;
const { frameBytes: BYTES, frameView: VIEW } = memory;

const QUOTE = 34;

/**
 * Finds a symbol inside the open frame without cutting it out: building a string for every trade costs more than the rest of
 * reading it. Open addressing by FNV-1a over words of four bytes; a find is compared with the name in full.
 */
export class SymbolFinder {
  /** Where the closing quote is of the one that was found last. */
  end = 0;
  private readonly slots: Int32Array;
  /** By number: its length, and where its words begin among all. */
  private readonly lengths: Int32Array;
  private readonly places: Int32Array;
  private readonly words: Int32Array;

  /** @param symbols in the order of their numbers */
  constructor(symbols: readonly string[]) {
    const names = symbols.map(wordsOf);
    this.lengths = Int32Array.from(symbols, (symbol) => asBytes(symbol).length);
    this.places = new Int32Array(names.length);
    names.reduce((place, { length }, number) => {
      this.places[number] = place;
      return place + length;
    }, 0);
    this.words = Int32Array.from(names.flat());
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(names.length * 4 + 4))).fill(-1);
    for (const [number, words] of names.entries()) {
      let slot = this.slotOf(words.reduce(mixed, BASIS));
      while (this.slots[slot] !== -1) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = number;
    }
  }

  /** The number of the symbol that begins at `start` and ends with a quote; -1 when there is none. */
  find(start: number): number {
    let i = start;
    let hash = BASIS;
    let word = 0;
    let ends = 0;
    for (;;) {
      word = VIEW.getInt32(i, true);
      ends = endsOfText(word);
      if (ends !== 0) break;
      hash = mixed(hash, word);
      i += 4;
    }
    const left = lowestMark(ends);
    const end = i + left;
    if (BYTES[end] !== QUOTE) return -1;
    const last = firstBytes(word, left);
    if (left !== 0) hash = mixed(hash, last);
    const { slots } = this;
    for (let slot = this.slotOf(hash); ; slot = (slot + 1) & (slots.length - 1)) {
      const number = slots[slot] ?? -1;
      if (number === -1) return -1;
      if (this.endOf(number, start) !== end) continue;
      this.end = end;
      return number;
    }
  }

  /** Where the closing quote is of one symbol that begins at `start`; -1 when it is another one. */
  endOf(number: number, start: number): number {
    const { words } = this;
    const end = start + (this.lengths[number] ?? 0);
    let place = this.places[number] ?? 0;
    let at = start;
    for (; at + 4 <= end; at += 4) if (words[place++] !== VIEW.getInt32(at, true)) return -1;
    if (at < end && words[place] !== firstBytes(VIEW.getInt32(at, true), end - at)) return -1;
    return BYTES[end] === QUOTE ? end : -1;
  }

  /** The product carries upwards only, so its upper bits know more than those that tell a place. */
  private slotOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.slots.length - 1);
  }
}

const BASIS = -2_128_831_035;
const mixed = (hash: number, word: number): number => Math.imul(hash ^ word, 16_777_619);
