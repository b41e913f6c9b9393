/**
 * A seeded generator (sfc32, Chris Doty-Humphrey, PractRand). The simulator rolls it some twenty times per trade, so it is
 * a class of four integers rather than a closure over an array. The same seed and label give the same numbers everywhere.
 */
export class Dice {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `label` separates streams of one seed: an instrument's prices do not depend on which others are simulated. */
  constructor(seed: number, label: string) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = fnv1a(label);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in (0, 1), both ends excluded, so that its logarithm is finite. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return ((sum >>> 0) + 0.5) / 2 ** 32;
  }

  /** Mean 0, deviation 1: four uniforms added up. Near enough to a normal, and without a logarithm. */
  normal(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * Math.sqrt(3);
  }
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
