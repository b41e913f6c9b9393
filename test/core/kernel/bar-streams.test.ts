import { describe, expect, it } from 'vitest';
import type { Bar, Timeframe } from '#core';
import { at, makeKernel, readyBars, sinceStart, type TradeRow, trades } from '../../helpers/kernel-kit.ts';
import { plain } from './naive-bars.ts';

/** A kernel that can be subscribed to and fed in turns. */
function play() {
  const made = makeKernel();
  const { kernel, market, inside } = made;
  let seq = 0;
  const listen = (timeframe: Timeframe, form: 'bars' | 'forming' = 'bars') => {
    const bars: Bar[] = [];
    let stop: () => void = () => undefined;
    inside(() => {
      const subscription = market[form]('ES', timeframe).subscribe((bar) => bars.push(bar));
      stop = () => inside(() => subscription.unsubscribe());
    });
    return { bars, stop };
  };
  const feed = (...rows: TradeRow[]): void => {
    const chunk = trades(rows.map((row) => ({ ...row, seq: ++seq })));
    kernel.process(chunk, 0, rows.length);
  };
  return { ...made, listen, feed };
}

const ends = (bars: readonly Bar[]): number[] => bars.map(({ end }) => sinceStart(end));
const counts = (bars: readonly Bar[]): number[] => bars.map(({ trades: n }) => n);

describe('forming bars', () => {
  it('come after every trade and are the closed bar at its end', () => {
    const { listen, feed, kernel } = play();
    const closed = listen('1m');
    const forming = listen('1m', 'forming');
    // A finer timeframe in the same tree, so that the minute is held by two levels.
    listen('1s');
    feed(
      { ms: 100, price: 100, size: 2 },
      { ms: 900, price: 103 },
      { ms: 5_000, price: 99 },
      { ms: 59_999, price: 101, size: 4 },
    );
    kernel.advanceTo(at(60_000));
    expect(forming.bars.map(({ open, high, low, close, volume }) => [open, high, low, close, volume])).toEqual([
      [100, 100, 100, 100, 2],
      [100, 103, 100, 103, 3],
      [100, 103, 99, 99, 4],
      [100, 103, 99, 101, 8],
    ]);
    expect(plain(closed.bars[0] as Bar)).toEqual(plain(forming.bars.at(-1) as Bar));
  });

  it('make their timeframe exist without a subscriber to closed bars', () => {
    const { listen, feed } = play();
    const forming = listen('5s', 'forming');
    feed({ ms: 100 }, { ms: 4_000 }, { ms: 5_000 });
    expect(forming.bars.map(({ end, trades: n }) => [sinceStart(end), n])).toEqual([
      [5_000, 1],
      [5_000, 2],
      [10_000, 1],
    ]);
  });

  it('stop with their subscription', () => {
    const { listen, feed } = play();
    const forming = listen('1m', 'forming');
    feed({ ms: 1 });
    forming.stop();
    feed({ ms: 2 });
    expect(forming.bars).toHaveLength(1);
  });
});

