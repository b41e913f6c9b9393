import type { DbnRows, Demand } from '#core';
import type { Symbols } from './symbology.ts';

/**
 * Lets rows through that somebody listens to: a schema such as mbp-1 brings trades with its quotes whether they are wanted
 * or not. Depth always passes, or a book that is listened to later would have a hole.
 */
export class DemandGate implements DbnRows {
  readonly #rows: DbnRows;
  readonly #trades: Uint8Array;
  readonly #quotes: Uint8Array;
  readonly #bars: Uint8Array;

  constructor(rows: DbnRows, instruments: number) {
    this.#rows = rows;
    this.#trades = new Uint8Array(instruments);
    this.#quotes = new Uint8Array(instruments);
    this.#bars = new Uint8Array(instruments);
  }

  set(demand: Demand, symbols: Symbols): void {
    symbols.specs.forEach(({ symbol }, inst) => {
      this.#trades[inst] = demand.wants('trades', symbol) ? 1 : 0;
      this.#quotes[inst] = demand.wants('quotes', symbol) ? 1 : 0;
      this.#bars[inst] = demand.wants('bars', symbol) ? 1 : 0;
    });
  }

  time: DbnRows['time'] = (recv, recvNs, event, eventNs) => this.#rows.time(recv, recvNs, event, eventNs);

  depth: DbnRows['depth'] = (inst, id, side, price, size, flags) =>
    this.#rows.depth(inst, id, side, price, size, flags);

  trade: DbnRows['trade'] = (inst, id, price, size, side) => {
    if (this.#trades[inst] === 1) this.#rows.trade(inst, id, price, size, side);
  };

  quote: DbnRows['quote'] = (inst, id, bid, bidSize, ask, askSize) => {
    if (this.#quotes[inst] === 1) this.#rows.quote(inst, id, bid, bidSize, ask, askSize);
  };

  bar: DbnRows['bar'] = (inst, span, open, high, low, close, volume, trades) => {
    if (this.#bars[inst] === 1) this.#rows.bar(inst, span, open, high, low, close, volume, trades);
  };
}
