import {
  type ChunkWriter,
  DEPTH_LAST,
  DEPTH_SNAPSHOT,
  type Link,
  SIDE_BUY,
  SIDE_SELL,
  SIDE_UNKNOWN,
  type StreamName,
} from '#core';
import type { Contract } from './contracts.ts';
import { DepthFold } from './depth-fold.ts';
import { type Moment, momentOf } from './gateway-time.ts';
import type { HubEvent } from './hub.ts';
import type { ProjectxOptions } from './options.ts';
import { isRow, numberOf, type Row } from './values.ts';

/** `timestamp` of a quote can stand still for hours; a gateway that is this far beyond it sends news all the same. */
const STUCK_US = 5_000_000;

export interface FeedParts {
  readonly contracts: readonly Contract[];
  readonly writer: ChunkWriter;
  readonly link: Link;
  /** Epoch milliseconds, for rows without a time. */
  readonly now: () => number;
  readonly wants: (stream: StreamName, symbol: string) => boolean;
  readonly options: Pick<ProjectxOptions, 'depthSize' | 'repeatedTrades'>;
}

/** What is known of a contract's market while a connection lasts. */
interface State {
  readonly contract: Contract;
  readonly fold: DepthFold;
  bid: number;
  ask: number;
  lastTrades: string;
}

/**
 * Turns the market hub's events into rows: whole messages, every element of them, in their order. It lives as long as a
 * connection: after one, quotes are changes of something unseen, and books begin empty.
 */
export class MarketFeed {
  private readonly parts: FeedParts;
  private readonly states: ReadonlyMap<string, State>;
  private currentVolumes = 0;

  constructor(parts: FeedParts) {
    this.parts = parts;
    this.states = new Map(
      parts.contracts.map((contract) => [
        contract.id,
        { contract, fold: new DepthFold(), bid: Number.NaN, ask: Number.NaN, lastTrades: '' },
      ]),
    );
  }

  /** The book of a contract that is no longer followed. */
  forget(contractId: string): void {
    this.states.get(contractId)?.fold.clear();
  }

  /** Oddities of the depth stream: levels that ran into the other side, and entries with a `currentVolume` of their own. */
  get oddities(): { readonly crossedLevels: number; readonly currentVolumes: number } {
    const crossedLevels = [...this.states.values()].reduce((sum, { fold }) => sum + fold.crossed, 0);
    return { crossedLevels, currentVolumes: this.currentVolumes };
  }

  /** True when it was data of a contract that is followed. */
  take({ target, args }: HubEvent): boolean {
    const [id, payload] = unpacked(args);
    const state = typeof id === 'string' ? this.states.get(id) : undefined;
    if (state === undefined) {
      // Events of a contract that was left a moment ago may still be under way; those of none are faults.
      if (typeof id !== 'string') this.parts.link.bad(`${target} without a contract`, args);
      return false;
    }
    this.apply(target.toLowerCase(), state, payload);
    this.parts.writer.flush();
    return true;
  }

  private apply(target: string, state: State, payload: unknown): void {
    const { symbol } = state.contract;
    const { wants } = this.parts;
    if (target === 'gatewaytrade') {
      if (wants('trades', symbol)) this.trades(state, payload);
    } else if (target === 'gatewaydepth') {
      if (wants('depth', symbol)) this.depth(state, payload);
    } else if (wants('quotes', symbol)) this.quote(state, payload);
  }

  private trades(state: State, payload: unknown): void {
    const { writer, options } = this.parts;
    if (options.repeatedTrades === 'drop') {
      const text = JSON.stringify(payload);
      if (text === state.lastTrades) return;
      state.lastTrades = text;
    }
    for (const each of listOf(payload)) {
      const row = isRow(each) ? each : {};
      const price = numberOf(row['price']);
      const size = numberOf(row['volume']);
      const { us, ns } = momentOf(row['timestamp']) ?? this.received();
      const usable = price !== undefined && size !== undefined;
      if (!usable || !writer.trade(state.contract.inst, price, size, aggressorOf(row['type']), us, ns)) {
        this.parts.link.bad('trade', each);
      }
    }
  }

