import { asBytes, wordsOf } from './bytes.ts';
import * as memory from './frame-memory.ts';

const { frameView: VIEW } = memory;

/** Bytes that are compared by words in fields. */
const BY_FIELDS = 16;

/**
 * A text that a frame may hold. Its first words are fields and no list: of a phrase that is a constant of its module the
 * engine builds them into the code, and comparing takes one load and one compare for every four bytes.
 */
export class Phrase {
  /** Bytes. */
  readonly length: number;
  private readonly mask: number;
  private readonly first: number;
  // Where each word begins; the last one as far back as it has to, to be whole.
  private readonly at2: number;
  private readonly word2: number;
  private readonly at3: number;
  private readonly word3: number;
  private readonly at4: number;
  private readonly word4: number;
  /** The words of what is longer. */
  private readonly rest: readonly number[];

  /** @param phrase not empty */
  constructor(phrase: string) {
    const { length } = asBytes(phrase);
    const view = new DataView(Int32Array.from(wordsOf(phrase)).buffer);
    const placeOf = (number: number): number => Math.max(0, Math.min(4 * number, length - 4));
    const wordFrom = (at: number): number => view.getInt32(at, true);
    this.length = length;
    this.mask = length < 4 ? (1 << (8 * length)) - 1 : -1;
    this.first = wordFrom(0);
    this.at2 = placeOf(1);
    this.word2 = wordFrom(this.at2);
    this.at3 = placeOf(2);
    this.word3 = wordFrom(this.at3);
    this.at4 = placeOf(3);
    this.word4 = wordFrom(this.at4);
    const more = Math.max(0, Math.ceil((length - BY_FIELDS) / 4));
    this.rest = Array.from({ length: more }, (_, i) => wordFrom(placeOf(4 + i)));
  }

  /** Whether it stands in the open frame at a place. */
  isAt(at: number): boolean {
    const { mask } = this;
    return (
      (VIEW.getInt32(at, true) & mask) === this.first &&
      (VIEW.getInt32(at + this.at2, true) & mask) === this.word2 &&
      (this.length <= 8 || this.isLongAt(at))
    );
  }

  private isLongAt(at: number): boolean {
    return (
      VIEW.getInt32(at + this.at3, true) === this.word3 &&
      VIEW.getInt32(at + this.at4, true) === this.word4 &&
      (this.length <= BY_FIELDS || this.restIsAt(at))
    );
  }

  private restIsAt(at: number): boolean {
    const { rest, length } = this;
    const last = rest.length - 1;
    for (let i = 0; i < last; i++) if (VIEW.getInt32(at + BY_FIELDS + 4 * i, true) !== rest[i]) return false;
    return VIEW.getInt32(at + length - 4, true) === rest[last];
  }
}
