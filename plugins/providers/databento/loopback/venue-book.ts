import type { BarEvent, DepthEvent, Level, QuoteEvent, TradeEvent } from '#core';
import {
  BAD_TS_RECV,
  barRecord,
  LAST,
  type LevelPair,
  orderRecord,
  priceRecord,
  SNAPSHOT,
  type Stamp,
} from './records.ts';

/** A record as it was sent in a schema. */
export interface Sent {
  readonly schema: string;
  readonly id: number;
  /** The time that a replay selects by, nanoseconds. */
  readonly event: bigint;
  readonly recv: bigint;
  readonly bytes: Uint8Array;
}

const LEVELS = 10;
const RECEIVED_AFTER_NS = 50_000n;
const BAR_TYPES: Readonly<Record<string, number>> = { '1s': 0x20, '1m': 0x21, '1h': 0x22, '1d': 0x23 };
const BAR_SCHEMAS: Readonly<Record<number, string>> = {
  32: 'ohlcv-1s',
  33: 'ohlcv-1m',
  34: 'ohlcv-1h',
  35: 'ohlcv-1d',
};
const NOTHING = { action: 'R', side: 'N', price: undefined, size: 0 } as const;

/** One contract at the venue: its quote, its book, and each event in the form of every schema that carries it. */
export class VenueBook {
  readonly id: number;
  #quote: LevelPair = { bid: undefined, bidSize: 0, ask: undefined, askSize: 0 };
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  /** One order stands for all that rests at a price. */
  readonly #orders = new Map<string, number>();
  #orderCount = 0;
  #sequence = 0;
  #recv = 0n;

  constructor(id: number) {
    this.id = id;
  }

  trade({ price, size, side, id, ...event }: TradeEvent, now: bigint): readonly Sent[] {
    const stamp = this.#stamp(event, now, id);
    const deed = { action: 'T', side: side === 'buy' ? 'B' : side === 'sell' ? 'A' : 'N', price, size, flags: LAST };
    // The change that a trade makes to the book comes as a record of its own and ends the event.
    const begun = { ...deed, flags: 0 };
    return [
      this.#sent('trades', stamp, priceRecord(0x00, stamp, deed, [])),
      this.#sent('tbbo', stamp, priceRecord(0x01, stamp, deed, [this.#quote])),
      this.#sent('mbp-1', stamp, priceRecord(0x01, stamp, begun, [this.#quote])),
      this.#sent('mbp-10', stamp, priceRecord(0x0a, stamp, begun, this.#levels())),
      this.#sent('mbo', stamp, orderRecord(stamp, begun, 0)),
    ];
  }

