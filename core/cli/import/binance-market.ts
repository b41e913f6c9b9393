import { DEPTH_LAST, DEPTH_SNAPSHOT, SIDE_BUY, SIDE_SELL } from '../../domain/chunk.ts';
import type { RowBatch } from '../../domain/row-batch.ts';
import type { Micros } from '../../domain/time.ts';
import type { BinanceFrame, DepthMessage } from './binance-frame.ts';
import type { SightedMarket } from './binance-survey.ts';
import { DepthSync } from './depth-sync.ts';
import type { Instant } from './epoch.ts';
import type { ImportReport } from './import-report.ts';

/** One instrument of the recording: turns its frames into rows. */
export class BinanceMarket {
  readonly #inst: number;
  readonly #hasTrades: boolean;
  readonly #sync: DepthSync;
  readonly #recv: Instant = { us: 0, ns: 0 };
  #batch: RowBatch | undefined;

  constructor(inst: number, { hasTrades }: Pick<SightedMarket, 'hasTrades'>, report: ImportReport) {
    this.#inst = inst;
    this.#hasTrades = hasTrades;
    this.#sync = new DepthSync({
      apply: (message, snapshot) => this.#writeDepth(message, snapshot),
      lost: () => {
        report.note('holes in the depth stream (book cleared until the next snapshot)');
        this.#clearBook();
      },
      leftOut: (reason, count) => report.note(`${reason} (left out)`, count),
    });
  }

  take(frame: Exclude<BinanceFrame, { kind: 'other' }>, recv: Instant, batch: RowBatch): string | undefined {
    this.#batch = batch;
    Object.assign(this.#recv, recv);
    switch (frame.kind) {
      case 'depth':
        this.#sync.change(frame.depth);
        return undefined;
      case 'snapshot':
        this.#sync.snapshot(frame.depth);
        return undefined;
      case 'quote':
        this.#time(frame.event);
        batch.quote(this.#inst, frame.id, ...side(frame.bid, frame.bidSize), ...side(frame.ask, frame.askSize));
        return undefined;
      case 'aggTrade':
        if (this.#hasTrades) return 'aggTrade beside trade';
        return this.#writeTrade(frame, batch);
      case 'trade':
        return this.#writeTrade(frame, batch);
    }
  }

  end(): void {
    this.#sync.end();
  }

  #writeTrade(frame: Extract<BinanceFrame, { kind: 'trade' | 'aggTrade' }>, batch: RowBatch): string | undefined {
    const price = Number(frame.price);
    if (price === 0) return 'trade without a price';
    this.#time(frame.event);
    // The maker was there first: a buyer who made the price was hit by a seller.
    batch.trade(this.#inst, frame.id, price, Number(frame.size), frame.buyerIsMaker ? SIDE_SELL : SIDE_BUY);
    return undefined;
  }

  #writeDepth({ last, event, bids, asks }: DepthMessage, snapshot: boolean): void {
    this.#time(event);
    const end = bids.length + asks.length;
    for (let i = 0; i < end; i += 2) {
      const isBid = i < bids.length;
      const [levels, at] = isBid ? [bids, i] : [asks, i - bids.length];
      const flags = (snapshot && i === 0 ? DEPTH_SNAPSHOT : 0) | (i + 2 === end ? DEPTH_LAST : 0);
      this.#batch?.depth(this.#inst, last, isBid ? SIDE_BUY : SIDE_SELL, levels[at] ?? 0, levels[at + 1] ?? 0, flags);
    }
    if (snapshot && end === 0) this.#clearBook();
  }

  /** A book with a hole in it looks right and is not; an empty one says so. */
  #clearBook(): void {
    this.#time(undefined);
    this.#batch?.depth(this.#inst, 0, SIDE_BUY, 0, 0, DEPTH_SNAPSHOT | DEPTH_LAST);
  }

  /** Receipt time stands in for a venue time that is not there. */
  #time(event: Micros | undefined): void {
    const { us, ns } = this.#recv;
    this.#batch?.time(us, ns, event ?? us, event === undefined ? ns : 0);
  }
}

/** A side of a best quote; Binance writes 0 for one that is empty. */
function side(price: string, size: string): [price: number, size: number] {
  const value = Number(price);
  return value === 0 ? [Number.NaN, 0] : [value, Number(size)];
}
