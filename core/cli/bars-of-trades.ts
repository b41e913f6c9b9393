import { BarChunk, type Chunk } from '../domain/chunk.ts';
import { makeInstrument } from '../domain/instrument.ts';
import type { Bar } from '../domain/market.ts';
import { MICROS_PER_MS, type Micros, toMicros } from '../domain/time.ts';
import { type Timeframe, timeframeMicros } from '../domain/timeframe.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Tape } from '../tape/reader.ts';

/** What runs wait by default for late trades. */
const GRACE_US = 250 * MICROS_PER_MS;

interface Closed {
  readonly bar: Bar;
  readonly instrument: number;
}

/** The bars that a run over the tape's trades would see; the end of the tape closes the last one of each instrument. */
export async function* barsOfTrades(tape: Tape, timeframe: Timeframe): AsyncGenerator<Chunk> {
  const span = timeframeMicros(timeframe) ?? 0;
  const failures: unknown[] = [];
  const kernel = new Kernel(tape.instruments.map(makeInstrument), {
    barGrace: GRACE_US,
    onError: (error) => failures.push(error),
  });
  const closed: Closed[] = [];
  const subscriptions = kernel.instruments.map(({ index: instrument }) =>
    kernel.bars.source(instrument, span).subscribe((bar) => closed.push({ bar, instrument })),
  );
  let seq = 1;
  const take = (): Chunk => {
    const chunk = chunkOf(closed, seq, span);
    seq += chunk.n;
    closed.length = 0;
    return chunk;
  };

  try {
    for await (const chunk of tape.rows('trades')) {
      if (kernel.now === 0) kernel.start(chunk.recv[0] ?? 0);
      kernel.process(chunk, 0, chunk.n);
      if (failures.length > 0) throw failures[0];
      if (closed.length > 0) yield take();
    }
    kernel.advanceTo(kernel.now + span + GRACE_US);
    if (closed.length > 0) yield take();
  } finally {
    for (const subscription of subscriptions) subscription.unsubscribe();
  }
}

function chunkOf(closed: readonly Closed[], seq: number, span: Micros): Chunk {
  const chunk = new BarChunk(closed.length);
  chunk.n = closed.length;
  closed.forEach(({ bar, instrument }, row) => {
    chunk.seq[row] = seq + row;
    chunk.recv[row] = toMicros(bar.end);
    chunk.event[row] = toMicros(bar.end);
    chunk.inst[row] = instrument;
    chunk.span[row] = span;
    for (const field of ['open', 'high', 'low', 'close', 'volume', 'trades'] as const) chunk[field][row] = bar[field];
  });
  return chunk;
}
