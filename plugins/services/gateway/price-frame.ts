import { type Frame, kept } from './frame.ts';
import { type PriceUpdate, priceUpdate } from './messages.ts';

/** A price update. For a client that lags the newest price is sent with the volume of all that it missed. */
export class PriceFrame implements Frame {
  readonly bytes: Buffer;
  readonly size: number;
  readonly key: string;
  readonly #symbol: string;
  readonly #update: PriceUpdate;

  constructor(symbol: string, update: PriceUpdate) {
    ({ bytes: this.bytes, size: this.size } = kept(priceUpdate(symbol, update)));
    this.key = `price ${symbol}`;
    this.#symbol = symbol;
    this.#update = update;
  }

  over(older: Frame): Frame {
    if (!(older instanceof PriceFrame)) return this;
    return new PriceFrame(this.#symbol, {
      ...this.#update,
      volume: roundVolume(this.#update.volume + older.#update.volume),
    });
  }
}

/** Sums of sizes such as 0.1 + 0.2, without the dust of binary fractions. */
export const roundVolume = (volume: number): number => Math.round(volume * 1e8) / 1e8;
