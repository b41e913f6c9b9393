import { describe, expect, it } from 'vitest';
import { DEPTH_LAST, DEPTH_SNAPSHOT } from '#core';
import { at, depth, makeKernel, quotes, readyBars, sinceStart, trades } from '../../helpers/kernel-kit.ts';

/** A kernel whose every step is written down. */
function traced() {
  const made = makeKernel({ onError: (error) => trace.push(`error ${String(error)}`) });
  const trace: string[] = [];
  const { kernel } = made;
  const note = (what: string): void => void trace.push(`${sinceStart(kernel.now / 1000)} ${what} #${kernel.cause}`);
  kernel.connectVenue({
    onTrade: (_k, price) => {
      note(`venue ${price}`);
      kernel.after(() => note(`report ${price}`));
    },
    onQuote: (_k, bid) => note(`venue quote ${bid}`),
  });
  // Every price is shown to the venue.
  kernel.setTriggerBand(0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  return { ...made, trace, note };
}

describe('the order at one instant', () => {
  it('is bars due, timers due, venue, bars, subscribers, what they caused first in first out, next event', () => {
    const { kernel, market, inside, trace, note } = traced();
    inside(() => {
      market.bars('ES', '1s').subscribe(({ end }) => note(`bar to ${sinceStart(end)}`));
      market.trades('ES').subscribe(({ price }) => {
        note(`trade ${price}`);
        kernel.after(() => {
          note(`caused by ${price}`);
          kernel.after(() => note(`caused by that`));
        });
        kernel.after(() => note(`caused second by ${price}`));
      });
      market.forming('ES', '1s').subscribe(({ close }) => note(`forming ${close}`));
      kernel.timers.schedule(() => {
        note('timer');
        kernel.after(() => note('caused by the timer'));
      }, 1_000);
    });
    kernel.process(
      trades([
        { ms: 500, price: 1 },
        { ms: 1_000, price: 2 },
        { ms: 1_000, event: 2_000, price: 3 },
      ]),
      0,
      3,
    );
    expect(trace).toEqual([
      '500 venue 1 #1',
      '500 trade 1 #1',
      '500 forming 1 #1',
      '500 report 1 #1',
      '500 caused by 1 #1',
      '500 caused second by 1 #1',
      '500 caused by that #1',
      // Due at 1.000, before the event of that instant, and caused by no event.
      '1000 bar to 1000 #0',
      '1000 timer #0',
      '1000 caused by the timer #0',
      '1000 venue 2 #2',
      '1000 trade 2 #2',
      '1000 forming 2 #2',
      '1000 report 2 #2',
      '1000 caused by 2 #2',
      '1000 caused second by 2 #2',
      '1000 caused by that #2',
      // This one ends the second bar by its own venue time: the venue has seen it before.
      '1000 venue 3 #3',
      '1000 bar to 2000 #3',
      '1000 trade 3 #3',
      '1000 forming 3 #3',
      '1000 report 3 #3',
      '1000 caused by 3 #3',
      '1000 caused second by 3 #3',
      '1000 caused by that #3',
    ]);
  });

  it('is the same for quotes: venue, then subscribers, then what they caused', () => {
    const { kernel, market, inside, trace, note } = traced();
    inside(() => {
      market.quotes('ES').subscribe(({ bid, ask, askSize }) => {
        note(`quote ${bid} ${ask} ${askSize}`);
        kernel.after(() => note('caused'));
      });
      kernel.timers.schedule(() => note('timer'), 10);
    });
    kernel.process(quotes([{ ms: 10, bid: 99, ask: 101 }]), 0, 1);
    expect(trace).toEqual(['10 timer #0', '10 venue quote 99 #1', '10 quote 99 101 1 #1', '10 caused #1']);
  });

  it('runs a timer that an event starts for the same instant before the next event', () => {
    const { kernel, market, inside, trace, note } = traced();
    inside(() => {
      market.trades('ES').subscribe(({ price }) => {
        note(`trade ${price}`);
        if (price === 1) kernel.timers.schedule(() => note('at once'), 0);
      });
    });
    kernel.process(
      trades([
        { ms: 5, price: 1 },
        { ms: 5, price: 2 },
      ]),
      0,
      2,
    );
    expect(trace.filter((line) => !/venue|report/.test(line))).toEqual([
      '5 trade 1 #1',
      '5 at once #0',
      '5 trade 2 #2',
    ]);
  });

  it('gives a depth message to its subscribers once, with its last level, and the book when it holds it', () => {
    const { kernel, market, inside, trace, note } = traced();
    inside(() => {
      market.depth('ES').subscribe(({ bids, asks, snapshot }) => note(JSON.stringify([bids, asks, snapshot])));
      market.book('ES').subscribe(({ bid, ask }) => note(`book ${bid} ${ask}`));
    });
    kernel.process(
      depth([
        { ms: 1, side: 'bid', price: 99, size: 3, flags: DEPTH_SNAPSHOT },
        { ms: 1, side: 'bid', price: 98, size: 5 },
        { ms: 1, side: 'ask', price: 101, size: 2, flags: DEPTH_LAST },
        { ms: 2, side: 'bid', price: 99, size: 0, flags: DEPTH_LAST },
      ]),
      0,
      4,
    );
    expect(trace).toEqual([
      '1 [[[99,3],[98,5]],[[101,2]],true] #3',
      '1 book 99 101 #3',
      '2 [[[99,0]],[],false] #4',
      '2 book 98 101 #4',
    ]);
  });

  it('moves the clock to the last row of a chunk that nobody looks at', () => {
    const { kernel } = makeKernel();
    kernel.process(trades([{ ms: 1 }, { ms: 9 }]), 0, 2);
    expect(sinceStart(kernel.now / 1000)).toBe(9);
    kernel.process(depth([{ ms: 12, side: 'bid', price: 1, size: 1 }]), 0, 1);
    expect(sinceStart(kernel.now / 1000)).toBe(12);
    kernel.process(readyBars([{ end: 1_000, span: 1_000, open: 1, high: 1, low: 1, close: 1 }]), 0, 1);
    expect(sinceStart(kernel.now / 1000)).toBe(1_000);
    expect(kernel.counts).toEqual({ trades: 2, quotes: 0, depth: 1, bars: 1 });
  });

  it('never moves the clock backwards', () => {
    const { kernel } = makeKernel();
    kernel.advanceTo(at(100));
    kernel.advanceTo(at(50));
    kernel.run(at(20), 0, () => undefined);
    expect(sinceStart(kernel.now / 1000)).toBe(100);
  });
});

describe('what comes from within', () => {
  it('cannot enter the kernel again', () => {
    const { kernel, inside, trace } = traced();
    let failure: unknown;
    inside(() => {
      expect(kernel.busy).toBe(true);
      try {
        kernel.advanceTo(at(1_000));
      } catch (error) {
        failure = error;
      }
    });
    expect(String(failure)).toContain('use after()');
    expect(kernel.busy).toBe(false);
    expect(sinceStart(kernel.now / 1000)).toBe(0);
    expect(trace).toEqual([]);
  });

  it('does not keep the rest of the queue from running when it throws', () => {
    const { kernel, inside, trace, note } = traced();
    inside(() => {
      kernel.after(() => {
        throw new Error('broken');
      });
      kernel.after(() => note('next'));
    });
    expect(trace).toEqual(['error Error: broken', '0 next #0']);
  });

  it('tells of a new deadline outside of a delivery, and at its end', () => {
    const { kernel, inside } = makeKernel();
    const told: number[] = [];
    kernel.onDeadline = () => told.push(sinceStart(kernel.nextDue / 1000));
    const task = kernel.timers.schedule(() => undefined, 30);
    expect(told).toEqual([30]);
    inside(() => void kernel.timers.schedule(() => undefined, 20));
    expect(kernel.nextDue).toBe(at(20));
    task.unsubscribe();
    kernel.advanceTo(at(25));
    expect(kernel.nextDue).toBe(Number.POSITIVE_INFINITY);
  });
});
