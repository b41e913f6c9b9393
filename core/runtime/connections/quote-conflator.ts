import { type Chunk, QuoteChunk } from '../../domain/chunk.ts';
import type { QuoteEvent } from '../../domain/event.ts';
import type { Micros } from '../../domain/time.ts';
import { wallTimers } from '../wall.ts';
import type { RowsEvent } from './connection-record.ts';

type Quotes = QuoteEvent | QuoteChunk;

/**
 * When a run has fallen behind the market, a quote that a newer one of its instrument replaces is of no use to anybody.
 * Quotes are then held until something else comes, or until the event loop has taken all that had piled up; trades, depth
 * and bars are never held and never dropped, and no quote is overtaken by them.
 */
export class QuoteConflator {
  private readonly emit: (event: RowsEvent) => void;
  private readonly onReplaced: (rows: number) => void;
  /** Whether quotes wait. A field, as each event looks at it. */
  holding = false;
  /** By instrument: the symbol, or the provider's own number. */
  private readonly held = new Map<string | number, Quotes>();
  private flushing: NodeJS.Immediate | undefined = undefined;

  constructor(emit: (event: RowsEvent) => void, onReplaced: (rows: number) => void) {
    this.emit = emit;
    this.onReplaced = onReplaced;
  }

  /** @param behind the run is late by more than is allowed */
  take(event: RowsEvent, behind: boolean): void {
    if (behind && event.kind === 'quote') this.hold(event.instrument, event);
    else if (behind && event.kind === 'quotes')
      for (let i = 0; i < event.n; i++) this.hold(event.inst[i] ?? 0, rowOf(event, i));
    else {
      this.flush();
      this.emit(event);
    }
  }

  /** Nothing more comes from this connection. */
  flush(): void {
    if (!this.holding) return;
    this.holding = false;
    const quotes = [...this.held.values()];
    this.held.clear();
    for (const quote of quotes) this.emit(quote);
  }

  /** The run is over. */
  stop(): void {
    this.holding = false;
    this.held.clear();
  }

  private hold(instrument: string | number, quote: Quotes): void {
    // Taken out first, so that quotes leave in the order of the last ones.
    if (this.held.delete(instrument)) this.onReplaced(1);
    this.held.set(instrument, quote);
    this.holding = true;
    this.flushing ??= wallTimers.setImmediate(() => {
      this.flushing = undefined;
      this.flush();
    });
  }
}

/** One row as a chunk of its own: the provider refills the one that it came in. */
function rowOf(chunk: QuoteChunk, i: number): QuoteChunk {
  const row = new QuoteChunk(1);
  for (const name of COLUMNS) row[name][0] = chunk[name][i] ?? 0;
  row.n = 1;
  return row;
}

const COLUMNS = [
  'recv',
  'recvNs',
  'event',
  'eventNs',
  'inst',
  'id',
  'bid',
  'bidSize',
  'ask',
  'askSize',
] as const satisfies (keyof QuoteChunk)[];

/** How late the newest row of an event is against the venue's clock. */
export function lagOf(event: RowsEvent, now: Micros): Micros {
  if ('capacity' in event) return event.n === 0 ? 0 : now - (lastEvent(event) ?? now);
  return event.tsEvent === undefined ? 0 : now - event.tsEvent * 1000;
}

const lastEvent = (chunk: Chunk): Micros | undefined => chunk.event[chunk.n - 1];
