import type { ChunkWriter } from '../domain/chunk-writer.ts';
import type { Micros } from '../domain/time.ts';

/** Where market rows go: a `RowBatch` for files, a `ChunkWriter` for a live connection. */
export interface DbnRows {
  /** Times of the rows that follow. */
  time(recv: Micros, recvNs: number, event: Micros, eventNs: number): void;
  trade(inst: number, id: number, price: number, size: number, side: number): void;
  quote(inst: number, id: number, bid: number, bidSize: number, ask: number, askSize: number): void;
  depth(inst: number, id: number, side: number, price: number, size: number, flags: number): void;
  bar(
    inst: number,
    span: Micros,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    trades: number,
  ): void;
}

/** Rows of a live connection: the runtime stamps their receipt. */
export function chunkRows(writer: ChunkWriter): DbnRows {
  let at: Micros = 0;
  let ns = 0;
  return {
    time: (_recv, _recvNs, event, eventNs) => {
      at = event;
      ns = eventNs;
    },
    trade: (inst, id, price, size, side) => writer.trade(inst, price, size, side, at, ns, id),
    quote: (inst, id, bid, bidSize, ask, askSize) => writer.quote(inst, bid, bidSize, ask, askSize, at, ns, id),
    depth: (inst, id, side, price, size, flags) => writer.depth(inst, side, price, size, flags, at, ns, id),
    bar: (inst, span, open, high, low, close, volume, trades) =>
      writer.bar(inst, span, at, { open, high, low, close, volume, trades }),
  };
}
