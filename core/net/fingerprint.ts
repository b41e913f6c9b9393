import * as fourBytes from './four-bytes.ts';
import * as memory from './frame-memory.ts';
import { endOfFrame } from './frame-text.ts';

const { firstBytes, notOfName } = fourBytes;
const { frameView: VIEW } = memory;

/** Two halves of 32 bits. */
export interface Fingerprint {
  readonly low: number;
  readonly high: number;
}

export interface FingerprintOfText extends Fingerprint {
  /** Whether the text holds no quote, no backslash, no blank and nothing that a text of JSON must not hold. */
  readonly isName: boolean;
}

// The halves begin differently, and take each word by another odd factor and another rotation. Without the spreading before
// that, two digits at the ends of two words would leave equal halves far too often: a factor carries bits up only.
const SPREAD = 0x2c1b3c6d;
const LOW_BASIS = -2_128_831_035;
const LOW_FACTOR = 16_777_619;
const HIGH_BASIS = 0x2545f491;
const HIGH_FACTOR = -1_640_531_535;

/**
 * The fingerprint of a part of the open frame, or of all of it, for `RecentFingerprints`.
 *
 * @param owner a number that tells equal texts apart
 */
export function fingerprintOf(start = 0, end: number = endOfFrame(), owner = 0): FingerprintOfText {
  const whole = end - ((end - start) & 3);
  let low = LOW_BASIS ^ owner;
  let high = HIGH_BASIS ^ (end - start);
  let others = 0;
  for (let i = start; i < whole; i += 4) {
    const four = VIEW.getInt32(i, true);
    // Beside the rest it takes no time: the factors have to wait for each other.
    others |= notOfName(four);
    const word = spread(four);
    low = Math.imul(low ^ word, LOW_FACTOR);
    low = (low << 15) | (low >>> 17);
    high = Math.imul(high ^ word, HIGH_FACTOR);
    high = (high << 5) | (high >>> 27);
  }
  const count = end - whole;
  const four = firstBytes(VIEW.getInt32(whole, true), count);
  others |= firstBytes(notOfName(four), count);
  const last = spread(four);
  return {
    low: Math.imul(low ^ last, LOW_FACTOR),
    high: Math.imul(high ^ last, HIGH_FACTOR),
    isName: others === 0,
  };
}

/** Another word for each word, in which each byte has left its mark on all above it and on some below. */
function spread(word: number): number {
  const product = Math.imul(word, SPREAD);
  return product ^ (product >>> 15);
}
