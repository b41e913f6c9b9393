import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readZip } from '../../../core/cli/import/zip.ts';
import type { VolumeAnalysisValue } from '../../../core/volume/volume-analysis.ts';
import { describeWithData, sharedData } from '../../helpers/shared-data.ts';
import { answerTo } from './answer.ts';

/** A print as the file has it. */
interface Print {
  /** Epoch milliseconds. */
  readonly ms: number;
  readonly price: number;
  readonly size: number;
  readonly side: string;
}

const HOUR = 3_600_000;
const cwd = mkdtempSync(join(tmpdir(), 'millrace-analyse-'));
afterAll(() => rmSync(cwd, { recursive: true }));

async function run(...args: string[]): Promise<string> {
  const { code, out, err } = await answerTo(args, { cwd });
  expect(code, err).toBe(0);
  return out;
}

async function analysed(tape: string, ...options: string[]): Promise<VolumeAnalysisValue> {
  const { instruments } = JSON.parse(await run('analyse', tape, '--json', ...options)) as {
    instruments: VolumeAnalysisValue[];
  };
  expect(instruments).toHaveLength(1);
  return instruments[0] as VolumeAnalysisValue;
}

const unzipped = (path: string): string[][] =>
  gunzipSync(readFileSync(sharedData(path)))
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const volumeOf = (prints: readonly Print[]): number => sum(prints.map(({ size }) => size));
const ofSide = (prints: readonly Print[], side: string): Print[] => prints.filter((print) => print.side === side);
const highest = (prints: readonly Print[]): number =>
  prints.reduce((best, { price }) => Math.max(best, price), -Infinity);
const lowest = (prints: readonly Print[]): number =>
  prints.reduce((best, { price }) => Math.min(best, price), Infinity);
const vwapOf = (prints: readonly Print[]): number => sum(prints.map((p) => p.price * p.size)) / volumeOf(prints);

/** Plain sums over what lies in memory, with none of the code that is tried. */
function plain(prints: readonly Print[], zoneHours: number) {
  const trades = prints.filter(({ size }) => size > 0);
  const hourOf = ({ ms }: Print): number => Math.floor((ms + zoneHours * HOUR) / HOUR) % 24;
  return {
    trades,
    volume: volumeOf(trades),
    buy: volumeOf(ofSide(trades, 'buy')),
    sell: volumeOf(ofSide(trades, 'sell')),
    hours: Array.from({ length: 24 }, (_, hour) => ({ hour, prints: trades.filter((p) => hourOf(p) === hour) }))
      .filter((each) => each.prints.length > 0)
      .map((each) => ({
        hour: each.hour,
        volume: volumeOf(each.prints),
        buy: volumeOf(ofSide(each.prints, 'buy')),
        trades: each.prints.length,
        vwap: vwapOf(each.prints),
      })),
    sizes: trades.map(({ size }) => size).sort((a, b) => a - b),
  };
}

/** Volume by price: rows of a tick, twice as high until there are 512 at most; 70 % around the row with most. */
function plainProfile(trades: readonly Print[], perUnit: number) {
  for (let height = 1; ; height *= 2) {
    const rows = new Map<number, number>();
    for (const { price, size } of trades) {
      const row = Math.floor(Math.round(price * perUnit) / height);
      rows.set(row, (rows.get(row) ?? 0) + size);
    }
    if (rows.size > 512) continue;
    const sorted = [...rows].sort(([a], [b]) => a - b);
    const volumes = sorted.map(([, volume]) => volume);
    const poc = volumes.indexOf(Math.max(...volumes));
    let [low, high] = [poc, poc];
    while (sum(volumes.slice(low, high + 1)) < 0.7 * sum(volumes)) {
      if ((volumes[low - 1] ?? -1) >= (volumes[high + 1] ?? -1)) low--;
      else high++;
    }
    const priceOf = (i: number): number => ((sorted[i]?.[0] ?? 0) * height) / perUnit;
    return { rows: sorted.length, ticksPerBin: height, poc: priceOf(poc), vah: priceOf(high), val: priceOf(low) };
  }
}