describe('a timeframe that is wanted while trades are flowing', () => {
  it('joins the bars that are made already, and starts with what comes then', () => {
    const { listen, feed, kernel } = play();
    listen('1s');
    feed({ ms: 100 }, { ms: 3_000 });
    const late = listen('5s');
    feed({ ms: 4_000 }, { ms: 5_500 });
    kernel.advanceTo(at(20_000));
    // The bar of 1 s that was open at the subscription still rolls up into it.
    expect([ends(late.bars), counts(late.bars)]).toEqual([
      [5_000, 10_000],
      [2, 1],
    ]);
    expect(kernel.bars.trees).toHaveLength(1);
  });

  it('is made by itself when the others do not divide it', () => {
    const { listen, feed, kernel } = play();
    const minutes = listen('1m');
    feed({ ms: 100, price: 100 });
    const seconds = listen('1s');
    feed({ ms: 200, price: 101 }, { ms: 900, price: 99 }, { ms: 1_500, price: 102 }, { ms: 70_000 });
    kernel.advanceTo(at(200_000));
    expect(seconds.bars.map(({ open, high, low, close }) => [open, high, low, close])).toEqual([
      [101, 101, 99, 99],
      [102, 102, 102, 102],
      [100, 100, 100, 100],
    ]);
    expect(counts(minutes.bars)).toEqual([4, 1]);
    expect(kernel.bars.trees).toHaveLength(2);
  });

  it('emits at the time and with the cause of the trade that closed it, also in a tree of its own', () => {
    const { listen, kernel, market, inside, clock, feed } = play();
    listen('1m');
    feed({ ms: 0 });
    const seen: [number, number][] = [];
    inside(() => void market.bars('ES', '1s').subscribe(() => seen.push([sinceStart(clock.now()), kernel.cause])));
    // Venue time half a second ahead: the trade of 1.0 s comes at 0.5 s and closes the bar before the clock does.
    feed({ ms: 300, event: 800 }, { ms: 400, event: 900 }, { ms: 500, event: 1_000 }, { ms: 600, event: 1_100 });
    expect(seen).toEqual([[500, 4]]);
  });

  it('is one of another instrument as well', () => {
    const { kernel, market, inside } = makeKernel({ instruments: [{ symbol: 'A' }, { symbol: 'B' }] });
    const heard: string[] = [];
    const note = ({ instrument, timeframe, trades: n }: Bar): number => heard.push(`${instrument} ${timeframe} ${n}`);
    inside(() => void market.bars('A', '1s').subscribe(note));
    kernel.process(trades([{ ms: 0 }, { ms: 1, k: 1 }]), 0, 2);
    inside(() => void market.bars('B', '1s').subscribe(note));
    kernel.process(trades([{ ms: 2, k: 1 }, { ms: 3 }]), 0, 2);
    kernel.advanceTo(at(5_000));
    expect(heard.sort()).toEqual(['A 1s 2', 'B 1s 1']);
  });

  it('can be asked for by a subscriber to another one, during its bar', () => {
    const { kernel, market, inside } = play();
    const heard: string[] = [];
    inside(() => {
      // The second that is being closed has rolled up before it is emitted, so a new 5 s starts after it.
      market.bars('ES', '1s').subscribe(({ end }) => {
        if (sinceStart(end) !== 1_000) return;
        for (const timeframe of ['5s', '100ms'] as const) {
          market
            .bars('ES', timeframe)
            .subscribe((bar) => heard.push(`${timeframe} ${sinceStart(bar.end)} ${bar.trades}`));
        }
      });
    });
    kernel.process(trades([{ ms: 100 }, { ms: 1_050 }, { ms: 1_090 }, { ms: 1_100 }]), 0, 4);
    kernel.advanceTo(at(10_000));
    expect(heard).toEqual(['100ms 1100 2', '100ms 1200 1', '5s 5000 3']);
  });
});

describe('unsubscribing', () => {
  it('stops the bars, and no others', () => {
    const { listen, feed, kernel } = play();
    const one = listen('1s');
    const other = listen('1s');
    feed({ ms: 100 }, { ms: 1_100 });
    one.stop();
    const emitted = kernel.bars.emitted;
    feed({ ms: 2_100 });
    other.stop();
    feed({ ms: 3_100 }, { ms: 4_100 });
    expect([ends(one.bars), ends(other.bars)]).toEqual([[1_000], [1_000, 2_000]]);
    expect(kernel.bars.emitted).toBe(emitted + 1);
  });

  it('can be taken back', () => {
    const { listen, feed, kernel } = play();
    listen('1s').stop();
    feed({ ms: 100 });
    const again = listen('1s');
    feed({ ms: 500 }, { ms: 1_500 });
    kernel.advanceTo(at(5_000));
    expect(ends(again.bars)).toEqual([1_000, 2_000]);
  });
});

