/*
 * Four bytes of a text in one word, the first of them lowest. Marks are the top bits of bytes; those above the lowest mark may
 * be wrong.
 *
 * Method   L. Lamport, Multiple Byte Processing with Full-Word Instructions, CACM 1975
 */

const ONES = 0x01010101;
const TOP_BITS = 0x80808080 | 0;
const BLANKS = 0x20202020;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const AFTER_QUOTES = 0x23232323;
/** Lifts all but a digit to 128 and above. */
const ABOVE_NINE = 0x76767676;
const EVERY_OTHER = 0x00ff00ff;

/** Marks what ends a text, or must not be in one: quotes, backslashes and codes below that of the blank. */
export function endsOfText(four: number): number {
  const quotes = four ^ QUOTES;
  const backslashes = four ^ BACKSLASHES;
  const found = ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | ((four - BLANKS) & ~four);
  return found & TOP_BITS;
}

/** Marks what a name does not hold: quotes, backslashes, and all codes up to that of the quote, the blank among them. */
export function notOfName(four: number): number {
  const backslashes = four ^ BACKSLASHES;
  return (((backslashes - ONES) & ~backslashes) | ((four - AFTER_QUOTES) & ~four)) & TOP_BITS;
}

/** Marks what is no digit, of bytes that are less by the code of the zero. */
export const notDigits = (four: number): number => ((four + ABOVE_NINE) | four) & TOP_BITS;

/** What four digits say, of bytes that are less by the code of the zero: two by two, and then both pairs. */
export function numberOf(four: number): number {
  const pairs = (Math.imul(four, 10) + (four >>> 8)) & EVERY_OTHER;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/** Place of the lowest mark; -1 when there is none. */
export const lowestMark = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3;

/** Keeps the first bytes, of which there may be none. */
export const firstBytes = (four: number, count: number): number => (count === 0 ? 0 : four & (-1 >>> (32 - 8 * count)));
