import type { Level } from '../../domain/market.ts';
import { type Micros, toMillis } from '../../domain/time.ts';
import type { BookView } from '../../plugin/context.ts';
import { addSizes } from './add-sizes.ts';
import type { BookSideName, LevelReader } from './book.ts';

/** What every book shows, whatever it is kept from. */
export abstract class BookFace implements BookView {
  readonly instrument: string;
  protected abstract readonly reader: LevelReader;
  #eventUs: Micros = Number.NaN;
  #updates = 0;
  #prices = new Float64Array(16);
  #sizes = new Float64Array(16);

  constructor(instrument: string) {
    this.instrument = instrument;
  }

  /** One more change, at a venue time. */
  protected stamp(eventUs: Micros): void {
    this.#eventUs = eventUs;
    this.#updates++;
  }

  get bid(): number | undefined {
    const { bid } = this.reader;
    return Number.isNaN(bid) ? undefined : bid;
  }

  get ask(): number | undefined {
    const { ask } = this.reader;
    return Number.isNaN(ask) ? undefined : ask;
  }

  get bidSize(): number {
    return this.reader.bidSize;
  }

  get askSize(): number {
    return this.reader.askSize;
  }

  get crossed(): boolean {
    return this.reader.crossed;
  }

  get spread(): number | undefined {
    const { bid, ask } = this.reader;
    const spread = addSizes(ask, -bid);
    return Number.isNaN(spread) ? undefined : spread;
  }

  get mid(): number | undefined {
    const { bid, ask } = this.reader;
    const mid = (bid + ask) / 2;
    return Number.isNaN(mid) ? undefined : mid;
  }

  get microPrice(): number | undefined {
    const { bid, bidSize, ask, askSize } = this.reader;
    const price = (bid * askSize + ask * bidSize) / (bidSize + askSize);
    return Number.isNaN(price) ? undefined : price;
  }

  get tsEvent(): number {
    return toMillis(this.#eventUs);
  }

  get updates(): number {
    return this.#updates;
  }

  age(now: number): number {
    return now - this.tsEvent;
  }

  count(side: BookSideName): number {
    return this.reader.count(side);
  }

  sizeAt(side: BookSideName, price: number): number {
    return this.reader.sizeAt(side, price);
  }

  total(side: BookSideName, levels = Infinity): number {
    const count = Math.min(levels, this.count(side));
    if (this.#prices.length < count) {
      this.#prices = new Float64Array(count * 2);
      this.#sizes = new Float64Array(count * 2);
    }
    const most = Math.min(count, this.#prices.length);
    const n = this.reader.top(side, this.#prices.subarray(0, most), this.#sizes);
    let total = 0;
    for (let i = 0; i < n; i++) total = addSizes(total, this.#sizes[i]!);
    return total;
  }

  imbalance(levels = 1): number | undefined {
    const [bids, asks] =
      levels === 1 ? [this.bidSize, this.askSize] : [this.total('bid', levels), this.total('ask', levels)];
    return bids + asks === 0 ? undefined : (bids - asks) / (bids + asks);
  }

  levels(side: BookSideName, count: number): readonly Level[] {
    return this.reader.levels(side, count);
  }

  top(side: BookSideName, prices: Float64Array, sizes: Float64Array): number {
    return this.reader.top(side, prices, sizes);
  }
}
