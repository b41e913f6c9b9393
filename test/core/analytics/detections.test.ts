import { from, toArray } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BookAnalytics } from '../../../core/analytics/book-analytics.ts';
import { type BookEvent, BookFollower } from '../../../core/analytics/book-follower.ts';
import { icebergs, spoofing } from '../../../core/analytics/detections.ts';
import { type Iceberg, IcebergDetector, type IcebergOptions } from '../../../core/analytics/iceberg-detector.ts';
import { orderClusters } from '../../../core/analytics/order-clusters.ts';
import { SpoofDetector } from '../../../core/analytics/spoof-detector.ts';
import type { SpoofAlert, SpoofOptions } from '../../../core/analytics/spoof-options.ts';
import type { Level } from '../../../core/domain/market.ts';
import { cleanTape, type Plant } from './clean-tape.ts';
import { depth, es, trade } from './kit.ts';

const foundIn = (events: readonly BookEvent[], options: IcebergOptions = { minRefills: 3 }): Iceberg[] => {
  const found: Iceberg[] = [];
  const follower = new BookFollower(es, [new IcebergDetector(es, (one) => found.push(one), options)]);
  for (const event of events) follower.take(event);
  return found;
};

/** Sells of 10 into a bid at 100; what the level shows after each, 50 ms later. */
const sells = (...shown: number[]): BookEvent[] => [
  depth([[100, 10]], [[101, 10]], 0, true),
  ...shown.flatMap((size, i) => [trade(100, 10, 'sell', i * 1000), depth([[100, size]], [], i * 1000 + 50)]),
];

describe('an iceberg', () => {
  it('is found at its third refill, with the confidence that the formula gives by hand', () => {
    expect(foundIn(sells(10, 10))).toEqual([]);
    const [first] = foundIn(sells(10, 10, 10));
    // 0.4 × 3 ÷ 6 + 0.4 × 1 + 0.2 × (1 − 50 ÷ 500)
    expect(first).toMatchObject({ side: 'bid', price: 100, peak: 10, refills: 3, executed: 30, hidden: 30, to: 2050 });
    expect(first?.confidence).toBeCloseTo(0.78, 12);
  });

  it('is not a level that is traded away, grows without trades, or is taken over later', () => {
    expect(foundIn(sells(0, 10, 0, 10))).toEqual([]);
    const grows = [10, 20, 30, 40, 50].map((size, i) => depth([[100, size]], [], i * 100));
    expect(foundIn([depth([[100, 5]], [[101, 5]], 0, true), ...grows])).toEqual([]);
    const late = [...Array(6).keys()].flatMap((i) => [
      trade(100, 10, 'sell', i * 5000),
      depth([[100, 0]], [], i * 5000 + 10),
      depth([[100, 10]], [], i * 5000 + 2000),
    ]);
    expect(foundIn([depth([[100, 10]], [[101, 5]], 0, true), ...late])).toEqual([]);
  });

  it('is doubted when its refills differ: others who come back are no iceberg', () => {
    expect(foundIn(sells(1, 1, 1), { minRefills: 3, minPeak: 2 })).toEqual([]);
    const uneven = foundIn(sells(10, 2, 9, 1, 10));
    expect(uneven).toEqual([]);
  });

  it('is found in a random market, and nowhere else', () => {
    const plant: Plant = { second: 300, peak: 12, hidden: 240 };
    const tape = cleanTape(900, 3, plant);
    const found = foundIn(tape, {});
    expect(found.length).toBeGreaterThan(0);
    expect([...new Set(found.map(({ price, side }) => `${side} ${price}`))]).toEqual([`bid ${plant.price}`]);
    expect(found.at(-1)?.hidden).toBeGreaterThanOrEqual(48);
  });

  it('comes out of the operator too', () => {
    const seen: Iceberg[][] = [];
    from(sells(10, 10, 10))
      .pipe(icebergs(es, { minRefills: 3 }), toArray())
      .subscribe((all) => seen.push(all));
    expect(seen).toEqual([foundIn(sells(10, 10, 10))]);
  });
});

