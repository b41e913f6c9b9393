import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { map } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineStrategy, limitOrder, marketOrder } from '#core';
import { SLOW } from '../../helpers/slow.ts';
import randomStrategy, { STREAMS } from './random-strategy.ts';
import { invented, makeConfig, record, recutBy, replay } from './run-kit.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = fc.record({
  streams: fc.uniqueArray(fc.constantFrom(...STREAMS), { minLength: 1, maxLength: 4 }),
  timeframe: fc.constantFrom('100ms', '1s', '5s', '45s', '1m'),
  eagerness: fc.constantFrom(0.02, 0.1, 0.4),
});
const cases = fc.record({
  seed: fc.nat(1_000_000),
  one: options,
  two: options,
  latencyUs: fc.constantFrom(0, 1, 3_000, 400_000),
  onStop: fc.constantFrom('cancel' as const, 'flatten' as const, 'keep' as const),
  barGraceUs: fc.constantFrom(0, 250_000),
  cuts: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
});

const loaded = (key: string, chosen: unknown) => ({ key, plugin: randomStrategy, options: chosen });

describe('a recorded run', () => {
  it('replays to its hash, in one go, cut anywhere, and with its strategies in another order', async () => {
    let decisions = 0;
    let fills = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, one, two, latencyUs, onStop, barGraceUs, cuts }) => {
        const strategies = [loaded('random/a', one), loaded('random/b', two)];
        const settings = {
          seed,
          paper: { latencyUs, slippageTicks: 1, feePerContract: 0.5 },
          run: { onStop, barGraceUs },
        };
        const config = makeConfig({ strategies, ...settings });
        const dir = mkdtempSync(join(folder, 'run-'));
        const { summary, tape } = await record(
          config,
          dir,
          await invented(config, { seed, duration: '6s', tradesPerSecond: 40 }),
        );
        decisions += summary.decisions;
        fills += summary.fills;
        expect(summary.strategies.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
        expect(tape.manifest.summary?.decisionHash).toBe(summary.decisionHash);

        const { decisionHash, positions, pnl } = await replay(config, tape);
        expect({ decisionHash, positions, pnl }).toEqual({
          decisionHash: summary.decisionHash,
          positions: summary.positions,
          pnl: summary.pnl,
        });
        let i = 0;
        const cut = recutBy(() => cuts[i++ % cuts.length] ?? 1);
        expect((await replay(config, tape, cut)).decisionHash, 'cut').toBe(summary.decisionHash);
        const turned = makeConfig({ strategies: strategies.toReversed(), ...settings });
        expect((await replay(turned, tape)).decisionHash, 'other order').toBe(summary.decisionHash);
      }),
      { numRuns: SLOW ? 8 : 2 },
    );
    // The property says nothing about runs in which nothing happens, as may be in two.
    if (SLOW) expect(Math.min(decisions, fills)).toBeGreaterThan(100);
  });

  it('decides alike whether another strategy looks at every row or nobody does', async () => {
    const chosen = { streams: ['bars', 'fills'], timeframe: '1s', eagerness: 1 };
    const alone = makeConfig({ strategies: [loaded('random', chosen)] });
    const { tape, summary } = await record(
      alone,
      folder,
      await invented(alone, { seed: 5, duration: '15s', tradesPerSecond: 40 }),
    );
    const watched = makeConfig({
      strategies: [
        loaded('random', chosen),
        loaded('watcher', { streams: ['trades', 'quotes', 'forming'], timeframe: '100ms', eagerness: 0 }),
      ],
    });
    expect(summary.fills).toBeGreaterThan(10);
    expect((await replay(watched, tape)).decisionHash).toBe(summary.decisionHash);
  });
});

describe('a strategy that throws', () => {
  const faulty = (throws: boolean) =>
    defineStrategy({
      type: 'faulty',
      summary: 'Leaves an order at its first bar and throws at its third.',
      options: z.strictObject({}),
      create: ({ market }) =>
        market.bars('ES', '1s').pipe(
          map(({ close }, i) => {
            if (throws && i === 2) throw new Error('third bar');
            const order = { instrument: 'ES', quantity: 1, reason: `bar ${i}` } as const;
            if (i === 0) return limitOrder({ ...order, side: 'buy', price: close - 100, tag: 'rest' });
            return i < 3
              ? marketOrder({ ...order, side: 'sell' })
              : limitOrder({ ...order, side: 'buy', price: 0.25, tag: 'rest' });
          }),
        ),
    });

  it('is stopped and named, its orders are cancelled, and the others decide as if it were not there', async () => {
    const chosen = { streams: ['bars', 'quotes', 'fills'], timeframe: '1s', eagerness: 0.5 };
    const withRandom = (...extra: Parameters<typeof makeConfig>[0]['strategies'][number][]) =>
      makeConfig({ strategies: [loaded('random', chosen), ...extra] });
    const { tape } = await record(
      withRandom(),
      folder,
      await invented(withRandom(), { seed: 3, duration: '10s', tradesPerSecond: 40 }),
    );
    const alone = await replay(withRandom(), tape);
    const broken = await replay(withRandom({ key: 'faulty', plugin: faulty(true) }), tape);
    const whole = await replay(withRandom({ key: 'faulty', plugin: faulty(false) }), tape);

    const of = ({ strategies }: typeof alone, wanted: string) => strategies.find(({ name }) => name === wanted);
    expect(of(broken, 'faulty')).toMatchObject({ state: 'failed', error: 'third bar' });
    expect(of(alone, 'random')?.decisions).toBeGreaterThan(20);
    expect(of(broken, 'random')).toEqual(of(alone, 'random'));
    expect(of(whole, 'random')).toEqual(of(alone, 'random'));
    // Order, approval, order, approval, and the cancel of the one that rests.
    expect(of(broken, 'faulty')?.decisions).toBe(5);
    expect(of(whole, 'faulty')?.decisions).toBeGreaterThan(5);
    expect(broken.positions.find(({ instrument }) => instrument === 'ES')).toBeDefined();
  });
});
