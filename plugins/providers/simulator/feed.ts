import type { Micros } from '#core';
import type { ChunkWriter } from './chunk-writer.ts';
import type { Dice } from './dice.ts';
import { Lineup } from './lineup.ts';
import type { SimulatedMarket } from './market.ts';
import { DEPTH, QUOTES, TRADES, type Wanted } from './wanted.ts';

export interface FeedSettings {
  /** In the order of their instruments' numbers. */
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
  readonly #lineup: Lineup;
  #lastRecv = 0;

  constructor(settings: FeedSettings) {
    this.#settings = settings;
    this.startAt = settings.startAt;
    this.#lineup = new Lineup(settings.markets);
  }

  /**
   * Lets everything happen that is due before `until` (microseconds since the start), at most about `steps` things, as long
   * as the writer is open. True when there is nothing left to do before `until`.
   */
  run(until: Micros, steps: number): boolean {
    const { writer } = this.#settings;
    let left = steps;
    while (left > 0 && writer.open) {
      const market = this.#lineup.first;
      if (market === undefined || market.nextAt >= until) {
        writer.flush();
        return true;
      }
      // One market goes on until another one's turn comes.
      const turn = Math.min(until, this.#lineup.secondAt);
      do this.#step(market);
      while (--left > 0 && market.nextAt < turn && writer.open);
      this.#lineup.settle();
    }
    writer.flush();
    return false;
  }

  #step(market: SimulatedMarket): void {
    const { writer, wanted } = this.#settings;
    const number = market.instrument.index;
    writer.event = this.startAt + Math.floor(market.nextAt);
    writer.recv = this.#receiptOf(writer.event);
    market.step();
    const bits = wanted.bits[number] ?? 0;
    const dropped = wanted.dropped[number] ?? 0;
    if (dropped !== 0) {
      writer.forget(number, dropped);
      wanted.dropped[number] = 0;
    }
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