  quote({ bid, bidSize, ask, askSize, id, ...event }: QuoteEvent, now: bigint): readonly Sent[] {
    const stamp = this.#stamp(event, now, id);
    this.#quote = { bid, bidSize, ask, askSize };
    const deed = { action: 'M', side: 'N', price: bid ?? ask, size: bidSize, flags: LAST };
    return [this.#sent('mbp-1', stamp, priceRecord(0x01, stamp, deed, [this.#quote]))];
  }

  depth({ bids, asks, snapshot, id, ...event }: DepthEvent, now: bigint): readonly Sent[] {
    const stamp = this.#stamp(event, now, id);
    const orders: Uint8Array[] = [];
    if (snapshot === true) {
      this.#clear();
      orders.push(orderRecord(stamp, { ...NOTHING, flags: 0 }, 0));
    }
    const changes = [...bids.map((level) => ['B', level] as const), ...asks.map((level) => ['A', level] as const)];
    changes.forEach(([side, level], i) => {
      orders.push(this.#change(stamp, side, level, i === changes.length - 1 ? LAST : 0));
    });
    const best = bids[0] ?? asks[0];
    const deed = { action: 'M', side: 'N', price: best?.[0], size: best?.[1] ?? 0, flags: LAST };
    return [
      this.#sent('mbp-10', stamp, priceRecord(0x0a, stamp, deed, this.#levels())),
      ...orders.map((bytes) => this.#sent('mbo', stamp, bytes)),
    ];
  }

  bar({ timeframe, start, ...bar }: BarEvent): readonly Sent[] {
    const rtype = BAR_TYPES[timeframe];
    if (rtype === undefined) return [];
    const event = BigInt(Math.round(start * 1000)) * 1000n;
    return [
      {
        schema: BAR_SCHEMAS[rtype] ?? '',
        id: this.id,
        event,
        recv: event,
        bytes: barRecord(rtype, this.id, event, bar),
      },
    ];
  }

  /** The book cleared and told again, as after a fault of the venue's feed. */
  again(now: bigint): readonly Sent[] {
    const stamp = this.#stamp({}, now, undefined);
    const cleared = { ...NOTHING, flags: LAST };
    const deed = { action: 'A', side: 'N', price: undefined, size: 0, flags: LAST };
    return [
      this.#sent('mbp-10', stamp, priceRecord(0x0a, stamp, cleared, pairs([], []))),
      this.#sent('mbp-10', stamp, priceRecord(0x0a, stamp, deed, this.#levels())),
      ...this.#wholeBook(stamp, 0).map((bytes) => this.#sent('mbo', stamp, bytes)),
    ];
  }

  /** What a session is sent that asked for a snapshot. */
  snapshot(now: bigint): readonly Uint8Array[] {
    const recv = now > this.#recv ? now : this.#recv;
    const stamp = { id: this.id, event: recv, recv, sequence: this.#sequence };
    return this.#wholeBook(stamp, SNAPSHOT | BAD_TS_RECV);
  }

  #wholeBook(stamp: Stamp, flags: number): readonly Uint8Array[] {
    const orders = [...this.#orders];
    return [
      orderRecord(stamp, { ...NOTHING, flags: orders.length === 0 ? flags | LAST : flags }, 0),
      ...orders.map(([key, orderId], i) => {
        const side = key.slice(0, 1);
        const price = Number(key.slice(1));
        const size = (side === 'B' ? this.#bids : this.#asks).get(price) ?? 0;
        const last = i === orders.length - 1 ? LAST : 0;
        return orderRecord(stamp, { action: 'A', side, price, size, flags: flags | last }, orderId);
      }),
    ];
  }

  #change(stamp: Stamp, side: 'A' | 'B', [price, size]: Level, flags: number): Uint8Array {
    const levels = side === 'B' ? this.#bids : this.#asks;
    const key = `${side}${price}`;
    const known = this.#orders.get(key);
    const orderId = known ?? ++this.#orderCount;
    const rested = levels.get(price) ?? 0;
    if (size > 0) {
      levels.set(price, size);
      this.#orders.set(key, orderId);
      return orderRecord(stamp, { action: known === undefined ? 'A' : 'M', side, price, size, flags }, orderId);
    }
    levels.delete(price);
    this.#orders.delete(key);
    // A level that is not there goes without a trace.
    if (known === undefined) return orderRecord(stamp, { action: 'N', side: 'N', price: undefined, size: 0, flags }, 0);
    return orderRecord(stamp, { action: 'C', side, price, size: rested, flags }, orderId);
  }

  #clear(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#orders.clear();
  }

  #levels(): readonly LevelPair[] {
    const bids = [...this.#bids].toSorted(([a], [b]) => b - a);
    const asks = [...this.#asks].toSorted(([a], [b]) => a - b);
    return pairs(bids, asks);
  }

  #sent(schema: string, { id, event, recv }: Stamp, bytes: Uint8Array): Sent {
    return { schema, id, event, recv, bytes };
  }

  #stamp(event: Partial<Pick<TradeEvent, 'tsEvent' | 'tsEventNs'>>, now: bigint, id: number | undefined): Stamp {
    const { tsEvent, tsEventNs = 0 } = event;
    const at = tsEvent === undefined ? now : BigInt(Math.round(tsEvent * 1000)) * 1000n + BigInt(tsEventNs);
    const recv = at + RECEIVED_AFTER_NS;
    if (recv > this.#recv) this.#recv = recv;
    this.#sequence = id ?? this.#sequence + 1;
    return { id: this.id, event: at, recv: this.#recv, sequence: this.#sequence >>> 0 };
  }
}

/** Ten levels, best first; empty ones behind. */
function pairs(bids: readonly Level[], asks: readonly Level[]): readonly LevelPair[] {
  return Array.from({ length: LEVELS }, (_, k) => ({
    bid: bids[k]?.[0],
    bidSize: bids[k]?.[1] ?? 0,
    ask: asks[k]?.[0],
    askSize: asks[k]?.[1] ?? 0,
  }));
}