describe('a pattern that looks like spoofing', () => {
  const quiet = cleanTape(60, 7);
  const END = 61_000;

  /** What is told of events that follow a minute of a random market. `touch` is its best bid and ask at the end. */
  function alertsOf(script: (bid: number, ask: number) => readonly BookEvent[], options?: SpoofOptions): SpoofAlert[] {
    const alerts: SpoofAlert[] = [];
    const follower = new BookFollower(es, [new SpoofDetector(es, (alert) => alerts.push(alert), options)]);
    for (const event of quiet) follower.take(event);
    expect(alerts).toEqual([]);
    for (const event of script(follower.book.bid!, follower.book.ask!)) follower.take(event);
    return alerts;
  }
  const steps = [0, 1, 2, 3];
  const layers = (bid: number, size: number): Level[] => steps.map((i) => [bid - i * 0.25, size]);

  it('is layering: large bids pulled together while the offer was bought', () => {
    const found = alertsOf((bid, ask) => [
      depth(layers(bid, 400), [], END),
      trade(ask, 30, 'buy', END + 200),
      depth(layers(bid, 10), [], END + 400),
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ pattern: 'layering', side: 'bid', from: END, to: END + 400 });
    expect(found[0]?.prices.length).toBeGreaterThanOrEqual(3);
  });

  it('is none when nobody traded on the other side, when the bids were filled, or stayed', () => {
    const placed = (bid: number): BookEvent => depth(layers(bid, 400), [], END);
    expect(alertsOf((bid) => [placed(bid), depth(layers(bid, 10), [], END + 400)])).toEqual([]);
    expect(
      alertsOf((bid, ask) => [
        placed(bid),
        trade(ask, 30, 'buy', END + 100),
        ...layers(bid, 390).map(([price, size]) => trade(price, size, 'sell', END + 200)),
        depth(layers(bid, 10), [], END + 400),
      ]).filter(({ pattern }) => pattern === 'layering'),
    ).toEqual([]);
    expect(
      alertsOf((bid, ask) => [placed(bid), trade(ask, 30, 'buy', END), depth(layers(bid, 10), [], END + 40_000)]),
    ).toEqual([]);
  });

  it('obeys its thresholds', () => {
    const script = (bid: number, ask: number): BookEvent[] => [
      depth(layers(bid, 400), [], END),
      trade(ask, 30, 'buy', END + 200),
      depth(layers(bid, 10), [], END + 400),
    ];
    for (const options of [{ layers: 5 }, { largeSize: 500 }, { maxLifeMs: 100 }, { confidence: 0.99 }]) {
      expect(alertsOf(script, options), JSON.stringify(options)).toEqual([]);
    }
    expect(() => alertsOf(script, { layers: 0 })).toThrow(/ANALYTICS_BAD_OPTION/);
  });

  it('is flashing: large orders that live for moments, again and again', () => {
    const flash = (i: number, bid: number): BookEvent[] => [
      depth([[bid - 0.25, 400]], [], END + i * 3000),
      depth([[bid - 0.25, 10]], [], END + i * 3000 + 100),
    ];
    expect(alertsOf((bid) => steps.slice(1).flatMap((i) => flash(i, bid)))).toEqual([]);
    const found = alertsOf((bid) => steps.flatMap((i) => flash(i, bid)));
    expect(found).toMatchObject([{ pattern: 'flashing', side: 'bid' }]);
  });

  it('is quote stuffing: a flood of changes with hardly a trade', () => {
    const flood = (trades: number) => (bid: number, ask: number) => [
      ...[...Array(2000).keys()].map((i) => depth([[bid - 2, 10 + (i % 2)]], [], END + i / 2.5)),
      ...[...Array(trades).keys()].map(() => trade(ask, 1, 'buy', END + 900)),
      depth([[bid - 2, 9]], [], END + 1100),
    ];
    expect(alertsOf(flood(0))).toMatchObject([{ pattern: 'quote stuffing', side: undefined }]);
    expect(alertsOf(flood(100))).toEqual([]);
  });

  it('is momentum ignition: a burst of buying, a move, and the way back', () => {
    const up = (ask: number): BookEvent[] =>
      [...Array(16).keys()].map((i) => trade(ask + Math.floor(i / 2) * 0.25, 20, 'buy', END + i * 40));
    expect(
      alertsOf((_bid, ask) => up(ask)),
      'not before it comes back',
    ).toEqual([]);
    const found = alertsOf((_bid, ask) => [...up(ask), trade(ask + 0.5, 1, 'buy', END + 2000)]);
    expect(found).toMatchObject([{ pattern: 'momentum ignition', side: 'bid', size: 320 }]);
    expect(
      alertsOf((_bid, ask) => [...up(ask), trade(ask + 0.5, 1, 'buy', END + 9000)]),
      'too late',
    ).toEqual([]);
  });

  it('comes out of the operator too', () => {
    const seen: SpoofAlert[] = [];
    from(quiet)
      .pipe(spoofing(es))
      .subscribe((alert) => seen.push(alert));
    expect(seen).toEqual([]);
  });
});

describe('five hours of a random market', () => {
  const count = { icebergs: 0, layering: 0, flashing: 0, 'quote stuffing': 0, 'momentum ignition': 0 };
  let [clusters, looks] = [0, 0];

  beforeAll(() => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const analytics = new BookAnalytics(es, { kept: 10_000 });
      let next = 60_000;
      for (const event of cleanTape(3600, seed)) {
        analytics.take(event);
        if (event.tsEvent < next) continue;
        next += 60_000;
        looks++;
        clusters += orderClusters(analytics.book, { tickSize: 0.25 }).length;
      }
      const report = analytics.report();
      count.icebergs += report.icebergs.length;
      for (const { pattern } of report.spoofing) count[pattern]++;
    }
  }, 60_000);

  // The rates that docs/order-book.md states.
  it('holds no iceberg and nothing that looks like spoofing', () => {
    expect(count).toEqual({ icebergs: 0, layering: 0, flashing: 0, 'quote stuffing': 0, 'momentum ignition': 0 });
  });

  it('shows a cluster by chance in at most one of ten looks', () => {
    expect(looks).toBeGreaterThan(280);
    expect(clusters / looks).toBeLessThan(0.1);
  });
});
