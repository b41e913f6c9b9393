import { SIDE_BUY, SIDE_SELL, TradeChunk } from '../../core/domain/chunk.ts';
import { type Instrument, makeInstrument } from '../../core/domain/instrument.ts';
import type { Micros } from '../../core/domain/time.ts';
import { xorshift } from './random.ts';

/** Trades per second and instrument. */
const RATE = 10;
export const START: Micros = 1_700_000_000_000_000;
const CHUNK_ROWS = 16_384;

/** Invented trades of a number of instruments, in time order, as the columns that the kernel reads. */
export interface Trades {
  readonly rows: number;
  readonly instruments: readonly Instrument[];
  readonly chunks: readonly TradeChunk[];
}

export const makeInstruments = (count: number): readonly Instrument[] =>
  Array.from({ length: count }, (_, i) => makeInstrument({ symbol: `S${String(i).padStart(4, '0')}` }, i));

/** Random walks on a grid of 0.01, about ten trades a second each; received when they happened. */
export function makeTrades(rows: number, instruments: number): Trades {
  const chunks = [...tradeChunks(rows, instruments, CHUNK_ROWS)];
  return { rows, instruments: makeInstruments(instruments), chunks };
}

/** The same trades, chunk by chunk, for those that do not fit in memory. */
export function* tradeChunks(rows: number, instruments: number, chunkRows: number): Generator<TradeChunk> {
  const random = xorshift(12_345);
  const ticks = Int32Array.from({ length: instruments }, () => 5000 + (random() % 15_000));
  const drift = new Int32Array(instruments);
  const gap = 1_000_000 / (RATE * instruments);
  let at = START;
  for (let from = 0; from < rows; from += chunkRows) {
    const chunk = new TradeChunk(Math.min(chunkRows, rows - from));
    chunk.n = chunk.capacity;
    for (let i = 0; i < chunk.n; i++) {
      const u = random();
      const v = random();
      at += Math.floor(gap * ((u & 1023) / 512) * (((u >>> 10) & 1023) / 512));
      const k = (v >>> 3) % instruments;
      const mood = (u >>> 20) % 7;
      if (mood === 0) drift[k] = ((u >>> 23) % 3) - 1;
      const step = mood < 3 ? ((v & 7) < 4 ? 1 : -1) : mood === 3 ? drift[k]! : 0;
      ticks[k] = Math.max(1000, ticks[k]! + step);
      chunk.seq[i] = from + i + 1;
      chunk.recv[i] = at;
      chunk.event[i] = at;
      chunk.inst[i] = k;
      chunk.price[i] = ticks[k] / 100;
      chunk.size[i] = 1 + ((v >>> 20) % 40);
      chunk.side[i] = step > 0 || (step === 0 && (v & 1) === 1) ? SIDE_BUY : SIDE_SELL;
    }
    yield chunk;
  }
}
