import { asText } from './bytes.ts';
import * as fourBytes from './four-bytes.ts';
import * as memory from './frame-memory.ts';

// Constants of this file: the engine builds them into the code. An imported or exported one it looks up each time.
const { endsOfText, lowestMark, notDigits, numberOf } = fourBytes;
const { LONGEST_FRAME, frameBytes: BYTES, frameView: VIEW } = memory;

const open = { length: 0 };

/** Whole numbers below this are exact, and so are these powers: their quotient is the double of the decimal text. */
const EXACT = 2 ** 53;
const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);
const TENS = Int32Array.of(1, 10, 100, 1000);
const LEAST_OF_THIRTEEN = 1e12;
/** In a column: a number in a variable or a field is an object of its own. */
const LAST_NUMBER = new Float64Array(1);

const QUOTE = 34;
const DOT = 46;
const ZERO = 48;

const ZEROS = 0x30303030;

/*
 * The text of the frame that is being read: words, texts and numbers, by the places where they begin.
 *
 * The frame is copied first, to where four bytes are read at a time from any place on: two thirds of the time of reading one
 * by one. What follows it there is a 0, which is in no text and no number, so all that reads ends there. There is one such
 * place for all that read: a frame is read to its end before another is opened. Functions and not an object, because the
 * engine then knows where the bytes are, and builds the functions into those that call them.
 *
 * Method   W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990: short decimals by one exact division
 */

/** Begins to read a frame; false when it is too long to be read here. */
export function openFrame(frame: Uint8Array): boolean {
  const { length } = frame;
  if (length > LONGEST_FRAME) return false;
  BYTES.set(frame);
  VIEW.setInt32(length, 0, true);
  open.length = length;
  return true;
}

/** Where the open frame ends. */
export const endOfFrame = (): number => open.length;

export const byteAt = (at: number): number => BYTES[at] ?? 0;

/** Four bytes, the first of them lowest. */
export const wordAt = (at: number): number => VIEW.getInt32(at, true);

export const textBetween = (start: number, end: number): string => asText(BYTES.subarray(start, end));

/** Where the closing quote is; -1 when a character comes before it that is not itself, or must not be there. */
export function endOfText(start: number): number {
  for (let i = start; ; i += 4) {
    const found = endsOfText(VIEW.getInt32(i, true));
    if (found === 0) continue;
    const end = i + lowestMark(found);
    return BYTES[end] === QUOTE ? end : -1;
  }
}

/** What the number was whose end was asked for last. */
export const lastNumber = (): number => LAST_NUMBER[0] ?? 0;

/** A number of at least 0, as JSON has it without an exponent. @returns where it ends; -1 when there is none */
export function endOfNumber(start: number): number {
  // JSON allows no zero in front.
  return BYTES[start] === ZERO && isDigit(BYTES[start + 1] ?? 0) ? -1 : decimal(start);
}

/** Digits, with at most one point between them. @returns where they end; -1 when it is something else */
export const endOfDecimal = (start: number): number => decimal(start);

/** Of up to eleven digits and eight places, as nearly all prices, sizes and times are: without a loop, and mostly in integers. */
function decimal(start: number): number {
  let i = start;
  let whole = 0;
  let four = digitsAt(i);
  let others = notDigits(four);
  if (others === 0) {
    whole = numberOf(four);
    i += 4;
    four = digitsAt(i);
    others = notDigits(four);
    if (others === 0) {
      whole = Math.imul(whole, 10_000) + numberOf(four);
      i += 4;
      four = digitsAt(i);
      others = notDigits(four);
      if (others === 0) return longDecimal(start);
    }
  }
  let left = lowestMark(others);
  if (left !== 0) whole = whole * (POWERS[left] ?? 0) + numberOf(four << (32 - 8 * left));
  i += left;
  if (i === start) return -1;
  if (BYTES[i] !== DOT) {
    LAST_NUMBER[0] = whole;
    return i;
  }
  const point = i++;
  let part = 0;
  four = digitsAt(i);
  others = notDigits(four);
  if (others === 0) {
    part = numberOf(four);
    i += 4;
    four = digitsAt(i);
    others = notDigits(four);
    if (others === 0) {
      part = Math.imul(part, 10_000) + numberOf(four);
      i += 4;
      four = digitsAt(i);
      others = notDigits(four);
      // More than eight.
      if (lowestMark(others) !== 0) return longDecimal(start);
    }
  }
  left = lowestMark(others);
  if (left !== 0) part = Math.imul(part, TENS[left] ?? 0) + numberOf(four << (32 - 8 * left));
  i += left;
  const places = i - point - 1;
  if (places === 0) return -1;
  return keepNumber(whole * (POWERS[places] ?? 0) + part, start, places, i);
}

/** Of more digits than that. */
function longDecimal(start: number): number {
  let i = start;
  let point = -1;
  let digits = 0;
  for (;;) {
    const four = digitsAt(i);
    const others = notDigits(four);
    if (others === 0) {
      digits = digits * 10_000 + numberOf(four);
      i += 4;
      continue;
    }
    const left = lowestMark(others);
    // Zeros in front of them make four of fewer.
    if (left !== 0) digits = digits * (POWERS[left] ?? 0) + numberOf(four << (32 - 8 * left));
    i += left;
    if (BYTES[i] !== DOT || point >= 0) break;
    point = i++;
  }
  if (point === i - 1) return -1;
  return keepNumber(digits, start, point < 0 ? 0 : i - point - 1, i);
}

/** Keeps what digits from `start` to `end` say, of which the last ones are places. @returns `end` */
function keepNumber(digits: number, start: number, places: number, end: number): number {
  if (digits < EXACT && places < POWERS.length) LAST_NUMBER[0] = digits / (POWERS[places] ?? 0);
  else LAST_NUMBER[0] = Number(textBetween(start, end));
  return end;
}

/** Whether 13 digits stand there, as `thirteenDigits` reads them. */
export function areThirteenDigits(start: number): boolean {
  const a = digitsAt(start);
  const b = digitsAt(start + 4);
  const c = digitsAt(start + 8);
  // JSON allows no zero in front.
  return (notDigits(a) | notDigits(b) | notDigits(c)) === 0 && (a & 0xff) !== 0 && isDigit(BYTES[start + 12] ?? 0);
}

/** A number of 13 digits, as milliseconds are from 2001 to 2286; -1 when there is none. What follows may be a digit more. */
export function thirteenDigits(start: number): number {
  const a = digitsAt(start);
  const b = digitsAt(start + 4);
  const c = digitsAt(start + 8);
  const last = (BYTES[start + 12] ?? 0) - ZERO;
  if ((notDigits(a) | notDigits(b) | notDigits(c)) !== 0 || last >>> 0 > 9) return -1;
  const number = (numberOf(a) * 10_000 + numberOf(b)) * 100_000 + (numberOf(c) * 10 + last);
  // JSON allows no zero in front.
  return number < LEAST_OF_THIRTEEN ? -1 : number;
}

/** Four bytes less by the code of the zero, as the functions of digits take them. */
const digitsAt = (at: number): number => VIEW.getInt32(at, true) ^ ZEROS;

const isDigit = (code: number): boolean => (code - ZERO) >>> 0 <= 9;