  private quote(state: State, payload: unknown): void {
    if (!isRow(payload)) return this.parts.link.bad('quote', payload);
    const bid = 'bestBid' in payload ? priceOf(payload['bestBid']) : state.bid;
    const ask = 'bestAsk' in payload ? priceOf(payload['bestAsk']) : state.ask;
    if (bid === undefined || ask === undefined) return this.parts.link.bad('quote', payload);
    state.bid = bid;
    state.ask = ask;
    // Changes of the last price, the volume or the day's range leave the quote as it was.
    if (!('bestBid' in payload || 'bestAsk' in payload)) return;
    const { us, ns } = this.quoteTime(payload);
    this.parts.writer.quote(state.contract.inst, bid, 0, ask, 0, us, ns);
  }

  private depth(state: State, payload: unknown): void {
    const { fold } = state;
    fold.begin();
    let last: Moment | undefined;
    for (const each of listOf(payload)) {
      if (!isRow(each) || !this.level(state, each)) this.parts.link.bad('depth entry', each);
      else last = momentOf(each['timestamp']) ?? last;
    }
    this.writeDepth(state, last ?? this.received());
  }

  private level({ fold, contract }: State, row: Row): boolean {
    const type = numberOf(row['type']);
    if (type === undefined) return false;
    if (!DepthFold.isLevel(type)) return fold.add(type, 0, 0);
    const price = numberOf(row['price']);
    const size = this.sizeOf(row);
    if (price === undefined || size === undefined || size < 0) return false;
    const ticks = contract.grid.ticks(price);
    return Number.isSafeInteger(ticks) && fold.add(type, ticks, size);
  }

  private sizeOf(row: Row): number | undefined {
    const volume = numberOf(row['volume']);
    const current = numberOf(row['currentVolume']) ?? 0;
    if (current > 0) this.currentVolumes++;
    return current > 0 && this.parts.options.depthSize === 'currentVolume' ? current : volume;
  }

  private writeDepth({ fold, contract }: State, { us, ns }: Moment): void {
    const { writer } = this.parts;
    const { changes, snapshot, emptied } = fold;
    const first = snapshot ? DEPTH_SNAPSHOT : 0;
    if (changes.length === 0 && emptied) {
      // A level that is nowhere: the row only says that the book is empty.
      writer.depth(contract.inst, SIDE_BUY, 0, 0, first | DEPTH_LAST, us, ns);
    }
    changes.forEach(({ side, ticks, size }, i) => {
      const flags = (i === 0 ? first : 0) | (i + 1 === changes.length ? DEPTH_LAST : 0);
      writer.depth(contract.inst, side, contract.grid.price(ticks), size, flags, us, ns);
    });
  }

  private quoteTime(row: Row): Moment {
    const sent = momentOf(row['lastUpdated']);
    const quoted = momentOf(row['timestamp']);
    if (quoted !== undefined && (sent === undefined || sent.us - quoted.us < STUCK_US)) return quoted;
    return sent ?? this.received();
  }

  private received(): Moment {
    return { us: Math.round(this.parts.now() * 1000), ns: 0 };
  }
}

/** `[contractId, payload]`, which some gateways wrap in one more list. */
const unpacked = (args: readonly unknown[]): readonly unknown[] =>
  args.length === 1 && Array.isArray(args[0]) ? args[0] : args;

const listOf = (payload: unknown): readonly unknown[] => (Array.isArray(payload) ? payload : [payload]);

/** NaN for a side that is said to be empty. */
const priceOf = (value: unknown): number | undefined => (value === null ? Number.NaN : numberOf(value));

/** TradeLogType: 0 is a buyer who crossed the spread, 1 a seller. */
function aggressorOf(type: unknown): typeof SIDE_BUY | typeof SIDE_SELL | typeof SIDE_UNKNOWN {
  if (type === 0) return SIDE_BUY;
  return type === 1 ? SIDE_SELL : SIDE_UNKNOWN;
}
