import { config, type Observable, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Bar, type ConnectionStatus, type StreamDemand, type Timeframe } from '#core';
import { at, makeKernel, sinceStart, T0, trades } from '../../helpers/kernel-kit.ts';

const TWO = {
  instruments: [
    { symbol: 'ES', tickSize: 0.25 },
    { symbol: 'NQ', tickSize: 0.25 },
  ],
};
const named = (demand: readonly StreamDemand[]): string[] =>
  demand.map(({ stream, instrument }) => `${stream} ${instrument}`);
const bar = (end: number, close: number, span = 60_000): Bar =>
  new Bar('ES', '1m', T0 / 1000 + end - span, T0 / 1000 + end, close, close, close, close, 1, 1);

describe('demand', () => {
  it.each([
    ['trades', ['trades ES']],
    ['quotes', ['quotes ES']],
    ['depth', ['depth ES']],
    ['book', ['depth ES']],
    ['bars', ['trades ES', 'bars ES']],
    ['forming', ['trades ES', 'bars ES']],
  ] as const)('for %s comes with the first subscriber and goes with the last', (stream, wanted) => {
    const { kernel, market } = makeKernel(TWO);
    const changes: string[][] = [];
    kernel.demand.changes$.subscribe((demand) => changes.push(named(demand)));
    const of = (): Observable<unknown> =>
      stream === 'bars' || stream === 'forming' ? market[stream]('ES', '1m') : market[stream]('ES');
    const subscriptions = [of().subscribe(), of().subscribe()];
    expect(named(kernel.demand.current())).toEqual(wanted);
    expect(wanted.every((each) => kernel.demand.wants(each.split(' ')[0] as StreamDemand['stream'], 'ES'))).toBe(true);
    expect(kernel.demand.wants('trades', 'NQ')).toBe(false);
    subscriptions[0]?.unsubscribe();
    expect(named(kernel.demand.current())).toEqual(wanted);
    subscriptions[1]?.unsubscribe();
    expect(kernel.demand.current()).toEqual([]);
    // Providers hear of changes only: each stream comes once and goes once.
    expect(changes).toHaveLength(wanted.length * 2);
    expect(changes.at(-1)).toEqual([]);
  });

  it('is taken back once, however often it is given up', () => {
    const { kernel, instruments } = makeKernel();
    const [es] = instruments;
    if (es === undefined) throw new Error('no instrument');
    const first = kernel.demand.add('trades', es);
    kernel.demand.add('trades', es);
    first();
    first();
    expect(kernel.demand.wants('trades', 'ES')).toBe(true);
  });

  it('ends what the streams cost: no object is made for trades that nobody hears', () => {
    const { kernel, market } = makeKernel();
    const heard: number[] = [];
    const subscription = market.trades('ES').subscribe(({ price }) => heard.push(price));
    expect(kernel.sources.tradeWants[0]).not.toBe(0);
    subscription.unsubscribe();
    expect(kernel.sources.tradeWants[0]).toBe(0);
    kernel.process(trades([{ ms: 1 }]), 0, 1);
    expect(heard).toEqual([]);
  });
});

describe('the market', () => {
  it('knows its instruments by name', () => {
    const { market } = makeKernel(TWO);
    expect(() => market.trades('EZ')).toThrow(expect.objectContaining({ code: 'UNKNOWN_INSTRUMENT' }));
    expect(() => market.bars('EZ', '1m')).toThrow(/did you mean ES\?/);
  });

  it.each(['7s', '50ms', '2d', '1 minute', '0s'])("has no timeframe '%s'", (timeframe) => {
    const { market } = makeKernel();
    expect(() => market.bars('ES', timeframe as Timeframe)).toThrow(expect.objectContaining({ code: 'BAD_TIMEFRAME' }));
    expect(() => market.forming('ES', timeframe as Timeframe)).toThrow(
      expect.objectContaining({ code: 'BAD_TIMEFRAME' }),
    );
  });

  it('gives trades their side, both times in milliseconds, and their own instrument', () => {
    const { kernel, market } = makeKernel(TWO);
    const heard: unknown[] = [];
    market
      .trades('NQ')
      .subscribe(({ instrument, price, size, side, tsEvent, tsRecv }) =>
        heard.push([instrument, price, size, side, sinceStart(tsEvent), sinceStart(tsRecv)]),
      );
    const row = { k: 1, price: 7, size: 2, event: 1.5 };
    kernel.process(
      trades([{ ...row, ms: 2, side: 'buy' }, { ms: 3 }, { ...row, ms: 4, side: 'sell' }, { ...row, ms: 5 }]),
      0,
      4,
    );
    expect(heard).toEqual([
      ['NQ', 7, 2, 'buy', 1.5, 2],
      ['NQ', 7, 2, 'sell', 1.5, 4],
      ['NQ', 7, 2, 'unknown', 1.5, 5],
    ]);
  });

  it('begins the status with where every provider stands now', () => {
    const { market } = makeKernel();
    const status = (provider: string, state: ConnectionStatus['state']): ConnectionStatus => ({
      provider,
      state,
      health: 1,
      tsRecv: 0,
    });
    market.setStatus(status('a', 'connecting'));
    market.setStatus(status('b', 'live'));
    market.setStatus(status('a', 'live'));
    const heard: string[] = [];
    market.status().subscribe(({ provider, state }) => heard.push(`${provider} ${state}`));
    market.setStatus(status('b', 'lost'));
    expect(heard).toEqual(['a live', 'b live', 'b lost']);
  });
});

