import type { Problem } from '../errors/millrace-error.ts';

export const MASK = '•••';

/** Below this length a secret's text is too common to be looked for inside other texts. */
const SHORTEST_SEARCHED = 4;

/** Whether an environment variable is probably a secret, whatever option it was written into. */
export const soundsSecret = (name: string): boolean => /(SECRET|TOKEN|PASSW|PASSPHRASE|KEY|CREDENTIAL)/i.test(name);

/** Texts that must not be shown, and the means to take them out of what is. */
export class Secrets {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (text !== '' && text !== MASK) this.#texts.add(text);
  }

  /** A copy of the value without any secret, inside texts as well. */
  mask(value: unknown): unknown {
    if (typeof value === 'string') return this.#maskText(value);
    if (Array.isArray(value)) return value.map((item) => this.mask(item));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.mask(item)]));
    }
    return this.#texts.has(String(value)) ? MASK : value;
  }

  maskProblem(problem: Problem): Problem {
    const { was, expected, fix } = problem;
    return { ...problem, was: this.#maskText(was), expected: this.#maskText(expected), fix: this.#maskText(fix) };
  }

  #maskText(text: string): string {
    if (this.#texts.has(text)) return MASK;
    let masked = text;
    for (const secret of this.#texts) {
      if (secret.length >= SHORTEST_SEARCHED) masked = masked.replaceAll(secret, MASK);
    }
    return masked;
  }
}
