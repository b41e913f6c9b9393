import fc from 'fast-check';
import { type Subscription, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { BarSpec } from '#core';
import { makeKernel, type TradeRow, trades } from '../../../helpers/kernel-kit.ts';
import { make, type Told, told, UNIT } from './bars-kit.ts';
import {
  bricks,
  cut,
  dollarsOf,
  inTime,
  type PlainTrade,
  rangeBars,
  signs,
  summed,
  volumeOf,
  weighted,
} from './plain-bars.ts';

/** Trades on a walk, some out of order by venue time, some later than the window, of decimal sizes and of all sides. */
const rowsOf = (lag: fc.Arbitrary<number>): fc.Arbitrary<TradeRow[]> =>
  fc
    .array(
      fc.record({
        gap: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 9_000 })),
        lag,
        step: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -2, max: 2 }) }, fc.integer({ min: -15, max: 15 })),
        size: fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10),
        side: fc.constantFrom('buy' as const, 'sell' as const, undefined),
      }),
      { minLength: 1, maxLength: 120, size: 'max' },
    )
    .map((steps) => {
      let [ms, price] = [0, 1_000];
      return steps.map(({ gap, lag: behind, step, size, side }) => {
        ms += gap;
        price += step;
        const row = { ms, event: ms - behind, price, size };
        return side === undefined ? row : { ...row, side };
      });
    });
const ordered = rowsOf(fc.constant(0));
const disorderly = rowsOf(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: -2_000, max: 3_000 }) },
    fc.integer({ min: 0, max: 40_000 }),
  ),
);

const SPECS: readonly BarSpec[] = [
  '7t',
  { volume: 9 },
  { dollar: 12_000 },
  { range: 5 },
  { renko: 3 },
  { renko: 2, wicks: true },
  { renko: 2, of: '3t' },
  { imbalance: 'tick', expectTicks: 6 },
  { imbalance: 'volume', expectTicks: 6, expectImbalance: 0.5 },
  { run: 'tick', expectTicks: 6 },
  { run: 'dollar', expectTicks: 6 },
  { heikinAshi: '3t' },
  { bars: 2, of: { volume: 5 } },
];

/** Equal but for the rounding of a mean. */
function expectEqual(bars: readonly Told[], plain: readonly ReturnType<typeof summed>[]): void {
  // Minus nought is nought to a trader. The mean is compared below, and plain bars are never historical.
  const bare = (bar: Partial<Told>): object => ({
    ...bar,
    delta: bar.delta === undefined ? undefined : bar.delta + 0,
    vwap: undefined,
    historical: undefined,
  });
  expect(bars.map(bare)).toEqual(plain.map(bare));
  bars.forEach(({ vwap }, i) => {
    if (vwap === undefined) expect(plain[i]?.vwap).toBeUndefined();
    else expect(vwap).toBeCloseTo(plain[i]?.vwap ?? Number.NaN, 8);
  });
}

