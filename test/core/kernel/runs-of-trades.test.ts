import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TradeChunk } from '#core';
import { makeKernel, sinceStart, type TradeRow, trades } from '../../helpers/kernel-kit.ts';

/** Bars are made of the first three, the first is heard trade by trade, the second has a working order, the last is silent. */
const SYMBOLS = ['HEARD', 'WORKED', 'BARS', 'SILENT'];
const BAND = { low: 98, high: 102 };

const rowsOf = fc
  .array(
    fc.record({
      wait: fc.constantFrom(0, 0, 5, 15, 120),
      late: fc.constantFrom(0, 0, 0, 1, 60, 400),
      price: fc.integer({ min: 96, max: 104 }),
      size: fc.integer({ min: 1, max: 9 }),
      k: fc.nat(SYMBOLS.length - 1),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows): readonly TradeRow[] => {
    let ms = 0;
    return rows.map(({ wait, late, ...row }) => {
      ms += wait;
      return { ...row, ms, event: ms - late };
    });
  });

/** All that can be seen from outside of a kernel that is given the trades by `give`. */
function seen(chunk: TradeChunk, give: (take: (from: number, to: number) => void) => void): readonly string[] {
  const { kernel, market, inside } = makeKernel({ instruments: SYMBOLS.map((symbol) => ({ symbol, tickSize: 1 })) });
  const trace: string[] = [];
  const note = (what: unknown): void =>
    void trace.push(`${sinceStart(kernel.now / 1000)} #${kernel.cause} ${JSON.stringify(what)}`);
  kernel.connectVenue({ onTrade: (k, price, size) => note(['venue', k, price, size]), onQuote: () => undefined });
  kernel.setTriggerBand(1, BAND.low, BAND.high);
  inside(() => {
    market.trades('HEARD').subscribe(note);
    for (const symbol of SYMBOLS.slice(0, 3))
      for (const span of ['100ms', '1s'] as const) market.bars(symbol, span).subscribe(note);
    const wake = (): void => {
      note(SYMBOLS.map((_, k) => kernel.last(k)));
      kernel.timers.schedule(wake, 30);
    };
    kernel.timers.schedule(wake, 15);
  });
  give((from, to) => kernel.process(chunk, from, to));
  note(['end', kernel.counts, SYMBOLS.map((_, k) => kernel.last(k))]);
  return trace;
}

describe('trades of many instruments in one chunk', () => {
  it('do what each of them does alone', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const chunk = trades(rows);
        const together = seen(chunk, (take) => take(0, chunk.n));
        const singly = seen(chunk, (take) => {
          for (let i = 0; i < chunk.n; i++) take(i, i + 1);
        });
        expect(together).toEqual(singly);
      }),
      { numRuns: 300 },
    );
  });
});
