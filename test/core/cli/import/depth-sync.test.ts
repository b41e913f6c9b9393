import { describe, expect, it } from 'vitest';
import type { DepthMessage } from '../../../../core/cli/import/binance-frame.ts';
import { DepthSync } from '../../../../core/cli/import/depth-sync.ts';

const message = (first: number, last: number, previous?: number): DepthMessage => ({
  first,
  last,
  previous,
  event: undefined,
  bids: [],
  asks: [],
});

/** What reaches the tape, as `snapshot 5` and `5-7`. */
function follow(steps: (sync: DepthSync) => void): string[] {
  const log: string[] = [];
  const sync = new DepthSync({
    apply: ({ first, last }, snapshot) => log.push(snapshot ? `snapshot ${last}` : `${first}-${last}`),
    lost: () => log.push('lost'),
    leftOut: (reason, count) => log.push(`${count} ${reason}`),
  });
  steps(sync);
  return log;
}

describe('DepthSync', () => {
  it('holds changes of futures back until the snapshot and joins where U ≤ id ≤ u', () => {
    const log = follow((sync) => {
      sync.change(message(10, 19, 9));
      sync.change(message(20, 30, 19));
      sync.change(message(33, 40, 30));
      sync.snapshot(message(30, 30));
      sync.change(message(41, 50, 40));
    });
    // u = 30 is not older than id = 30, so 20-30 is the first after the snapshot.
    expect(log).toEqual(['snapshot 30', '1 depth older than the book', '20-30', '33-40', '41-50']);
  });

  it('joins spot where U ≤ id + 1 ≤ u', () => {
    const log = follow((sync) => {
      sync.change(message(10, 30));
      sync.snapshot(message(30, 30));
      sync.change(message(31, 40));
      sync.change(message(41, 41));
    });
    expect(log).toEqual(['snapshot 30', '1 depth older than the book', '31-40', '41-41']);
  });

  it.each([
    ['futures', message(50, 60, 45), message(61, 70, 60)],
    ['spot', message(50, 60), message(61, 70)],
  ])('loses the book at a hole in %s and finds it again at the next snapshot', (_market, afterHole, next) => {
    const first = afterHole.previous === undefined ? message(31, 40) : message(29, 40, 28);
    const log = follow((sync) => {
      sync.snapshot(message(30, 30));
      sync.change(first);
      sync.change(afterHole);
      sync.change(next);
      sync.snapshot(message(65, 65));
    });
    expect(log).toEqual([
      'snapshot 30',
      `${first.first}-40`,
      'lost',
      'snapshot 65',
      '1 depth older than the book',
      '61-70',
    ]);
  });

  it.each([
    ['futures', message(32, 40, 31)],
    ['spot', message(32, 40)],
  ])('cannot join a snapshot of %s that is older than the first change', (_market, change) => {
    const log = follow((sync) => {
      sync.change(change);
      sync.snapshot(message(30, 30));
      sync.snapshot(message(40, 40));
    });
    // The change waits on; by the second snapshot futures may start with it (u = id), spot has it already.
    const first = change.previous === undefined ? '1 depth older than the book' : '32-40';
    expect(log).toEqual(['snapshot 30', 'lost', 'snapshot 40', first]);
  });

  it('leaves a change that comes twice out', () => {
    const log = follow((sync) => {
      sync.snapshot(message(30, 30));
      sync.change(message(31, 40));
      sync.change(message(31, 40));
    });
    expect(log).toEqual(['snapshot 30', '31-40', '1 depth older than the book']);
  });

  it('takes a snapshot on the way only when it is newer than the book', () => {
    const log = follow((sync) => {
      sync.snapshot(message(30, 30));
      sync.change(message(31, 40));
      sync.snapshot(message(35, 35));
      sync.snapshot(message(45, 45));
      sync.change(message(41, 50));
    });
    expect(log).toEqual(['snapshot 30', '31-40', '1 snapshot older than the book', 'snapshot 45', '41-50']);
  });

  it('counts changes whose snapshot never came', () => {
    const log = follow((sync) => {
      sync.change(message(10, 20));
      sync.change(message(21, 30));
      sync.end();
    });
    expect(log).toEqual(['2 depth without a snapshot before it']);
  });
});
