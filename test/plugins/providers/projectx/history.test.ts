import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../../../plugins/providers/projectx/gateway.ts';
import { fetchBars } from '../../../../plugins/providers/projectx/history.ts';
import type { Row } from '../../../../plugins/providers/projectx/values.ts';
import { world } from './kit.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const monday = Date.UTC(2026, 7, 17);

/** A gateway with these bars, by the rules of section 4.5: the newest of the window, newest first. */
function gatewayWith(starts: readonly number[]) {
  const asked: Row[] = [];
  const gateway = {
    ask: (_path: string, body: Row) => {
      asked.push(body);
      const [from, to] = [Date.parse(String(body['startTime'])), Date.parse(String(body['endTime']))];
      const bars = starts
        .filter((start) => start >= from && start < to)
        .sort((a, b) => b - a)
        .slice(0, Number(body['limit']))
        .map((start) => ({
          t: new Date(start).toISOString(),
          o: start / HOUR,
          h: start / HOUR + 2,
          l: 1,
          c: start / HOUR + 1,
          v: 3,
        }));
      return Promise.resolve({ bars });
    },
  };
  return { asked, gateway: gateway as unknown as Gateway };
}

const request = (timeframe: `${number}m` | `${number}h` | `${number}d`, count: number, until: number) => ({
  instrument: 'NQ',
  timeframe,
  count,
  until,
});

describe('history', () => {
  it('asks as the specification has it, and turns newest first into oldest first', async () => {
    const { gateway, asked } = gatewayWith([0, 1, 2, 3].map((i) => monday - i * 60_000));
    const bars = await fetchBars(request('1m', 2, monday + 30_000), {
      gateway,
      contractId: 'CON.F.US.ENQ.U26',
      live: false,
    });
    expect(asked[0]).toEqual({
      contractId: 'CON.F.US.ENQ.U26',
      live: false,
      startTime: '2026-08-12T00:00:00.000Z',
      endTime: '2026-08-17T00:00:00.000Z',
      unit: 2,
      unitNumber: 1,
      limit: 3,
      includePartialBar: false,
    });
    // The minute of Monday 00:00 is not over at 00:00:30.
    expect(bars.map(({ start, end, historical }) => [start, end, historical])).toEqual([
      [monday - 120_000, monday - 60_000, true],
      [monday - 60_000, monday, true],
    ]);
  });

  it('goes back over a weekend, and further when there is less than was asked for', async () => {
    const { gateway, asked } = gatewayWith([1, 9, 20, 40].map((days) => monday - days * DAY));
    const bars = await fetchBars(request('1h', 3, monday), { gateway, contractId: 'x', live: false });
    expect(bars.map(({ start }) => (monday - start) / DAY)).toEqual([20, 9, 1]);
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  it('stops where history does', async () => {
    const { gateway, asked } = gatewayWith([]);
    expect(await fetchBars(request('1h', 3, monday), { gateway, contractId: 'x', live: false })).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  it('puts four hours and days together from hours, aligned to the UTC day', async () => {
    const { gateway } = gatewayWith(Array.from({ length: 100 }, (_, i) => monday - (i + 1) * HOUR));
    const [bar] = await fetchBars(request('4h', 1, monday + HOUR), { gateway, contractId: 'x', live: false });
    const first = monday / HOUR - 4;
    expect(bar).toMatchObject({
      start: monday - 4 * HOUR,
      open: first,
      high: first + 5,
      low: 1,
      close: first + 4,
      volume: 12,
    });
    const days = await fetchBars(request('1d', 2, monday), { gateway, contractId: 'x', live: false });
    expect(days.map(({ start, volume }) => [(monday - start) / DAY, volume])).toEqual([
      [2, 72],
      [1, 72],
    ]);
  });

  it('pages through more than one request gives', async () => {
    const { gateway, asked } = gatewayWith(Array.from({ length: 45_000 }, (_, i) => monday - (i + 1) * 60_000));
    const bars = await fetchBars(request('1m', 44_000, monday), { gateway, contractId: 'x', live: false });
    expect(bars).toHaveLength(44_000);
    expect(bars[0]?.start).toBe(monday - 44_000 * 60_000);
    expect(asked.map(({ limit }) => limit)).toEqual([20_000, 20_000, 4001]);
  });

  it('comes from the venue, which has no bar for an interval without a trade', async () => {
    const { venue, provider } = await world(['NQ'], { demand: [] });
    const rig = await provider();
    const bars = (await rig.provider.history?.(request('5m', 50, monday))) ?? [];
    await rig.stop();
    await venue.stop();
    expect(bars).toHaveLength(50);
    expect(bars.at(-1)?.end).toBeLessThanOrEqual(monday);
    for (const { low, high, open, close } of bars)
      expect(low <= Math.min(open, close) && high >= Math.max(open, close)).toBe(true);
  });
});
