import type { BookEvent } from '../../../core/analytics/book-follower.ts';
import { DepthUpdate, type Level, Trade } from '../../../core/domain/market.ts';
import { DepthBook } from '../../../core/kernel/book/depth-book.ts';
import { es } from './kit.ts';

/** An iceberg on the bid, which joins the best price at a second and shows only its peak of what is hidden. */
export interface Plant {
  readonly second: number;
  readonly peak: number;
  hidden: number;
  price?: number;
}

/**
 * A market without intentions: limit orders, cancels and market orders come at random, each for itself (Smith, Farmer,
 * Gillemot & Krishnamurthy, "Statistical theory of the continuous double auction", 2003). Whatever a detector finds here
 * is a false alarm. About 60 changes and 6 trades a second; sizes 1 to about 30.
 */
export function cleanTape(seconds: number, seed: number, plant?: Plant): BookEvent[] {
  let state = seed;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const size = (): number => 1 + Math.floor(-5 * Math.log(1 - random()));
  const ladder = (sign: number): Level[] =>
    [...Array(40).keys()].map((i) => [1000 + sign * (i + 1) * 0.25, size() + 10]);
  const book = new DepthBook(es);
  const events: BookEvent[] = [new DepthUpdate('ES', ladder(-1), ladder(1), true, 0, 0)];
  book.applyUpdate(events[0] as DepthUpdate);
  const change = (side: 'bid' | 'ask', price: number, to: number, ts: number): void => {
    const level: Level = [price, Math.max(0, to)];
    const update = new DepthUpdate('ES', side === 'bid' ? [level] : [], side === 'ask' ? [level] : [], false, ts, ts);
    book.applyUpdate(update);
    events.push(update);
  };
  for (let ts = 0; ts < seconds * 1000; ts += -Math.log(1 - random()) * 15) {
    const side = random() < 0.5 ? 'bid' : 'ask';
    const [best, other] = side === 'bid' ? [book.bid, book.ask] : [book.ask, book.bid];
    if (best === undefined || other === undefined) throw new Error('the tape ran dry');
    if (plant !== undefined && plant.price === undefined && ts >= plant.second * 1000) {
      plant.price = book.bid ?? 0;
      change('bid', plant.price, book.bidSize + plant.peak, ts);
    }
    const kind = random();
    const sign = side === 'bid' ? -1 : 1;
    if (kind < 0.08) {
      const resting = book.sizeAt(side, best);
      const taken = Math.min(size(), resting);
      events.push(new Trade('ES', best, taken, side === 'bid' ? 'sell' : 'buy', ts, ts));
      change(side, best, resting - taken, ts);
      if (taken === resting && side === 'bid' && plant?.price === best && plant.hidden > 0) {
        plant.hidden -= plant.peak;
        change('bid', best, plant.peak, ts + 5);
      }
    } else if (kind < 0.54) {
      const price = other + sign * (1 + Math.floor(random() * 20)) * 0.25;
      change(side, price, book.sizeAt(side, price) + size(), ts);
    } else {
      const levels = book.levels(side, 20);
      const [price, resting] = levels[Math.floor(random() * levels.length)]!;
      // In proportion to what rests, which keeps the book from running full or dry.
      const share = random() < 0.1 ? 1 : random() * 0.25;
      change(side, price, resting - Math.ceil(resting * share), ts);
    }
  }
  return events;
}