describe('bars equal those of a list that is looked at afterwards:', () => {
  type Lists = { readonly bars: readonly (readonly PlainTrade[])[]; readonly rest: readonly PlainTrade[] };
  const by = (isFull: Parameters<typeof cut>[1]) => (taken: readonly PlainTrade[]) => cut(taken, isFull);
  const imbalance = (taken: readonly PlainTrade[]): Lists => {
    const b = signs(taken);
    return cut(taken, (list, before) => {
      const done = before.flat().length;
      const sum = b.slice(done, done + list.length).reduce((total, each) => total + each, 0);
      const expected =
        weighted([6, ...before.map(({ length }) => length)], 3) * Math.abs(weighted([0.5, ...b.slice(0, done)], 9));
      return Math.abs(sum) >= (done === 0 ? 3 : expected);
    });
  };
  const run = (taken: readonly PlainTrade[]): Lists => {
    const b = signs(taken);
    return cut(taken, (list, before) => {
      const done = before.flat().length;
      const count = (from: number, n: number, sign: number) => b.slice(from, from + n).filter((s) => s === sign).length;
      const starts = before.map((_, i) => before.slice(0, i).flat().length);
      const buyers = before.flatMap(({ length }, i) => {
        const [ups, downs] = [count(starts[i] ?? 0, length, 1), count(starts[i] ?? 0, length, -1)];
        return ups + downs === 0 ? [] : [ups / (ups + downs)];
      });
      const p = weighted([0.6, ...buyers], 3);
      const expected = weighted([6, ...before.map(({ length }) => length)], 3) * Math.max(p, 1 - p);
      return Math.max(count(done, list.length, 1), count(done, list.length, -1)) >= expected - 1e-9;
    });
  };
  const free = { spanBars: 3, ticksRange: [1, 1_000] } as const;
  it.each<[string, BarSpec, (taken: readonly PlainTrade[]) => Lists]>([
    ['7t', '7t', by((list) => list.length === 7)],
    ['volume 9', { volume: 9 }, by((list) => volumeOf(list) >= 9 - 1e-9)],
    ['dollar 12000', { dollar: 12_000 }, by((list) => dollarsOf(list) >= 12_000 - 1e-6)],
    ['range 5', { range: 5 }, (taken) => rangeBars(taken, 5)],
    ['imbalance tick 6', { imbalance: 'tick', expectTicks: 6, expectImbalance: 0.5, spanTicks: 9, ...free }, imbalance],
    ['run tick 6', { run: 'tick', expectTicks: 6, expectBuyShare: 0.6, ...free }, run],
  ])('%s', (name, spec, reference) => {
    let closed = 0;
    let tooLate = 0;
    fc.assert(
      fc.property(disorderly, (rows) => {
        const { taken, late } = inTime(rows, 10_000);
        const { bars, rest } = reference(taken);
        const made = make(spec, rows);
        expectEqual(
          made.bars,
          bars.map((list) => summed(name, list)),
        );
        expectEqual(made.forming === undefined ? [] : [made.forming], rest.length === 0 ? [] : [summed(name, rest)]);
        expect(made.late).toBe(late);
        closed += bars.length;
        tooLate += late;
      }),
      { numRuns: 50 },
    );
    expect(Math.min(closed, tooLate)).toBeGreaterThan(100);
  });

  it('bricks', () => {
    fc.assert(
      fc.property(ordered, fc.integer({ min: 1, max: 6 }), (rows, size) => {
        const laid = bricks(
          rows.map(({ price = 0 }) => price),
          size,
        );
        expect(make({ renko: size }, rows).bars.map(({ open, close }) => [open, close])).toEqual(laid);
      }),
      { numRuns: 50 },
    );
  });
});

