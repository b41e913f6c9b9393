import { describe, expect, it } from 'vitest';
import { type DepthMessage, DepthSync } from '../../../../plugins/providers/binance/depth-sync.ts';

/** What a book is told, as `snapshot 160`, `change 165` and `lost 3 before 170`. */
function synced() {
  const told: string[] = [];
  const sync = new DepthSync({
    apply: ({ last }, snapshot) => told.push(`${snapshot ? 'snapshot' : 'change'} ${last}`),
    lost: (missed, { last }) => told.push(`lost ${missed ?? '?'} before ${last}`),
  });
  return { sync, told };
}

const message = (first: number, last: number, previous?: number): DepthMessage => ({
  first,
  last,
  previous,
  event: 0,
  bids: [],
  asks: [],
});
const snapshot = (last: number): DepthMessage => message(last, last);

// The cases are the steps of "How to manage a local order book correctly" in the venue's documentation.
describe('the book of spot', () => {
  it('refuses a snapshot that is older than the first change that waits', () => {
    const { sync, told } = synced();
    sync.change(message(157, 160));
    expect(sync.snapshot(snapshot(156))).toBe(false);
    expect(sync.snapshot(snapshot(157))).toBe(true);
    expect(told).toEqual(['snapshot 157', 'change 160']);
  });

  it('drops waiting changes that the snapshot has, and joins at U ≤ id + 1 ≤ u', () => {
    const { sync, told } = synced();
    for (const each of [message(150, 155), message(156, 160), message(161, 165)]) sync.change(each);
    sync.snapshot(snapshot(160));
    sync.change(message(166, 166));
    expect(told).toEqual(['snapshot 160', 'change 165', 'change 166']);
  });

  it('takes the change that the snapshot lies within', () => {
    const { sync, told } = synced();
    sync.change(message(150, 165));
    sync.snapshot(snapshot(160));
    expect(told).toEqual(['snapshot 160', 'change 165']);
  });

  it('is lost when U is beyond the last u + 1, keeps what follows, and joins again', () => {
    const { sync, told } = synced();
    sync.snapshot(snapshot(100));
    sync.change(message(101, 105));
    sync.change(message(109, 110));
    sync.change(message(111, 112));
    expect(sync.valid).toBe(false);
    sync.snapshot(snapshot(110));
    expect(told).toEqual(['snapshot 100', 'change 105', 'lost 3 before 110', 'snapshot 110', 'change 112']);
  });

  it('ignores what it has already', () => {
    const { sync, told } = synced();
    sync.snapshot(snapshot(100));
    sync.change(message(101, 105));
    sync.change(message(101, 105));
    sync.change(message(99, 100));
    expect(told).toEqual(['snapshot 100', 'change 105']);
  });

  it('finds a hole among the changes that waited', () => {
    const { sync, told } = synced();
    sync.change(message(95, 101));
    sync.change(message(104, 106));
    sync.snapshot(snapshot(100));
    expect(told).toEqual(['snapshot 100', 'change 101', 'lost 2 before 106']);
    expect(sync.snapshot(snapshot(103))).toBe(false);
    expect(sync.snapshot(snapshot(106))).toBe(true);
    expect(sync.valid).toBe(true);
  });
});

describe('the book of USD-M', () => {
  it('drops u < id, joins at U ≤ id ≤ u, and goes on where pu is the last u', () => {
    const { sync, told } = synced();
    // Numbers are shared by all instruments, so there are holes between messages that are none.
    for (const each of [message(140, 150, 130), message(155, 160, 150), message(170, 175, 160)]) sync.change(each);
    sync.snapshot(snapshot(160));
    expect(told).toEqual(['snapshot 160', 'change 160', 'change 175']);
  });

  it('is lost when pu is not the last u', () => {
    const { sync, told } = synced();
    sync.change(message(155, 162, 150));
    sync.snapshot(snapshot(160));
    sync.change(message(170, 175, 168));
    expect(told).toEqual(['snapshot 160', 'change 162', 'lost ? before 175']);
  });

  it('is lost when the first change begins after the snapshot', () => {
    const { sync, told } = synced();
    sync.snapshot(snapshot(160));
    sync.change(message(170, 175, 168));
    expect(told).toEqual(['snapshot 160', 'lost ? before 175']);
  });

  it('joins at the change that names the snapshot as the one before', () => {
    const { sync, told } = synced();
    sync.snapshot(snapshot(160));
    sync.change(message(170, 175, 160));
    expect(told).toEqual(['snapshot 160', 'change 175']);
  });

  it('ignores what it has already', () => {
    const { sync, told } = synced();
    sync.snapshot(snapshot(160));
    sync.change(message(170, 175, 160));
    sync.change(message(170, 175, 160));
    expect(told).toEqual(['snapshot 160', 'change 175']);
  });
});

describe.each([
  ['spot', undefined],
  ['USD-M', 105],
])('two connections of %s', (_, previous) => {
  const chain = [
    message(101, 105, previous && 100),
    message(106, 110, previous && 105),
    message(111, 115, previous && 110),
  ];

  it('may be out of step for a while', () => {
    const { sync, told } = synced();
    sync.snapshot(snapshot(100));
    sync.change(chain[0] as DepthMessage);
    sync.patient = true;
    sync.change(chain[2] as DepthMessage);
    sync.change(chain[1] as DepthMessage);
    sync.change(chain[2] as DepthMessage);
    sync.endPatience();
    expect(told).toEqual(['snapshot 100', 'change 105', 'change 110', 'change 115']);
  });

  it('show a loss when one is left and the hole is still there', () => {
    const { sync, told } = synced();
    sync.snapshot(snapshot(100));
    sync.change(chain[0] as DepthMessage);
    sync.patient = true;
    sync.change(chain[2] as DepthMessage);
    expect(told).toHaveLength(2);
    sync.endPatience();
    expect(told.at(-1)).toMatch(/^lost .* before 115$/);
  });
});

it('holds a bounded number of changes that wait for a snapshot', () => {
  const { sync, told } = synced();
  for (let i = 1; i <= 20_000; i++) sync.change(message(i, i));
  expect(sync.snapshot(snapshot(15_000))).toBe(false);
  expect(sync.snapshot(snapshot(15_001))).toBe(true);
  expect(told).toHaveLength(1 + 4999);
});
