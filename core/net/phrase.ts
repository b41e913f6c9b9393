import { asBytes } from './bytes.ts';
import * as memory from './frame-memory.ts';

const { frameView: VIEW } = memory;

const WORD = 4;
const EIGHT = 8;
/** Bytes that are compared by fields. */
const BY_FIELDS = 32;

/**
 * A text that a frame may hold. Eight bytes at a time are compared as one double: two such are equal when their bytes are,
 * as long as it is text and so none of them is a NaN. The first ones are fields and no list: of a phrase that is a constant of
 * its module the engine builds them into the code.
 */
export class Phrase {
  /** Bytes. */
  readonly length: number;
  private readonly isShort: boolean;
  // Of a short one: two words of four bytes, the second as far back as it has to, to be whole; or one, of which a part counts.
  private readonly mask: number;
  private readonly word1: number;
  private readonly wordAt: number;
  private readonly word2: number;
  // Of a longer one: its first eights, and the last one, as far back as it has to.
  private readonly first: number;
  private readonly second: number;
  private readonly third: number;
  private readonly lastAt: number;
  private readonly last: number;
  /** The eights between those of what is longer still. */
  private readonly rest: readonly number[];

  /** @param phrase not empty */
  constructor(phrase: string) {
    const bytes = asBytes(phrase);
    const { length } = bytes;
    const padded = new Uint8Array(Math.max(length, BY_FIELDS));
    padded.set(bytes);
    const view = new DataView(padded.buffer);
    this.length = length;
    this.isShort = length < EIGHT;
    this.mask = length < WORD ? (1 << (8 * length)) - 1 : -1;
    this.word1 = view.getInt32(0, true);
    this.wordAt = Math.max(0, length - WORD);
    this.word2 = view.getInt32(this.wordAt, true);
    this.first = view.getFloat64(0, true);
    this.second = view.getFloat64(8, true);
    this.third = view.getFloat64(16, true);
    this.lastAt = Math.max(0, length - EIGHT);
    this.last = view.getFloat64(this.lastAt, true);
    const more = Math.max(0, Math.ceil((length - BY_FIELDS) / EIGHT));
    this.rest = Array.from({ length: more }, (_, i) => view.getFloat64(24 + EIGHT * i, true));
  }

  /** Whether it stands in the open frame at a place. */
  isAt(at: number): boolean {
    return this.isShort
      ? (VIEW.getInt32(at, true) & this.mask) === this.word1 &&
          (VIEW.getInt32(at + this.wordAt, true) & this.mask) === this.word2
      : VIEW.getFloat64(at, true) === this.first &&
          (this.length === EIGHT || VIEW.getFloat64(at + this.lastAt, true) === this.last) &&
          (this.length <= 16 || VIEW.getFloat64(at + 8, true) === this.second) &&
          (this.length <= 24 || (VIEW.getFloat64(at + 16, true) === this.third && this.restIsAt(at)));
  }

  private restIsAt(at: number): boolean {
    const { rest } = this;
    for (let i = 0; i < rest.length; i++) if (VIEW.getFloat64(at + 24 + EIGHT * i, true) !== rest[i]) return false;
    return true;
  }
}