describe('all bars of trades', () => {
  it.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('%s keep every trade once', (_, spec) => {
    fc.assert(
      fc.property(ordered, (rows) => {
        const { bars, forming } = make(spec, rows);
        const all = forming === undefined ? bars : [...bars, forming];
        const total = (of: (bar: Told) => number): number => all.reduce((sum, bar) => sum + of(bar), 0);
        const side = (wanted: string) =>
          rows.reduce((sum, row) => sum + (row.side === wanted ? (row.size ?? 0) : 0), 0);
        expect(total(({ trades: count }) => count)).toBe(rows.length);
        expect(total(({ volume }) => volume)).toBeCloseTo(
          rows.reduce((sum, { size = 0 }) => sum + size, 0),
          6,
        );
        expect(total(({ buy }) => buy ?? Number.NaN)).toBeCloseTo(side('buy'), 6);
        expect(total(({ sell }) => sell ?? Number.NaN)).toBeCloseTo(side('sell'), 6);
        for (const { open, high, low, close, delta, buy, sell } of all) {
          expect(low).toBeLessThanOrEqual(Math.min(open, close));
          expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
          expect(delta).toBeCloseTo((buy ?? 0) - (sell ?? 0), 6);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('range bars never exceed their range', () => {
    fc.assert(
      fc.property(disorderly, fc.integer({ min: 1, max: 9 }), (rows, range) => {
        for (const { high, low } of make({ range }, rows).bars) expect(high - low).toBeLessThanOrEqual(range);
      }),
      { numRuns: 50 },
    );
  });

  it('bricks are equal, contiguous, and turn at the start of the last one', () => {
    fc.assert(
      fc.property(disorderly, fc.integer({ min: 1, max: 6 }), fc.boolean(), (rows, renko, wicks) => {
        const { bars } = make({ renko, wicks }, rows);
        bars.forEach(({ open, close, high, low }, i) => {
          expect(Math.abs(close - open)).toBe(renko);
          const last = bars[i - 1];
          if (last !== undefined) {
            const onward = close > open === last.close > last.open;
            expect(open).toBe(onward ? last.close : last.open);
          }
          expect(close > open ? high : low, 'no wick where the next brick begins').toBe(close);
          if (!wicks) expect([low, high]).toEqual([Math.min(open, close), Math.max(open, close)]);
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe('whoever else listens', () => {
  interface Other {
    readonly spec: BarSpec;
    /** Rows before which it comes and goes. */
    readonly comes: number;
    readonly goes: number;
  }

  /** Bars of a listener who comes before row `from`, while others come and go. */
  function heard(spec: BarSpec, rows: readonly TradeRow[], from: number, others: readonly Other[]): readonly Told[] {
    const { kernel, market, inside } = makeKernel({ instruments: [UNIT] });
    const bars: Told[] = [];
    const chunk = trades(rows);
    const subscriptions = new Map<Other, Subscription>();
    for (let i = 0; i < rows.length; i++) {
      inside(() => {
        for (const other of others) {
          if (other.goes === i) subscriptions.get(other)?.unsubscribe();
          if (other.comes !== i) continue;
          // In the middle of a row it asks for the same bars once more.
          const again = (): void => void market.bars('ES', spec).subscribe();
          subscriptions.set(other, market.bars('ES', other.spec).subscribe(again));
        }
        if (i === from) market.bars('ES', spec).subscribe((bar) => bars.push(told(bar)));
      });
      kernel.process(chunk, i, i + 1);
    }
    return bars;
  }

  it('bars are those of the trades since one began to listen, whoever else listens to which since when', () => {
    const other = fc.record({
      spec: fc.constantFrom<BarSpec>('1s', { time: '5s' }, ...SPECS),
      comes: fc.nat(40),
      goes: fc.nat(80),
    });
    let closed = 0;
    fc.assert(
      fc.property(ordered, fc.constantFrom(...SPECS), fc.nat(40), fc.array(other, { maxLength: 8 }), (...given) => {
        const [rows, spec, start, crowd] = given;
        const from = Math.min(start, rows.length - 1);
        const alone = make(spec, rows.slice(from)).bars;
        const same = [0, from].map((comes) => ({ spec, comes, goes: 60 }));
        expect(heard(spec, rows, from, [...same, ...crowd])).toEqual(alone);
        closed += alone.length;
      }),
      { numRuns: 60 },
    );
    expect(closed).toBeGreaterThan(300);
  });

  it('equal wishes of the same moment are served by one', () => {
    const { kernel, market, inside } = makeKernel({ instruments: [UNIT] });
    const bars: unknown[] = [];
    inside(() => {
      market.bars('ES', '1t').subscribe((bar) => bars.push(bar));
      market.bars('ES', { ticks: 1 }).subscribe((bar) => bars.push(bar));
    });
    kernel.process(trades([{ ms: 1 }]), 0, 1);
    expect(bars).toHaveLength(2);
    expect(bars[0]).toBe(bars[1]);
  });

  it('who begins to listen to trades because of a bar hears the one that closed it, also when nobody else does', () => {
    const { kernel, market, inside } = makeKernel({ instruments: [UNIT] });
    const prices: number[] = [];
    inside(
      () =>
        void market
          .bars('ES', '2t')
          .pipe(take(1))
          .subscribe(() => market.trades('ES').subscribe(({ price }) => prices.push(price))),
    );
    kernel.process(trades([1, 2, 3].map((price) => ({ ms: price, price }))), 0, 3);
    expect(prices).toEqual([2, 3]);
  });

  it('bars are over, and cost nothing, with the last listener', () => {
    const { kernel, market, inside } = makeKernel({ instruments: [UNIT] });
    const [one, two] = [market.bars('ES', '2t').subscribe(), market.forming('ES', { range: 2 }).subscribe()];
    expect(kernel.sources.tradeWants[0]).not.toBe(0);
    expect(kernel.demand.current().map(({ stream }) => stream)).toEqual(['trades']);
    inside(() => one.unsubscribe());
    expect(kernel.sources.tradeWants[0]).not.toBe(0);
    inside(() => two.unsubscribe());
    expect([kernel.sources.tradeWants[0], kernel.demand.current()]).toEqual([0, []]);
  });
});
