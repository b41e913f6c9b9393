import { CHUNK_KINDS, type ChunkKind } from '../../domain/chunk.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Micros } from '../../domain/time.ts';
import { isOnGrid } from '../../kernel/book/on-grid.ts';
import type { RowRun } from './import-plan.ts';

/** Counts what goes onto the tape. */
export class ImportTotals {
  readonly rows: Record<ChunkKind, number> = { trades: 0, quotes: 0, depth: 0, bars: 0 };
  from: Micros = Number.NaN;
  until: Micros = Number.NaN;
  /** Rows with a price between two ticks, which says that the tick size is wrong. */
  offGrid = 0;
  readonly #instruments: readonly Instrument[];

  constructor(instruments: readonly Instrument[]) {
    this.#instruments = instruments;
  }

  get all(): number {
    return CHUNK_KINDS.reduce((sum, kind) => sum + this.rows[kind], 0);
  }

  add({ chunk, from, to }: RowRun): void {
    if (Number.isNaN(this.from)) this.from = chunk.recv[from] ?? Number.NaN;
    this.until = chunk.recv[to - 1] ?? Number.NaN;
    this.rows[chunk.kind] += to - from;
    const columns = priceColumns(chunk);
    for (let i = from; i < to; i++) {
      const instrument = this.#instruments[chunk.inst[i] ?? 0];
      // An empty side of a quote has no price, and so none between two ticks.
      const isOff = (price = Number.NaN): boolean =>
        instrument !== undefined && !Number.isNaN(price) && !isOnGrid(price, instrument);
      if (columns.some((column) => isOff(column[i]))) this.offGrid++;
    }
  }
}

function priceColumns(chunk: RowRun['chunk']): readonly Float64Array[] {
  switch (chunk.kind) {
    case 'trades':
    case 'depth':
      return [chunk.price];
    case 'quotes':
      return [chunk.bid, chunk.ask];
    case 'bars':
      return [chunk.open, chunk.high, chunk.low, chunk.close];
  }
}
