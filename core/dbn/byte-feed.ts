/** Pieces of any size, taken in the sizes that the reader wants. */
export class ByteFeed {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next bytes; fewer than asked for at the end. They stay in the feed. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length - this.#at < count) {
      const step = await this.#source.next();
      if (step.done === true) break;
      this.#append(step.value);
    }
    return this.#held.subarray(this.#at, this.#at + count);
  }

  async take(count: number): Promise<Uint8Array> {
    const bytes = await this.peek(count);
    this.#at += bytes.length;
    return bytes;
  }

  /** All that is left, as it comes. */
  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#at < this.#held.length) yield this.#held.subarray(this.#at);
    for (let step = await this.#source.next(); step.done !== true; step = await this.#source.next()) yield step.value;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #append(bytes: Uint8Array): void {
    const left = this.#held.subarray(this.#at);
    this.#at = 0;
    if (left.length === 0) {
      this.#held = bytes;
      return;
    }
    // Pieces that were taken are views of the old array, which is left as it is.
    this.#held = new Uint8Array(left.length + bytes.length);
    this.#held.set(left);
    this.#held.set(bytes, left.length);
  }
}
