import { afterEach, describe, expect, it } from 'vitest';
import type { LoopbackVenue } from '#core';
import finnhub from '../../../../plugins/providers/finnhub/index.ts';
import venueOf from '../../../../plugins/providers/finnhub/loopback/index.ts';
import { startProvider, until } from '../../../helpers/provider-rig.ts';

const BTC = 'BINANCE:BTCUSDT';
/** 2026-01-05T00:00:00Z */
const UNTIL = 1_767_571_200_000;
const MINUTE = 60_000;
let venue: LoopbackVenue | undefined;

afterEach(() => venue?.stop());

async function start(options: object = {}, symbols: readonly string[] = [BTC]) {
  venue = venueOf({ instruments: symbols });
  await venue.start();
  const rig = await startProvider(
    finnhub,
    { ...venue.options(), ...options },
    {
      requested: symbols.map((symbol) => ({ symbol })),
      demand: symbols.map((instrument) => ({ stream: 'quotes', instrument })),
    },
  );
  return { ...rig, venue };
}

describe('history of finnhub', () => {
  it('gives the closed bars before a time, in order', async () => {
    const { provider } = await start();
    const bars =
      (await provider.history?.({ instrument: BTC, timeframe: '1m', count: 3, until: UNTIL + 30_000 })) ?? [];
    expect(bars.map(({ start }) => start)).toEqual([UNTIL - 3 * MINUTE, UNTIL - 2 * MINUTE, UNTIL - MINUTE]);
    expect(bars.every(({ end, start, historical }) => end === start + MINUTE && historical)).toBe(true);
  });

  it('puts a timeframe together that the venue lacks', async () => {
    const { provider } = await start();
    const [bar, ...rest] =
      (await provider.history?.({ instrument: BTC, timeframe: '2h', count: 1, until: UNTIL })) ?? [];
    // The loopback venue's hours: the base price is 100 + (hours since 1970) mod 10; open = base, high + 2, low - 1, close + 1.
    const hour = (UNTIL / 3_600_000 - 2) % 10;
    expect(rest).toEqual([]);
    expect(bar).toMatchObject({
      start: UNTIL - 120 * MINUTE,
      end: UNTIL,
      open: 100 + hour,
      high: 103 + hour,
      low: 99 + hour,
      close: 102 + hour,
      volume: 20,
    });
  });

  it('has none below a minute', async () => {
    const { provider } = await start();
    expect(await provider.history?.({ instrument: BTC, timeframe: '5s', count: 3, until: UNTIL })).toEqual([]);
  });

  it('asks in pages of a month', async () => {
    const { provider } = await start();
    const bars = (await provider.history?.({ instrument: BTC, timeframe: '15m', count: 4000, until: UNTIL })) ?? [];
    expect(bars.length).toBe(4000);
    expect(bars.every(({ start }, i) => start === UNTIL - (4000 - i) * 15 * MINUTE)).toBe(true);
  });

  it('says once that the plan has no candles, and answers with none', async () => {
    const { provider, lines } = await start({ apiKey: 'loopback-free' });
    const request = { instrument: BTC, timeframe: '1m', count: 3, until: UNTIL } as const;
    expect([await provider.history?.(request), await provider.history?.(request)]).toEqual([[], []]);
    expect(lines.filter((line) => line.includes('the plan of this key does not include /crypto/candle')).length).toBe(
      1,
    );
  });
});

describe('prices by REST', () => {
  it('come for stocks that the stream is silent of', async () => {
    const rig = await start({ quotePoll: '50ms' }, ['AAPL']);
    rig.connect();
    await until(() => rig.venue.demand().length === 1);
    // The stream holds the trade back, the REST interface knows it.
    rig.venue.send({ kind: 'trade', instrument: 'AAPL', price: 251.07, size: 1, tsEvent: UNTIL });
    await until(() => rig.events.some((event) => event.kind === 'quote'));
    expect(rig.events.filter((event) => event.kind === 'quote')).toEqual([
      { kind: 'quote', instrument: 'AAPL', bid: 251.07, bidSize: 0, ask: 251.07, askSize: 0, tsEvent: UNTIL },
    ]);
    await rig.stop();
  });
});