/** For every price the half hours from `start` on whose range holds it. */
function plainLetters(prints: readonly Print[], start: number, perUnit: number, height: number): Map<number, number> {
  const ranges = Map.groupBy(prints, ({ ms }) => Math.floor((ms - start) / (HOUR / 2)));
  const counts = new Map<number, number>();
  for (const within of ranges.values()) {
    const rowOf = (price: number): number => Math.floor(Math.round(price * perUnit) / height);
    for (let row = rowOf(lowest(within)); row <= rowOf(highest(within)); row++)
      counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return counts;
}

interface Day {
  readonly name: string;
  readonly import: () => string[];
  readonly prints: () => Promise<Print[]>;
  /** Hours of the exchange's clock beyond UTC on that day. */
  readonly zoneHours: number;
  readonly perUnit: number;
  /** The last trading date on the tape. */
  readonly lastDate: { readonly date: string; readonly from: number };
}

const GC = 'lean/future/comex/tick/gc/20131007_trade.zip';
const ES = 'nautilus/es/esh4-glbx-mdp3-20231225.mbo.dbn.zst';
const BTC = 'nautilus/crypto/binance-futures_btcusdt_trades_20200222.csv.gz';

const days: readonly Day[] = [
  {
    name: 'gc',
    import: () => ['lean', sharedData(GC), '--contract', '201312', '--instrument', 'GCZ13'],
    prints: async () => {
      const entries = await readZip(sharedData(GC));
      const lines = (entries.find(({ name }) => name.includes('201312'))?.text() ?? '').trim().split('\n');
      // The last line of such a file repeats the one before it.
      const kept = lines.at(-1) === lines.at(-2) ? lines.slice(0, -1) : lines;
      const midnight = Date.parse('2013-10-07T00:00:00Z');
      return kept.map((line) => {
        const [ms, price, size] = line.split(',').map(Number);
        return { ms: midnight + (ms ?? 0), price: price ?? 0, size: size ?? 0, side: 'unknown' };
      });
    },
    zoneHours: -5,
    perUnit: 10,
    lastDate: { date: '2013-10-08', from: Date.parse('2013-10-07T22:00:00Z') },
  },
  {
    name: 'es',
    import: () => ['dbn', sharedData(ES)],
    prints: async () =>
      unzipped('nautilus/es/esh4_20231225_bbo_trades.csv.gz')
        .filter(([, , type]) => type === 'T')
        .map(([ns, , , price, size, side = '']) => ({
          ms: Number(BigInt(ns ?? 0) / 1000n) / 1000,
          price: Number(price),
          size: Number(size),
          side: { B: 'buy', A: 'sell' }[side] ?? 'unknown',
        })),
    zoneHours: -6,
    perUnit: 4,
    lastDate: { date: '2023-12-26', from: Date.parse('2023-12-25T23:00:00Z') },
  },
  {
    name: 'btc',
    import: () => ['csv', sharedData(BTC), '--instrument', 'BTCUSDT'],
    prints: async () =>
      unzipped(BTC).map(([, , us, , , side = '', price, size]) => ({
        ms: Number(us) / 1000,
        price: Number(price),
        size: Number(size),
        side,
      })),
    zoneHours: 0,
    perUnit: 100,
    lastDate: { date: '2020-02-22', from: Date.parse('2020-02-22T00:00:00Z') },
  },
];

describeWithData('runtime analyse', () => {
  describe.each(days)('on the tape $name, against plain sums over the file', (day) => {
    const { zoneHours, perUnit, lastDate } = day;
    let told: VolumeAnalysisValue;
    let prints: readonly Print[];
    let expected: ReturnType<typeof plain>;
    let last: readonly Print[];
    beforeAll(async () => {
      await run('import', ...day.import(), '--out', day.name);
      told = await analysed(day.name, '--sizes', '10,50');
      prints = await day.prints();
      expected = plain(prints, zoneHours);
      last = prints.filter(({ ms }) => ms >= lastDate.from);
    });
    const near = (actual: number | undefined, value: number): void => {
      expect(Math.abs((actual ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
    };

    it('tells volume, sides and trades', () => {
      expect(told.total.trades).toBe(expected.trades.length);
      expect(told.priceOnly).toBe(prints.length - expected.trades.length);
      near(told.total.volume, expected.volume);
      near(told.total.buy, expected.buy);
      near(told.total.sell, expected.sell);
      near(told.total.vwap, vwapOf(expected.trades));
    });

    it('tells the hours of the exchange', () => {
      expect(told.hours.map(({ hour, trades }) => [hour, trades])).toEqual(
        expected.hours.map(({ hour, trades }) => [hour, trades]),
      );
      for (const [i, hour] of expected.hours.entries()) {
        near(told.hours[i]?.volume, hour.volume);
        near(told.hours[i]?.buy, hour.buy);
        near(told.hours[i]?.vwap, hour.vwap);
        near(told.hours[i]?.share, hour.volume / expected.volume);
      }
    });

    it('tells large trades by size and by percentile, and the largest', () => {
      const { sizes, trades } = expected;
      const { bySize, byPercentile, largest, step } = told.largeTrades;
      expect(step).toBe(0);
      const percentiles = [90, 95, 99, 99.9].map((p) => sizes[Math.ceil((p / 100) * sizes.length) - 1] ?? Number.NaN);
      expect(byPercentile.map(({ size }) => size)).toEqual(percentiles);
      for (const group of [...bySize, ...byPercentile]) {
        const among = trades.filter(({ size }) => size >= group.size);
        expect(group.trades).toBe(among.length);
        near(group.volume, volumeOf(among));
        near(group.delta, volumeOf(ofSide(among, 'buy')) - volumeOf(ofSide(among, 'sell')));
      }
      expect(bySize.map(({ size }) => size)).toEqual([10, 50]);
      const bySizeFirst = [...trades].sort((a, b) => b.size - a.size).slice(0, 50);
      expect(largest.map(({ size, price, side }) => ({ size, price, side }))).toEqual(
        bySizeFirst.map(({ size, price, side }) => ({ size, price, side })),
      );
    });

    it("tells the last session's VWAP with its bands, and the change since its open", () => {
      const trades = last.filter(({ size }) => size > 0);
      const vwap = vwapOf(trades);
      const deviation = Math.sqrt(sum(trades.map((p) => p.size * (p.price - vwap) ** 2)) / volumeOf(trades));
      expect(told.tradingDate).toBe(lastDate.date);
      near(told.vwap?.vwap, vwap);
      expect(told.vwap?.deviation).toBeCloseTo(deviation, 6);
      expect(told.vwap?.bands[1]?.upper).toBeCloseTo(vwap + 2 * deviation, 6);
      const before = prints.filter(({ ms }) => ms < lastDate.from).at(-1)?.price;
      expect(told.change?.sinceOpen.from).toBe(last[0]?.price);
      near(told.change?.sinceOpen.change, (last.at(-1)?.price ?? 0) - (last[0]?.price ?? 0));
      expect(told.change?.sincePreviousClose?.from).toBe(before);
    });

    it('tells volume by price, point of control and value area', () => {
      const { rows, ...profile } = plainProfile(expected.trades, perUnit);
      expect(told.profile).toMatchObject(profile);
      expect(told.profile.bins).toHaveLength(rows);
      near(sum(told.profile.bins.map(({ volume }) => volume)), expected.volume);
    });

    it('tells the market profile', () => {
      const profile = told.marketProfiles.at(-1);
      const height = profile?.ticksPerRow ?? 0;
      const counts = plainLetters(last, lastDate.from, perUnit, height);
      const rows = profile?.rows ?? [];
      expect(profile?.tradingDate).toBe(lastDate.date);
      expect(profile?.letters).toBe(sum([...counts.values()]));
      expect(
        new Map(rows.map(({ price, letters }) => [Math.round((price * perUnit) / height), letters.length])),
      ).toEqual(counts);
      const most = Math.max(...counts.values());
      expect(rows.find(({ price }) => price === profile?.poc)?.letters).toHaveLength(most);
      expect(profile?.brackets.map(({ high }) => high)).toContain(highest(last));
      const firstHour = last.filter(({ ms }) => ms < lastDate.from + HOUR);
      expect(profile?.initialBalance).toEqual({ high: highest(firstHour), low: lowest(firstHour) });
    });

    it('tells bars of five minutes, the footprint of the busiest, and delta over time', () => {
      const bars = [...Map.groupBy(prints, ({ ms }) => Math.floor(ms / 300_000)).values()];
      expect(told.bars.count).toBe(bars.length);
      const busiest = bars.reduce((best, bar) => (volumeOf(bar) > volumeOf(best) ? bar : best));
      const { busiest: shown } = told.bars;
      near(shown?.volume, volumeOf(busiest));
      near(shown?.delta, volumeOf(ofSide(busiest, 'buy')) - volumeOf(ofSide(busiest, 'sell')));
      for (const row of shown?.rows ?? []) {
        const at = busiest.filter(({ price }) => Math.abs(price - row.price) < 0.5 / perUnit);
        near(row.buy, volumeOf(ofSide(at, 'buy')));
        near(row.sell, volumeOf(ofSide(at, 'sell')));
      }
      const { points } = told.line;
      near(sum(points.map(({ volume }) => volume)), expected.volume);
      const lastTrades = last.filter(({ size }) => size > 0);
      const delta = volumeOf(ofSide(lastTrades, 'buy')) - volumeOf(ofSide(lastTrades, 'sell'));
      expect(points.at(-1)?.cumulativeDelta).toBeCloseTo(delta, 6);
      expect(Math.max(...points.map(({ high }) => high))).toBe(highest(prints));
    });
  });

  it('looks at regular hours alone: gold from 07:20 to 12:30 in Chicago, which was UTC − 5', async () => {
    const prints = await days[0]?.prints();
    const from = Date.parse('2013-10-07T12:20:00Z');
    const until = Date.parse('2013-10-07T17:30:00Z');
    const regular = (prints ?? []).filter(({ ms }) => ms >= from && ms < until);
    const told = await analysed('gc', '--session', 'RTH');
    expect(told.total.volume).toBe(volumeOf(regular));
    expect(told.leftOut).toBe((prints ?? []).length - regular.length);
    expect(told.vwap?.vwap).toBeCloseTo(vwapOf(regular), 9);
    expect(told.sessions.sessions).toMatchObject([
      { tradingDate: '2013-10-07', session: 'RTH', open: regular[0]?.price, close: regular.at(-1)?.price },
    ]);
    expect(told.marketProfiles[0]?.brackets[0]).toMatchObject({ letter: 'A', start: from });
  });

  it('tells what is known of the ES hour: 9,892 contracts, 5,322 bought and 4,526 sold', async () => {
    expect((await analysed('es')).total).toMatchObject({ volume: 9_892, buy: 5_322, sell: 4_526, trades: 2_973 });
  });
});