describe('ready-made bars', () => {
  const span = 1_000;
  const flat = (end: number, price: number, volume = 1) => ({
    end,
    span,
    open: price,
    high: price + 1,
    low: price - 1,
    close: price + 0.5,
    volume,
    count: 3,
  });

  it('are emitted as they are and roll up into the coarser timeframes', () => {
    const { listen, kernel } = play();
    const [seconds, fives, minutes] = [listen('1s'), listen('5s'), listen('1m')];
    kernel.process(readyBars([flat(1_000, 100), flat(4_000, 105, 7), flat(5_000, 90), flat(6_000, 95)]), 0, 4);
    expect(seconds.bars.map(({ open, high, low, close, volume }) => [open, high, low, close, volume])).toEqual([
      [100, 101, 99, 100.5, 1],
      [105, 106, 104, 105.5, 7],
      [90, 91, 89, 90.5, 1],
      [95, 96, 94, 95.5, 1],
    ]);
    // The fifth second ends the bar of 5 s at once: a bar says that nothing more comes before its end.
    expect(fives.bars).toMatchObject([{ open: 100, high: 106, low: 89, close: 90.5, volume: 9, trades: 9 }]);
    // The clock waits one step of the lag: the last of the bars that it is made of would come at the end itself.
    kernel.advanceTo(at(60_049));
    expect(minutes.bars).toEqual([]);
    kernel.advanceTo(at(60_050));
    expect(minutes.bars).toMatchObject([{ open: 100, high: 106, low: 89, close: 95.5, volume: 10, trades: 12 }]);
  });

  it('make coarser bars also when a finer timeframe is wanted that they cannot make', () => {
    const { listen, kernel } = play();
    const [tenths, minutes] = [listen('100ms'), listen('1m')];
    kernel.process(readyBars([flat(1_000, 100), flat(60_000, 110)]), 0, 2);
    expect(tenths.bars).toEqual([]);
    expect(minutes.bars).toMatchObject([{ open: 100, high: 111, low: 99, close: 110.5, volume: 2 }]);
  });

  it('roll up through a timeframe of their own length that nobody listens to', () => {
    const { listen, kernel } = play();
    // 45 s and 1 m share a base of 15 s that nobody asked for.
    const [long, minutes] = [listen('45s'), listen('1m')];
    const bar = (end: number, price: number) => ({ ...flat(end, price), span: 15_000 });
    kernel.process(readyBars([15_000, 30_000, 45_000, 60_000].map((end, i) => bar(end, 100 + i))), 0, 4);
    expect(long.bars).toMatchObject([{ open: 100, close: 102.5, volume: 3 }]);
    expect(minutes.bars).toMatchObject([{ open: 100, close: 103.5, volume: 4 }]);
  });

  it('are not counted again when they come twice or too late', () => {
    const { listen, kernel } = play();
    const [seconds, fives] = [listen('1s'), listen('5s')];
    const rows = [flat(1_000, 100), flat(1_000, 100), flat(7_000, 101), flat(2_000, 50, 99)].map((row, i) => ({
      ...row,
      ms: 10_000 + i,
    }));
    kernel.process(readyBars(rows), 0, 4);
    kernel.advanceTo(at(20_000));
    expect(ends(seconds.bars)).toEqual([1_000, 7_000]);
    expect(fives.bars.map(({ end, volume }) => [sinceStart(end), volume])).toEqual([
      [5_000, 1],
      [10_000, 1],
    ]);
    expect(kernel.bars.late).toBe(2);
  });

  it('give way to trades of the instrument, which they would count twice', () => {
    const { listen, kernel, feed } = play();
    const seconds = listen('1s');
    feed({ ms: 100 });
    kernel.process(readyBars([flat(1_000, 100), flat(4_000, 100)]), 0, 2);
    kernel.advanceTo(at(9_000));
    expect(ends(seconds.bars)).toEqual([1_000]);
    expect(counts(seconds.bars)).toEqual([1]);
  });

  it('set the last price and are seen by the venue at every price of theirs', () => {
    const { kernel } = play();
    const seen: number[] = [];
    kernel.connectVenue({ onTrade: (_k, price) => seen.push(price), onQuote: () => undefined });
    kernel.setTriggerBand(0, 99, 1_000);
    kernel.process(readyBars([flat(1_000, 100)]), 0, 1);
    expect(kernel.last(0)).toBe(100.5);
    expect(seen).toEqual([99]);
  });
});
