import type { Chunk } from '../domain/chunk.ts';
import { isoMicros } from '../domain/time.ts';
import type { DecisionRecord } from '../plugin/persistence.ts';
import { sideName } from '../tape/export/cells.ts';
import type { Tape } from '../tape/reader.ts';

/** What caused a decision, as a trader reads it. */
export async function describeEvent(tape: Tape, { cause, ts }: DecisionRecord): Promise<string> {
  if (cause === 0) return `after a timer or a bar closed by the clock, at ${isoMicros(ts)}`;
  const event = await tape.event(cause);
  if (event === undefined) return `after event ${cause}, which is not on the tape, at ${isoMicros(ts)}`;
  if ('input' in event) {
    const { kind, payload, recv } = event.input;
    return `after input ${cause}, ${kind} ${JSON.stringify(payload)}, at ${isoMicros(recv)}`;
  }
  const { chunk, from } = event;
  const symbol = tape.instruments[chunk.inst[from] ?? -1]?.symbol ?? '';
  return `after event ${cause}, ${symbol} ${rowText(chunk, from)}, at ${isoMicros(chunk.recv[from] ?? ts)}`;
}

function rowText(chunk: Chunk, row: number): string {
  switch (chunk.kind) {
    case 'trades':
      return `trade ${sideName(chunk.side[row])} ${chunk.size[row]} at ${chunk.price[row]}`;
    case 'quotes':
      return `quote ${chunk.bidSize[row]} × ${chunk.bid[row]} / ${chunk.ask[row]} × ${chunk.askSize[row]}`;
    case 'depth':
      return `depth ${sideName(chunk.side[row])} ${chunk.size[row]} at ${chunk.price[row]}`;
    case 'bars':
      return `bar ${chunk.open[row]} ${chunk.high[row]} ${chunk.low[row]} ${chunk.close[row]}`;
  }
}
