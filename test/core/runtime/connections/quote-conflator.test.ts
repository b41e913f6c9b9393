import { describe, expect, it } from 'vitest';
import { type ProviderEvent, QuoteChunk } from '#core';
import { QuoteConflator } from '../../../../core/runtime/connections/quote-conflator.ts';

const quote = (instrument: string, bid: number): Extract<ProviderEvent, { kind: 'quote' }> => ({
  kind: 'quote',
  instrument,
  bid,
  bidSize: 1,
  ask: bid + 1,
  askSize: 1,
});
const trade = { kind: 'trade', instrument: 'ES', price: 5, size: 1 } as const;

function conflator() {
  const seen: unknown[] = [];
  let replaced = 0;
  const made = new QuoteConflator(
    (event) => seen.push('capacity' in event ? [event.inst[0], (event as QuoteChunk).bid[0]] : event),
    (rows) => {
      replaced += rows;
    },
  );
  return { made, seen, replaced: () => replaced };
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('quotes of a run that is behind', () => {
  it('reach it at once while it is not', () => {
    const { made, seen, replaced } = conflator();
    made.take(quote('ES', 1), false);
    made.take(quote('ES', 2), false);
    expect([seen, replaced()]).toEqual([[quote('ES', 1), quote('ES', 2)], 0]);
  });

  it('leave the newest of each instrument, before what came after it, and are counted', () => {
    const { made, seen, replaced } = conflator();
    made.take(quote('ES', 1), true);
    made.take(quote('NQ', 1), true);
    made.take(quote('ES', 2), true);
    expect(seen).toEqual([]);
    made.take(trade, true);
    expect([seen, replaced()]).toEqual([[quote('NQ', 1), quote('ES', 2), trade], 1]);
  });

  it('do not wait for longer than the event loop has work', async () => {
    const { made, seen } = conflator();
    made.take(quote('ES', 1), true);
    await nextTurn();
    await nextTurn();
    expect(seen).toEqual([quote('ES', 1)]);
  });

  it('conflate as columns too, which the provider may refill', () => {
    const { made, seen, replaced } = conflator();
    const chunk = new QuoteChunk(4);
    [0, 1, 0].forEach((inst, row) => {
      chunk.inst[row] = inst;
      chunk.bid[row] = 10 + row;
    });
    chunk.n = 3;
    made.take(chunk, true);
    chunk.bid.fill(0);
    made.flush();
    expect([seen, replaced()]).toEqual([
      [
        [1, 11],
        [0, 12],
      ],
      1,
    ]);
  });
});
