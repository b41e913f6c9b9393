import fc from 'fast-check';
import { config, map } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { TradeChunk } from '#core';
import type { Kernel } from '../../../core/kernel/kernel.ts';
import { at, makeKernel, sinceStart, type TradeRow, trades } from '../../helpers/kernel-kit.ts';

/** Bars are made of the first three, the first is heard trade by trade, the second has a working order, the last is silent. */
const SYMBOLS = ['HEARD', 'WORKED', 'BARS', 'SILENT'];
const BAND = { low: 98, high: 102 };

const rowsOf = fc
  .array(
    fc.record({
      wait: fc.constantFrom(0, 0, 0, 0, 1, 1, 5, 15, 120),
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
function seen(give: (kernel: Kernel) => void): readonly string[] {
  const { kernel, market, inside } = makeKernel({ instruments: SYMBOLS.map((symbol) => ({ symbol, tickSize: 1 })) });
  const trace: string[] = [];
  const note = (what: unknown): void =>
    void trace.push(`${sinceStart(kernel.now / 1000)} #${kernel.cause} ${JSON.stringify(what)}`);
  kernel.connectVenue({ onTrade: (k, price, size) => note(['venue', k, price, size]), onQuote: () => undefined });
  kernel.setTriggerBand(1, BAND.low, BAND.high);
  inside(() => {
    market.trades('HEARD').subscribe((trade) => {
      note(trade);
      kernel.after(() => note(['caused by', trade.price]));
    });
    for (const symbol of SYMBOLS.slice(0, 3))
      for (const span of ['100ms', '1s'] as const) market.bars(symbol, span).subscribe(note);
    const wake = (): void => {
      note(SYMBOLS.map((_, k) => kernel.last(k)));
      kernel.timers.schedule(wake, 30);
    };
    kernel.timers.schedule(wake, 15);
  });
  give(kernel);
  note(['end', kernel.counts, SYMBOLS.map((_, k) => kernel.last(k))]);
  return trace;
}

const together =
  (chunk: TradeChunk) =>
  (kernel: Kernel): void =>
    kernel.process(chunk, 0, chunk.n);

const singly =
  (chunk: TradeChunk) =>
  (kernel: Kernel): void => {
    for (let i = 0; i < chunk.n; i++) kernel.process(chunk, i, i + 1);
  };

describe('trades of many instruments in one chunk', () => {
  it('do what each of them does alone', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const chunk = trades(rows);
        expect(seen(together(chunk))).toEqual(seen(singly(chunk)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a trade that is simply the next', () => {
  it('does the same without the columns of its receipt', () => {
    const tally = { next: 0, other: 0 };
    const nextFirst =
      (rows: readonly TradeRow[]) =>
      (kernel: Kernel): void => {
        for (const [i, row] of rows.entries()) {
          const { k = 0, ms } = row;
          // Where the receipt, the number and the instrument would be, there is something else.
          const bare = trades([{ ...row, ms: ms + 7777, event: row.event ?? ms, k: 9, seq: 999 }]);
          if (kernel.processNext(bare, k, at(ms), i + 1)) {
            tally.next++;
            continue;
          }
          tally.other++;
          kernel.process(trades([{ ...row, seq: i + 1 }]), 0, 1);
        }
      };
    fc.assert(
      fc.property(rowsOf, (rows) => {
        expect(seen(nextFirst(rows))).toEqual(seen(singly(trades(rows))));
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(tally.next, tally.other)).toBeGreaterThan(500);
  });

  it('is none that two listen to, nor one that an operator takes', () => {
    const { kernel, market, inside } = makeKernel();
    const heard: number[] = [];
    inside(() => market.trades('ES').subscribe(({ price }) => heard.push(price)));
    kernel.process(trades([{ ms: 0, price: 1 }]), 0, 1);
    expect([kernel.processNext(trades([{ ms: 1, price: 2 }]), 0, at(1), 2), heard]).toEqual([true, [1, 2]]);
    inside(() =>
      market
        .trades('ES')
        .pipe(map(({ price }) => -price))
        .subscribe((price) => heard.push(price)),
    );
    expect([kernel.processNext(trades([{ ms: 2, price: 3 }]), 0, at(2), 3), heard]).toEqual([false, [1, 2]]);
  });

  it('lets the alarm know of what its listener has put on the clock', () => {
    const { kernel, market, inside } = makeKernel();
    inside(() => market.trades('ES').subscribe(() => kernel.timers.schedule(() => undefined, 5)));
    kernel.process(trades([{ ms: 0 }]), 0, 1);
    kernel.advanceTo(at(10));
    const told: number[] = [];
    kernel.onDeadline = () => told.push(kernel.nextDue);
    expect([kernel.processNext(trades([{ ms: 11 }]), 0, at(11), 2), told]).toEqual([true, [at(16)]]);
  });

  it('is told to a function that throws, which goes on listening, and leaves the kernel for the next', () => {
    const errors: unknown[] = [];
    const outer = config.onUnhandledError;
    config.onUnhandledError = (error) => errors.push(error);
    const { kernel, market, inside } = makeKernel();
    const heard: number[] = [];
    inside(() =>
      market.trades('ES').subscribe(({ price }) => {
        heard.push(price);
        throw new Error(`at ${price}`);
      }),
    );
    kernel.process(trades([{ ms: 0, price: 1 }]), 0, 1);
    for (const ms of [1, 2]) expect(kernel.processNext(trades([{ ms, price: 1 + ms }]), 0, at(ms), 1 + ms)).toBe(true);
    expect([heard, kernel.busy]).toEqual([[1, 2, 3], false]);
    return vi.waitFor(() => {
      expect(errors.map(String)).toEqual(['Error: at 1', 'Error: at 2', 'Error: at 3']);
      config.onUnhandledError = outer;
    });
  });
});
