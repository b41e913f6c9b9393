import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar, Timeframe } from '#core';
import { at, makeKernel, sinceStart, type TradeRow, trades } from '../../helpers/kernel-kit.ts';
import { naiveBars, type PlainBar, plain, TIMEFRAMES } from './naive-bars.ts';

const SYMBOLS = ['A', 'B', 'C'] as const;
const DAY_MS = 86_400_000;
/** Long enough for every open bar to be closed by the clock. */
const END_MS = 5 * DAY_MS;

/** Trades in receipt order, in bursts and with silences of up to a weekend; venue time is receipt time. */
const tradeRows: fc.Arbitrary<TradeRow[]> = fc
  .array(
    fc.record({
      gap: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) },
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 600_000 }) },
        { weight: 1, arbitrary: fc.constantFrom(100, 1_000, 45_000, 60_000, 3_600_000, 2 * DAY_MS) },
      ),
      price: fc.integer({ min: 380, max: 420 }).map((ticks) => ticks / 4),
      size: fc.integer({ min: 0, max: 9 }),
      k: fc.nat(SYMBOLS.length - 1),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) => {
    let ms = 0;
    return rows.map(({ gap, ...row }) => {
      ms += gap;
      return { ...row, ms };
    });
  });

const someTimeframes = fc.uniqueArray(fc.constantFrom(...TIMEFRAMES), { minLength: 1, maxLength: 5 });

interface Heard {
  readonly key: string;
  /** Milliseconds after T0 by the kernel's clock when it was emitted. */
  readonly when: number;
  readonly bar: PlainBar;
}

/** Runs the trades through a kernel in chunks that end after the rows of `cuts`, and notes all bars of all instruments. */
function run(
  rows: readonly TradeRow[],
  timeframes: readonly Timeframe[],
  cuts: readonly number[] = [],
  grace = 0,
): Heard[] {
  const { kernel, market, clock, inside } = makeKernel({
    instruments: SYMBOLS.map((symbol) => ({ symbol, tickSize: 0.25 })),
    grace,
  });
  const heard: Heard[] = [];
  inside(() => {
    for (const symbol of SYMBOLS) {
      for (const timeframe of timeframes) {
        const key = `${symbol} ${timeframe}`;
        market
          .bars(symbol, timeframe)
          .subscribe((bar) => heard.push({ key, when: sinceStart(clock.now()), bar: plain(bar) }));
      }
    }
  });
  const chunk = trades(rows);
  const ends = [...new Set([...cuts.map((cut) => cut % (rows.length + 1)), rows.length])].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    kernel.process(chunk, from, end);
    from = end;
  }
  kernel.advanceTo(at(END_MS + (rows.at(-1)?.ms ?? 0)));
  return heard;
}

const barsOf = (heard: readonly Heard[], key: string): PlainBar[] =>
  heard.filter((each) => each.key === key).map(({ bar }) => bar);

describe('bars of any timeframes in one pass', () => {
  it('equal the bars that are made for each timeframe by itself', () => {
    fc.assert(
      fc.property(tradeRows, someTimeframes, (rows, timeframes) => {
        const heard = run(rows, timeframes);
        for (const [k, symbol] of SYMBOLS.entries()) {
          const own = rows.filter((row) => row.k === k);
          for (const timeframe of timeframes) {
            expect(barsOf(heard, `${symbol} ${timeframe}`), `${symbol} ${timeframe}`).toEqual(
              naiveBars(own, timeframe),
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are the same, at the same times and in the same order, wherever the rows are cut into chunks', () => {
    const cuts = fc.array(fc.nat(120), { maxLength: 12 });
    fc.assert(
      fc.property(tradeRows, someTimeframes, cuts, fc.constantFrom(0, 250), (rows, timeframes, where, grace) => {
        expect(run(rows, timeframes, where, grace)).toEqual(run(rows, timeframes, [], grace));
      }),
      { numRuns: 200 },
    );
  });

  it('roll 45 s and 1 m up from 15 s that nobody asked for', () => {
    const rows = [0, 14_999, 15_000, 44_999, 45_000, 59_999, 60_000].map((ms, i) => ({ ms, price: 100 + i }));
    const heard = run(rows, ['45s', '1m']);
    expect(barsOf(heard, 'A 45s').map(({ open, close, trades: n }) => [open, close, n])).toEqual([
      [100, 103, 4],
      [104, 106, 3],
    ]);
    expect(barsOf(heard, 'A 1m').map(({ open, close, trades: n }) => [open, close, n])).toEqual([
      [100, 105, 6],
      [106, 106, 1],
    ]);
  });

  it('close finest first when several end together', () => {
    const heard = run([{ ms: 0 }, { ms: 300_000 }], ['5m', '1s', '1m']);
    expect(heard.filter(({ bar }) => sinceStart(bar.start) < 300_000).map(({ key }) => key)).toEqual([
      'A 1s',
      'A 1m',
      'A 5m',
    ]);
  });
});

describe('closing by the clock', () => {
  it('closes a bar at its end plus the grace when no trade comes, and not again when one does', () => {
    const heard = run([{ ms: 200 }, { ms: 61_000 }], ['1m'], [], 250);
    expect(heard.map(({ when, bar }) => [when, sinceStart(bar.end)])).toEqual([
      [60_250, 60_000],
      [120_250, 120_000],
    ]);
  });

  it('closes a bar by the first trade past its end when that comes earlier', () => {
    const heard = run([{ ms: 200 }, { ms: 60_100 }], ['1m'], [], 250);
    expect(heard[0]).toMatchObject({ when: 60_100, bar: { trades: 1 } });
  });

  it('takes a trade that comes within the grace into its bar', () => {
    const heard = run([{ ms: 200 }, { ms: 60_249, event: 59_999, price: 105 }], ['1m'], [], 250);
    expect(heard).toMatchObject([{ when: 60_250, bar: { high: 105, close: 105, trades: 2 } }]);
  });

  it('does nothing over a weekend without trades', () => {
    const { kernel, market, inside } = makeKernel();
    const heard: Bar[] = [];
    inside(() =>
      TIMEFRAMES.forEach((timeframe) => void market.bars('ES', timeframe).subscribe((bar) => heard.push(bar))),
    );
    kernel.process(trades([{ ms: 0 }]), 0, 1);
    let looks = 0;
    const close = kernel.bars.trees[0]?.closeDue.bind(kernel.bars.trees[0]);
    const tree = kernel.bars.trees[0] as unknown as { closeDue: (now: number) => void };
    tree.closeDue = (now) => {
      looks++;
      close?.(now);
    };
    kernel.advanceTo(at(3 * DAY_MS));
    expect(heard).toHaveLength(TIMEFRAMES.length);
    // One look for each timeframe's end, however long the silence is.
    expect(looks).toBeLessThanOrEqual(TIMEFRAMES.length + 1);
    expect(kernel.nextDue).toBe(Number.POSITIVE_INFINITY);
  });
});
