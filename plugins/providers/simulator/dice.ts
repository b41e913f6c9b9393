/** Of the sum of four bytes: each has mean 127.5 and variance (256² - 1) / 12. */
const BYTES_MEAN = 4 * 127.5;
const BYTES_DEVIATION = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * A seeded generator (sfc32, Chris Doty-Humphrey, PractRand). The simulator rolls it some hundred times per trade; its state
 * is a typed array because four number fields take twice as long. The same seed and label give the same numbers everywhere.
 */
export class Dice {
  readonly #state: Int32Array;

  /** `label` separates streams of one seed: an instrument's prices do not depend on which others are simulated. */
  constructor(seed: number, label: string) {
    this.#state = Int32Array.of(seed | 0, Math.floor(seed / 2 ** 32) | 0, fnv1a(label), 1);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in (0, 1), both ends excluded, so that its logarithm is finite. */
  next(): number {
    return ((this.bits() >>> 0) + 0.5) * 2 ** -32;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(this.next());
  }

  /** Mean 0, deviation 1: the four bytes of one number added up. Near enough to a normal, and without a logarithm. */
  normal(): number {
    const bits = this.bits();
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
    return (sum - BYTES_MEAN) / BYTES_DEVIATION;
  }

  /** Thirty-two fair coins, as a signed integer. */
  bits(): number {
    const state = this.#state;
    const b = state[1] ?? 0;
    const c = state[2] ?? 0;
    const counter = state[3] ?? 0;
    const sum = ((state[0] ?? 0) + b + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + sum;
    state[3] = counter + 1;
    return sum;
  }
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
