import { from, merge, Subject } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  applyTo,
  atr,
  Bar,
  type BarValues,
  fromTechnicalIndicators,
  macd,
  rsi,
  sma,
  whenReady,
  withIndicators,
} from '#core';
import { collect } from '../../helpers/collect.ts';

const bar = (start: number, close: number, volume = 1): Bar =>
  new Bar('ES', '1m', start, start + 60_000, close, close, close, close, volume, 1);
const closes = (...values: number[]): Bar[] => values.map((close, index) => bar(index * 60_000, close));

describe('withIndicators', () => {
  it('adds the values to each bar, undefined while warming up', () => {
    const out = collect(from(closes(1, 3, 5)).pipe(withIndicators({ mean: sma(2), power: rsi(2) })));
    // By hand: means 2 and 4; two rises and no fall give RSI 100
    expect(out.map(({ close, mean, power }) => [close, mean, power])).toEqual([
      [1, undefined, undefined],
      [3, 2, undefined],
      [5, 4, 100],
    ]);
    expect(out[2]).toMatchObject({ instrument: 'ES', timeframe: '1m', start: 120_000, volume: 1 });
  });

  it('feeds whole bars to formulas on bars, and any field through applyTo', () => {
    const bars = [bar(0, 10, 100), bar(60_000, 14, 300), bar(120_000, 13, 200)];
    const [, , last] = collect(
      from(bars).pipe(withIndicators({ range: atr(2), size: applyTo((each) => each.volume, sma(2)) })),
    );
    // By hand: true ranges 4 and 1, volumes 300 and 200
    expect(last).toMatchObject({ range: 2.5, size: 250 });
  });

  it('takes a bar with the same start as the bar before further on', () => {
    const forming = [bar(0, 1), bar(60_000, 9), bar(60_000, 5), bar(60_000, 3), bar(120_000, 5)];
    const out = collect(from(forming).pipe(withIndicators({ mean: sma(2) })));
    // By hand: (1 + 9) ÷ 2, (1 + 5) ÷ 2, (1 + 3) ÷ 2, then (3 + 5) ÷ 2
    expect(out.map(({ mean }) => mean)).toEqual([undefined, 5, 3, 2, 4]);
  });

  it('keeps state per subscription', () => {
    const source = new Subject<Bar>();
    const stream$ = source.pipe(withIndicators({ mean: sma(2) }));
    const early: unknown[] = [];
    const late: unknown[] = [];
    stream$.subscribe(({ mean }) => early.push(mean));
    source.next(bar(0, 2));
    stream$.subscribe(({ mean }) => late.push(mean));
    source.next(bar(60_000, 4));
    expect(early).toEqual([undefined, 3]);
    expect(late).toEqual([undefined]);
  });

  it('unsubscribes from its source, and passes completion and errors on', () => {
    const source = new Subject<Bar>();
    const subscription = merge(source.pipe(withIndicators({ mean: sma(2) }))).subscribe();
    expect(source.observed).toBe(true);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);

    const seen: unknown[] = [];
    source.pipe(withIndicators({ mean: sma(2) })).subscribe({ error: (error) => seen.push(error) });
    source.error(new Error('gone'));
    expect(seen).toEqual([new Error('gone')]);
  });

  it('ends with INDICATOR_BAD_INPUT on a bar that is not finite', () => {
    const seen: unknown[] = [];
    from(closes(1, Number.NaN))
      .pipe(withIndicators({ mean: sma(2) }))
      .subscribe({ error: (error) => seen.push(error) });
    expect(seen).toEqual([expect.objectContaining({ code: 'INDICATOR_BAD_INPUT' })]);
  });

  it('ends with INDICATOR_NO_REPLACE on a forming bar for a formula that cannot go back', () => {
    const seen: unknown[] = [];
    const closedOnly = fromTechnicalIndicators('WMA', { period: 2 });
    for (const recipe of [closedOnly, applyTo((each) => each.close, closedOnly)]) {
      from([bar(0, 1), bar(0, 2)])
        .pipe(withIndicators({ weighted: recipe }))
        .subscribe({ error: (error) => seen.push(error) });
    }
    expect(seen).toEqual([
      expect.objectContaining({ code: 'INDICATOR_NO_REPLACE' }),
      expect.objectContaining({ code: 'INDICATOR_NO_REPLACE' }),
    ]);
  });

  it('refuses the name of a bar field at once', () => {
    const recipes = { close: sma(2) } as unknown as { mean: ReturnType<typeof sma> };
    expect(() => withIndicators(recipes)).toThrow(expect.objectContaining({ code: 'INDICATOR_NAME_TAKEN' }));
  });

  it('infers the names and types of the values', () => {
    const stream$ = from(closes(1)).pipe(withIndicators({ mean: sma(2), lines: macd() }));
    stream$.subscribe((each) => {
      expectTypeOf(each.mean).toEqualTypeOf<number | undefined>();
      expectTypeOf(each.lines?.histogram).toEqualTypeOf<number | undefined>();
      expectTypeOf(each).toExtend<BarValues>();
      // @ts-expect-error only the names given are there
      expect(each.slow).toBeUndefined();
    });
    stream$.pipe(whenReady()).subscribe((each) => expectTypeOf(each.mean).toEqualTypeOf<number>());
  });
});

describe('whenReady', () => {
  it('lets bars through from the first on which every indicator is warm', () => {
    const ready$ = from(closes(1, 3, 5, 7)).pipe(withIndicators({ fast: sma(2), slow: sma(3) }), whenReady());
    expect(collect(ready$).map(({ close, fast, slow }) => [close, fast, slow])).toEqual([
      [5, 4, 3],
      [7, 6, 5],
    ]);
  });

  it('lets zero and false through, which are values', () => {
    expect(
      collect(
        from([
          { value: 0, flag: false },
          { value: undefined, flag: true },
        ]).pipe(whenReady()),
      ),
    ).toEqual([{ value: 0, flag: false }]);
  });
});
