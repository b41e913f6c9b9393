import { describe, expect, it } from 'vitest';
import { feedOf, MES, MNQ } from './kit.ts';

const BUY = 1;
const SELL = -1;

// Payloads of section 9 of the gateway's specification, captured from a practice account.
describe('events of the market hub', () => {
  it('maps the captured trade', () => {
    const { feed, rows } = feedOf();
    const print = {
      symbolId: 'F.US.MES',
      price: 7730.5,
      timestamp: '2026-08-19T20:51:30.052+00:00',
      type: 1,
      volume: 1,
    };
    expect(feed.take({ target: 'GatewayTrade', args: [MES, [print]] })).toBe(true);
    expect(rows()).toEqual([
      {
        kind: 'trades',
        inst: 1,
        event: Date.UTC(2026, 7, 19, 20, 51, 30, 52) * 1000,
        ns: 0,
        values: [7730.5, 1, SELL],
      },
    ]);
  });

  it('takes every print of an array, a single object, and arguments in one more list', () => {
    const { feed, rows } = feedOf();
    const print = (volume: number, type: number) => ({
      price: 100,
      timestamp: '2026-08-19T20:51:30.052Z',
      type,
      volume,
    });
    feed.take({ target: 'GatewayTrade', args: [MNQ, [print(1, 0), print(2, 1), print(3, 0)]] });
    feed.take({ target: 'GatewayTrade', args: [MNQ, print(4, 0)] });
    feed.take({ target: 'gatewaytrade', args: [[MNQ, [print(5, 7)]]] });
    expect(rows().map(({ values }) => values.slice(1))).toEqual([
      [1, BUY],
      [2, SELL],
      [3, BUY],
      [4, BUY],
      [5, 0],
    ]);
  });

  it('keeps equal prints, unless repeated messages shall be dropped', () => {
    const message = {
      target: 'GatewayTrade',
      args: [MNQ, [{ price: 100, timestamp: '2026-08-19T20:51:30.052Z', type: 0, volume: 1 }]],
    };
    const [kept, dropped] = [feedOf(), feedOf({ repeatedTrades: 'drop' })];
    for (const { feed } of [kept, dropped]) for (let i = 0; i < 2; i++) feed.take(message);
    expect([kept.rows().length, dropped.rows().length]).toEqual([2, 1]);
  });

  it('merges partial quotes: the captured one, then its changes', () => {
    const { feed, rows } = feedOf();
    const quote = (members: object) =>
      feed.take({
        target: 'GatewayQuote',
        args: [
          MNQ,
          {
            symbol: 'F.US.MNQ',
            lastUpdated: '2026-08-19T20:51:31.4347534+00:00',
            timestamp: '2026-08-19T20:51:31.348+00:00',
            ...members,
          },
        ],
      });
    quote({ bestBid: 29547, bestAsk: 29547.5 });
    quote({ bestAsk: 29547.25 });
    quote({ lastPrice: 29547.25, volume: 12345 });
    quote({ bestBid: null });
    expect(rows().map(({ values }) => values)).toEqual([
      [29547, 0, 29547.5, 0],
      [29547, 0, 29547.25, 0],
      [Number.NaN, 0, 29547.25, 0],
    ]);
    expect(rows()[0]?.event).toBe(Date.UTC(2026, 7, 19, 20, 51, 31, 348) * 1000);
  });

  it('has one side only until the other is told', () => {
    const { feed, rows } = feedOf();
    feed.take({ target: 'GatewayQuote', args: [MNQ, { bestBid: 5, timestamp: '2026-08-19T20:51:31Z' }] });
    expect(rows()[0]?.values).toEqual([5, 0, Number.NaN, 0]);
  });

  it('takes the time of sending when the time of the quote stands still', () => {
    const { feed, rows } = feedOf();
    const payload = {
      bestBid: 5,
      bestAsk: 6,
      lastUpdated: '2026-08-19T20:51:31.4347534+00:00',
      timestamp: '2026-08-19T18:00:00.000+00:00',
    };
    feed.take({ target: 'GatewayQuote', args: [MNQ, payload] });
    expect(rows()[0]).toMatchObject({ event: Date.UTC(2026, 7, 19, 20, 51, 31) * 1000 + 434_753, ns: 400 });
  });

  it('counts what it cannot use and goes on with the rest of the message', () => {
    const { feed, rows, link } = feedOf();
    const good = { price: 100, timestamp: '2026-08-19T20:51:30.052Z', type: 0, volume: 1 };
    feed.take({ target: 'GatewayTrade', args: [MNQ, [null, { price: 'x' }, { ...good, volume: -1 }, good]] });
    expect(rows()).toHaveLength(1);
    expect(link.said.bad).toEqual(['trade', 'trade', 'trade']);
  });

  it('uses the time of receipt for a trade without one', () => {
    const { feed, rows } = feedOf();
    feed.take({ target: 'GatewayTrade', args: [MNQ, [{ price: 100, type: 0, volume: 1 }]] });
    expect(rows()[0]?.event).toBe(1_000_000);
  });
});
