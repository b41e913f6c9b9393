import type { Micros } from '#core';
import { ChunkWriter } from './chunk-writer.ts';
import type { Dice } from './dice.ts';
import type { SimulatedMarket } from './market.ts';
import { DEPTH, QUOTES, TRADES, type Wanted } from './wanted.ts';

export interface FeedSettings {
  readonly markets: readonly SimulatedMarket[];
  readonly wanted: Wanted;
  readonly dice: Dice;
  /** Time that the markets' 0 stands for. */
  readonly startAt: Micros;
  /** Least delay between venue and receipt, microseconds. */
  readonly latencyUs: Micros;
  readonly writer: ChunkWriter;
}

/** All markets of one connection, merged in the order of receipt. */
export class Feed {
  /** Shifts the stamps of what is still to come. */
  startAt: Micros;
  readonly #settings: FeedSettings;
  #lastRecv = 0;

  constructor(settings: FeedSettings) {
    this.#settings = settings;
    this.startAt = settings.startAt;
  }

  /**
   * Lets everything happen that is due before `until` (microseconds since the start), at most `arrivals` things, as long as
   * the writer is open. True when there is nothing left to do before `until`.
   */
  run(until: Micros, arrivals: number): boolean {
    const { writer } = this.#settings;
    for (let done = 0; done < arrivals && writer.open; done++) {
      const number = this.#next();
      const market = this.#settings.markets[number];
      if (market === undefined || market.nextAt >= until) {
        writer.flush();
        return true;
      }
      this.#arrive(market, number);
    }
    writer.flush();
    return false;
  }

  #next(): number {
    const { markets } = this.#settings;
    let first = 0;
    let at = Infinity;
    for (let number = 0; number < markets.length; number++) {
      const { nextAt } = markets[number] as SimulatedMarket;
      if (nextAt < at) {
        at = nextAt;
        first = number;
      }
    }
    return first;
  }

  #arrive(market: SimulatedMarket, number: number): void {
    const { writer, wanted } = this.#settings;
    writer.event = this.startAt + Math.floor(market.nextAt);
    writer.recv = this.#receiptOf(writer.event);
    market.step();
    const bits = wanted.bits[number] ?? 0;
    writer.show(number, bits);
    if ((bits & TRADES) !== 0 && market.prints > 0) writer.trades(market, number);
    if ((bits & QUOTES) !== 0) writer.quote(market, number);
    if ((bits & DEPTH) !== 0) writer.depth(market, number);
  }

  /** Mostly near the least latency, now and then several times as much; one connection never overtakes itself. */
  #receiptOf(event: Micros): Micros {
    const { dice, latencyUs } = this.#settings;
    const delay = latencyUs * (0.7 + 0.3 / (dice.next() + 0.05));
    this.#lastRecv = Math.max(this.#lastRecv, event + Math.round(delay));
    return this.#lastRecv;
  }
}
