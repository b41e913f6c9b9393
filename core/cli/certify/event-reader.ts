import {
  type BarChunk,
  type Chunk,
  DEPTH_LAST,
  DEPTH_SNAPSHOT,
  type DepthChunk,
  type QuoteChunk,
  SIDE_BUY,
  SIDE_SELL,
  type TradeChunk,
} from '../../domain/chunk.ts';
import type { BarEvent, DepthEvent, QuoteEvent, TradeEvent } from '../../domain/event.ts';
import type { Level } from '../../domain/market.ts';
import { timeframeName } from '../../domain/timeframe.ts';
import type { MarketEvent } from '../../plugin/loopback.ts';

type SymbolOf = (number: number) => string;

/** Takes the rows of chunks apart into events, one by one, so that they can be held against those that were sent. */
export class EventReader {
  private readonly symbolOf: SymbolOf;
  /** Levels of a venue message that continues in the next chunk. */
  private levels: { bids: Level[]; asks: Level[]; snapshot: boolean } = nothing();

  constructor(symbolOf: SymbolOf) {
    this.symbolOf = symbolOf;
  }

  *read(event: MarketEvent | Chunk): Generator<MarketEvent> {
    if (!('capacity' in event)) {
      yield event;
      return;
    }
    for (let i = 0; i < event.n; i++) {
      if (event.kind === 'trades') yield this.trade(event, i);
      else if (event.kind === 'quotes') yield this.quote(event, i);
      else if (event.kind === 'bars') yield this.bar(event, i);
      else yield* this.depth(event, i);
    }
  }

  private head(chunk: Chunk, i: number) {
    const tsEvent = (chunk.event[i] ?? 0) / 1000;
    return { instrument: this.symbolOf(chunk.inst[i] ?? -1), tsEvent, id: chunk.id[i] ?? 0 };
  }

  private trade(chunk: TradeChunk, i: number): TradeEvent {
    const side = chunk.side[i] === SIDE_BUY ? 'buy' : chunk.side[i] === SIDE_SELL ? 'sell' : 'unknown';
    return { kind: 'trade', ...this.head(chunk, i), price: chunk.price[i] ?? 0, size: chunk.size[i] ?? 0, side };
  }

  private quote(chunk: QuoteChunk, i: number): QuoteEvent {
    const [bid, ask] = [chunk.bid[i] ?? Number.NaN, chunk.ask[i] ?? Number.NaN];
    const sizes = { bidSize: chunk.bidSize[i] ?? 0, askSize: chunk.askSize[i] ?? 0 };
    return { kind: 'quote', ...this.head(chunk, i), bid, ask, ...sizes };
  }

  private bar(chunk: BarChunk, i: number): BarEvent {
    const at = (column: Float64Array): number => column[i] ?? Number.NaN;
    const head = this.head(chunk, i);
    return {
      kind: 'bar',
      ...head,
      timeframe: timeframeName(at(chunk.span)),
      start: head.tsEvent - at(chunk.span) / 1000,
      open: at(chunk.open),
      high: at(chunk.high),
      low: at(chunk.low),
      close: at(chunk.close),
      volume: at(chunk.volume),
      trades: at(chunk.trades),
    };
  }

  private *depth(chunk: DepthChunk, i: number): Generator<DepthEvent> {
    const flags = chunk.flags[i] ?? 0;
    if ((flags & DEPTH_SNAPSHOT) !== 0) this.levels.snapshot = true;
    const side = chunk.side[i] === SIDE_BUY ? this.levels.bids : this.levels.asks;
    side.push([chunk.price[i] ?? Number.NaN, chunk.size[i] ?? Number.NaN]);
    if ((flags & DEPTH_LAST) === 0) return;
    const message = this.levels;
    this.levels = nothing();
    yield { kind: 'depth', ...this.head(chunk, i), ...message };
  }
}

const nothing = (): { bids: Level[]; asks: Level[]; snapshot: boolean } => ({ bids: [], asks: [], snapshot: false });
