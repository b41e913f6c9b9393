import { describe, expect, it } from 'vitest';
import { Bar, type Timeframe } from '#core';
import { at, makeKernel, readyBars, sinceStart, T0, trades } from '../../helpers/kernel-kit.ts';

/** A bar of the given seconds after T0. */
function bar(from: number, until: number, close = 7): Bar {
  const ms = (second: number): number => T0 / 1000 + second * 1000;
  const span = until - from;
  const timeframe = (span % 60 === 0 ? `${span / 60}m` : `${span}s`) as Timeframe;
  return new Bar('ES', timeframe, ms(from), ms(until), close, close, close, close, 1, 1);
}

function listening(...timeframes: readonly Timeframe[]) {
  const made = makeKernel();
  const { kernel, market, inside } = made;
  const heard: string[] = [];
  for (const timeframe of timeframes)
    market.bars('ES', timeframe).subscribe(({ start, end, close, historical }) => {
      const marks = `${historical ? ' historical' : ''}${kernel.historical ? ' dropped' : ''}`;
      heard.push(`${sinceStart(start) / 1000}-${sinceStart(end) / 1000} ${close}${marks}`);
    });
  const trade = (...seconds: readonly number[]): void =>
    kernel.process(trades(seconds.map((second) => ({ ms: second * 1000, price: second }))), 0, seconds.length);
  const miss = (...bars: readonly Bar[]): void => inside(() => market.addMissed('ES', bars));
  return { ...made, heard, trade, miss };
}

describe('missed bars', () => {
  it('are heard as historical ones, before the bar that is open now, and what is decided on them is dropped', () => {
    const { heard, trade, miss, kernel } = listening('1s');
    trade(0.5, 1.5);
    kernel.advanceTo(at(5400));
    trade(5.5);
    miss(bar(2, 3), bar(3, 4), bar(4, 5));
    trade(6.5);
    const missed = ['2-3 7', '3-4 7', '4-5 7'].map((line) => `${line} historical dropped`);
    expect(heard).toEqual(['0-1 0.5', '1-2 1.5', ...missed, '5-6 5.5']);
    expect(kernel.historical).toBe(false);
    expect(kernel.bars.recovered).toBe(3);
  });

  it('leave what was closed here as it is, be it whole or in part, and the open bar as well', () => {
    const { heard, trade, miss, kernel } = listening('1s');
    trade(0.5, 1.5);
    kernel.advanceTo(at(2100));
    trade(3.5);
    miss(bar(0, 1), bar(1, 2), bar(2, 3), bar(3, 4), bar(4, 5));
    expect(heard.slice(2)).toEqual(['2-3 7 historical dropped']);
    miss(bar(2, 3), bar(1, 2));
    trade(4.5);
    expect(heard.slice(3)).toEqual(['3-4 3.5']);
  });

  it('come only once, whoever brings them again', () => {
    const { heard, trade, miss, kernel } = listening('1s');
    trade(0.5);
    kernel.advanceTo(at(1000));
    miss(bar(2, 3), bar(3, 4));
    miss(bar(2, 3), bar(3, 4), bar(4, 5));
    expect(heard.slice(1).map((line) => line.split(' ')[0])).toEqual(['2-3', '3-4', '4-5']);
    // A trade that comes late for one of them does not open it again.
    trade(5.5);
    kernel.process(trades([{ ms: 5600, event: 3500 }]), 0, 1);
    // The clock has learnt that trades may be two seconds late.
    kernel.advanceTo(at(9000));
    expect(heard.slice(4)).toEqual(['5-6 5.5']);
  });

  it('stand before later ones only: an older one that comes after is left out', () => {
    const { heard, miss, trade, kernel } = listening('1s');
    trade(0.5);
    kernel.advanceTo(at(1000));
    miss(bar(4, 5));
    miss(bar(2, 3));
    expect(heard.slice(1)).toEqual(['4-5 7 historical dropped']);
  });

  it('are those of the timeframes and the instruments that somebody listens to', () => {
    const { heard, miss, trade, kernel } = listening('1s');
    trade(0.5);
    kernel.advanceTo(at(1000));
    miss(bar(60, 120), bar(60, 65));
    expect(heard).toEqual(['0-1 0.5']);
    expect(kernel.bars.wanted()).toEqual([{ instrument: 'ES', timeframe: '1s' }]);
  });

  it('are not heard by one that has stopped listening', () => {
    const { kernel, market, inside } = makeKernel();
    const heard: Bar[] = [];
    const subscription = market.bars('ES', '1s').subscribe((each) => heard.push(each));
    kernel.process(trades([{ ms: 500 }]), 0, 1);
    kernel.advanceTo(at(1000));
    subscription.unsubscribe();
    inside(() => market.addMissed('ES', [bar(2, 3)]));
    expect([heard.length, kernel.bars.wanted(), kernel.bars.recovered]).toEqual([1, [], 0]);
  });

  it('of several timeframes are each told by themselves', () => {
    const { heard, trade, miss, kernel } = listening('1s', '5s');
    trade(0.5);
    kernel.advanceTo(at(1100));
    trade(11.2);
    miss(bar(5, 10, 50), bar(10, 11, 9));
    expect(heard).toEqual(['0-1 0.5', '0-5 0.5', '5-10 50 historical dropped', '10-11 9 historical dropped']);
    kernel.advanceTo(at(16_000));
    expect(heard.slice(4)).toEqual(['11-12 11.2', '10-15 11.2']);
  });

  it('are heard between bars that come ready made', () => {
    const { heard, miss, kernel } = listening('1s');
    const ready = (end: number): void => {
      kernel.process(readyBars([{ end, span: 1000, open: 1, high: 1, low: 1, close: 1 }]), 0, 1);
    };
    ready(1000);
    miss(bar(1, 2), bar(2, 3));
    ready(3000);
    ready(4000);
    expect(heard).toEqual(['0-1 1', '1-2 7 historical dropped', '2-3 7 historical dropped', '3-4 1']);
  });

  it('that come while the warm-up is on its way wait for it, and stay historical', () => {
    const { kernel, market, inside } = makeKernel();
    const keys: string[] = [];
    market.history.onRequest = (key) => keys.push(key);
    kernel.advanceTo(at(10_000));
    const heard: string[] = [];
    inside(() => {
      market
        .bars('ES', '1s', { warmup: 2 })
        .subscribe(({ end, historical }) =>
          heard.push(
            `${sinceStart(end) / 1000}${historical ? ' historical' : ''}${kernel.historical ? ' dropped' : ''}`,
          ),
        );
    });
    kernel.process(trades([{ ms: 10_500 }]), 0, 1);
    kernel.advanceTo(at(11_100));
    kernel.process(trades([{ ms: 14_500 }]), 0, 1);
    inside(() => market.addMissed('ES', [bar(12, 13), bar(13, 14)]));
    kernel.advanceTo(at(15_100));
    expect(heard).toEqual([]);
    inside(() => market.history.answer({ key: keys[0] ?? '', bars: [bar(8, 9), bar(9, 10)] }));
    expect(heard).toEqual([
      '9 historical dropped',
      '10 historical dropped',
      '11',
      '13 historical dropped',
      '14 historical dropped',
      '15',
    ]);
    expect(kernel.historical).toBe(false);
  });
});