describe('warm-up', () => {
  /** A kernel at 10 minutes, with a subscriber to 3 warm-up bars, whose history is still on its way. */
  function warming() {
    const made = makeKernel();
    const { kernel, market, inside } = made;
    const asked: string[] = [];
    market.history.onRequest = (key, { instrument, timeframe, count, until }) =>
      asked.push(`${key}: ${count} ${timeframe} of ${instrument} to ${sinceStart(until)}`);
    kernel.advanceTo(at(600_000));
    const heard: string[] = [];
    const listen = (): void =>
      inside(() => {
        market
          .bars('ES', '1m', { warmup: 3 })
          .subscribe(({ end, close, historical }) =>
            heard.push(
              `${sinceStart(end) / 60_000} ${close}${historical ? ' history' : ''}${kernel.historical ? ' dropped' : ''}`,
            ),
          );
      });
    const answer = (bars: readonly Bar[]): void =>
      inside(() => market.history.answer({ key: asked[0]?.split(':')[0] ?? '', bars }));
    return { ...made, asked, heard, listen, answer };
  }

  it('gives the last bars of history first, marked, and then live ones', () => {
    const { kernel, asked, heard, listen, answer } = warming();
    listen();
    expect(asked).toEqual(['ES 1m 3: 3 1m of ES to 600000']);
    answer([6, 7, 8, 9, 10].map((minute) => bar(minute * 60_000, minute)));
    kernel.process(trades([{ ms: 601_000, price: 11 }]), 0, 1);
    kernel.advanceTo(at(660_000));
    expect(heard).toEqual(['8 8 history dropped', '9 9 history dropped', '10 10 history dropped', '11 11']);
    expect(kernel.historical).toBe(false);
  });

  it('holds live bars back until history has come, without those that history has', () => {
    const { kernel, heard, listen, answer } = warming();
    listen();
    kernel.process(
      trades([
        { ms: 601_000, price: 11 },
        { ms: 661_000, price: 12 },
      ]),
      0,
      2,
    );
    kernel.advanceTo(at(720_000));
    expect(heard).toEqual([]);
    answer([10, 11].map((minute) => bar(minute * 60_000, minute * 100)));
    expect(heard).toEqual(['10 1000 history dropped', '11 1100 history dropped', '12 12']);
  });

  it('does not repeat a bar of history that is closed only after it came', () => {
    const { kernel, market, inside, heard, listen, answer } = warming();
    inside(() => void market.bars('ES', '1m').subscribe());
    // Venue time runs 5 s behind: the bar to 10 min is still open when history brings it.
    kernel.process(trades([{ ms: 604_000, event: 599_000, price: 9 }]), 0, 1);
    listen();
    answer([bar(600_000, 10)]);
    kernel.process(trades([{ ms: 606_000, event: 601_000, price: 11 }]), 0, 1);
    kernel.advanceTo(at(700_000));
    expect(heard).toEqual(['10 10 history dropped', '11 11']);
  });

  it('asks once for equal requests and answers all of them, also when the first leaves on the way', () => {
    const { market, inside, asked, heard, listen, answer } = warming();
    const first: number[] = [];
    inside(
      () =>
        void market
          .bars('ES', '1m', { warmup: 3 })
          .pipe(take(1))
          .subscribe(({ close }) => first.push(close)),
    );
    listen();
    listen();
    expect(asked).toHaveLength(1);
    answer([9, 10].map((minute) => bar(minute * 60_000, minute)));
    expect(first).toEqual([9]);
    expect(heard).toHaveLength(4);
    expect(market.history.pending()).toEqual([]);
  });

  it('goes live with an empty answer', () => {
    const { kernel, heard, listen, answer } = warming();
    listen();
    answer([]);
    kernel.process(trades([{ ms: 601_000, price: 11 }]), 0, 1);
    kernel.advanceTo(at(660_000));
    expect(heard).toEqual(['11 11']);
  });

  it('gives nothing to one who has left', () => {
    const { kernel, market, inside, answer, asked } = warming();
    const heard: Bar[] = [];
    const subscription = market.bars('ES', '1m', { warmup: 3 }).subscribe((each) => heard.push(each));
    inside(() => subscription.unsubscribe());
    expect(asked).toHaveLength(1);
    answer([bar(600_000, 10)]);
    expect(heard).toEqual([]);
    expect(kernel.demand.current()).toEqual([]);
  });
});

describe('functions that listen to trades', () => {
  const four = () => trades([1, 2, 3, 4].map((price, i) => ({ ms: i, price })));

  it('hear each of them, alone or together, from when they come until they leave, also in the midst of one', () => {
    const { kernel, market, inside } = makeKernel();
    const heard: string[] = [];
    inside(() => {
      const first = market.trades('ES').subscribe(({ price }) => {
        heard.push(`first ${price}`);
        if (price === 2) market.trades('ES').subscribe((trade) => heard.push(`other ${trade.price}`));
        if (price === 3) first.unsubscribe();
      });
    });
    kernel.process(four(), 0, 4);
    expect(heard).toEqual(['first 1', 'first 2', 'first 3', 'other 3', 'other 4']);
  });

  it('go on hearing them after they have thrown, and what they threw is reported', async () => {
    const before = config.onUnhandledError;
    const reported: unknown[] = [];
    config.onUnhandledError = (error) => reported.push(error);
    const { kernel, market, inside } = makeKernel();
    const heard: number[] = [];
    inside(() => {
      market.trades('ES').subscribe(({ price }) => {
        heard.push(price);
        if (price === 2) throw new Error('not today');
      });
    });
    kernel.process(four(), 0, 4);
    await new Promise((resolve) => setTimeout(resolve, 5));
    config.onUnhandledError = before;
    expect([heard, reported]).toEqual([[1, 2, 3, 4], [new Error('not today')]]);
  });
});
