import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { map, merge } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BarSpec, defineStrategy, type InstrumentSpec, targetPosition } from '#core';
import { invented, makeConfig, record, recutBy, replay } from '../../runtime/run-kit.ts';

const SPECS: readonly BarSpec[] = [
  '20t',
  { time: '1s' },
  { time: '1s', from: 'mid' },
  { ticks: 50, from: 'bid' },
  { volume: 40 },
  { dollar: 5e6 },
  { range: 4 },
  { renko: 2, wicks: true },
  { renko: 2, from: 'mid' },
  { imbalance: 'volume', expectTicks: 20 },
  { run: 'tick', expectTicks: 20 },
  { heikinAshi: '1s' },
  { bars: 3, of: '20t' },
  { session: 'RTH', every: '7s' },
];

const ES: InstrumentSpec = { symbol: 'ES', tickSize: 0.25, pointValue: 50, calendar: 'us-equities' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-bars-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Holds one contract, long or short, by each bar; notes the bars. */
const follower = (specs: readonly BarSpec[], noted: string[]) =>
  defineStrategy({
    type: 'follower',
    summary: 'Is long after a bar that rose.',
    options: z.strictObject({}),
    create: ({ market }) =>
      merge(
        ...specs.map((spec) =>
          market.bars('ES', spec).pipe(
            map((bar) => {
              noted.push(JSON.stringify(bar));
              const target = bar.close > bar.open ? 1 : -1;
              return targetPosition({ instrument: 'ES', quantity: target, reason: `${bar.timeframe} ${bar.delta}` });
            }),
          ),
        ),
      ),
  });

describe('a recorded run that trades on bars of every kind', () => {
  it('replays to the same bars and the same decision hash, however it is cut', async () => {
    const run = (): { config: ReturnType<typeof makeConfig>; noted: string[] } => {
      const noted: string[] = [];
      return {
        noted,
        config: makeConfig({ instruments: [ES], strategies: [{ key: 'follower', plugin: follower(SPECS, noted) }] }),
      };
    };
    const live = run();
    const market = await invented(live.config, { seed: 7, duration: '60s', tradesPerSecond: 40 });
    const { summary, tape } = await record(live.config, folder, market);
    const names = new Set(live.noted.map((bar) => (JSON.parse(bar) as { timeframe: string }).timeframe));
    // { time: '1s' } and '1s mid' are two names: every kind was heard.
    expect(names.size).toBe(SPECS.length);
    expect(summary.decisions).toBeGreaterThan(500);

    const again = run();
    expect((await replay(again.config, tape)).decisionHash).toBe(summary.decisionHash);
    expect(again.noted).toEqual(live.noted);
    const cut = run();
    let i = 0;
    const recut = recutBy(() => 1 + (i++ % 7));
    expect((await replay(cut.config, tape, recut)).decisionHash).toBe(summary.decisionHash);
    expect(cut.noted).toEqual(live.noted);
  });

  it('has the same bars of one kind whatever other kinds are wanted', async () => {
    const all: string[] = [];
    const config = makeConfig({ instruments: [ES], strategies: [{ key: 'follower', plugin: follower(SPECS, all) }] });
    const market = await invented(config, { seed: 9, duration: '30s', tradesPerSecond: 40 });
    const { tape } = await record(config, folder, market);
    for (const spec of [{ volume: 40 }, { imbalance: 'volume', expectTicks: 20 }, { renko: 2, wicks: true }] as const) {
      const alone: string[] = [];
      await replay(
        makeConfig({ instruments: [ES], strategies: [{ key: 'follower', plugin: follower([spec], alone) }] }),
        tape,
      );
      const name = (JSON.parse(alone[0] ?? '{}') as { timeframe: string }).timeframe;
      expect(alone).toEqual(all.filter((bar) => (JSON.parse(bar) as { timeframe: string }).timeframe === name));
    }
  });
});
