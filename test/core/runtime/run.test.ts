import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, concatMap, from, map, mergeMap, NEVER, of, take } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  defineRisk,
  defineStrategy,
  limitOrder,
  marketOrder,
  type Provider,
  type ProviderEvent,
  refuse,
  type Strategy,
  type StrategyContext,
} from '#core';
import { invented, type Loaded, makeConfig, record, replay } from './run-kit.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const strategy = (key: string, create: (context: StrategyContext<object>) => Strategy): Loaded => ({
  key,
  plugin: defineStrategy({ type: key, summary: 'For one test.', options: z.strictObject({}), create }),
});
const order = { instrument: 'ES', side: 'buy', quantity: 1, reason: 'test' } as const;
const market = { seed: 1, duration: '2s', tradesPerSecond: 50 };

const resting = strategy('resting', ({ market: all }) =>
  concat(
    all.trades('ES').pipe(
      take(2),
      map(({ price }, i) =>
        i === 0 ? marketOrder({ ...order, quantity: 2 }) : limitOrder({ ...order, price: price - 50 }),
      ),
    ),
    NEVER,
  ),
);

describe('a clean stop', () => {
  it.each([
    ['cancel', 2, 0],
    ['keep', 2, 1],
    ['flatten', 0, 0],
  ] as const)('that is to %s leaves %i contracts and %i orders, also in the replay', async (onStop, held, open) => {
    const config = makeConfig({ strategies: [resting], run: { onStop, barGraceUs: 0 } });
    const { summary, tape } = await record(config, folder, await invented(config, market));
    expect(summary.positions.find(({ instrument }) => instrument === 'ES')?.quantity).toBe(held);
    expect(summary.stopped).toBe('the provider has no more events');
    // Every order that was sent is filled, cancelled or still open.
    expect(summary.orders - summary.fills - (onStop === 'keep' ? 0 : 1)).toBe(open);
    expect(await replay(config, tape)).toMatchObject({
      decisionHash: summary.decisionHash,
      positions: summary.positions,
    });
  });

  it('closes everything even when a rule refuses every order', async () => {
    let orders = 0;
    const once = defineRisk({
      type: 'once',
      summary: 'Lets one order through.',
      options: z.strictObject({}),
      create:
        () =>
        ({ order: asked }) =>
          orders++ === 0 ? { approved: true, quantity: asked.quantity } : refuse(asked, 'one is enough'),
    });
    const risk = [{ key: 'once', plugin: once, options: {}, version: '0' }];
    const config = makeConfig({ strategies: [resting], risk, run: { onStop: 'flatten', barGraceUs: 0 } });
    const { summary } = await record(config, folder, await invented(config, market));
    expect(summary).toMatchObject({ refusals: 1, orders: 2, fills: 2 });
    expect(summary.positions.every(({ quantity }) => quantity === 0)).toBe(true);
  });
});

/** Three trades, between which awaited calls get their turn. */
const awaited: Provider = {
  instruments: [{ symbol: 'ES' }, { symbol: 'NQ' }],
  clock: 'events',
  startsAt: Date.UTC(2024, 0, 2),
  events: () =>
    from([1, 2, 3]).pipe(
      concatMap(async (second): Promise<ProviderEvent> => {
        await new Promise(setImmediate);
        return {
          kind: 'trade',
          instrument: 'ES',
          price: 5_000,
          size: 1,
          tsRecv: Date.UTC(2024, 0, 2) + second * 1_000,
        };
      }),
    ),
};

describe('a decision or a failure after an awaited call', () => {
  it.each(['decides', 'fails'])('is an input: a strategy that %s there replays to the same hash', async (what) => {
    const awaiting = strategy('awaiting', (context) =>
      context.market.trades('ES').pipe(
        take(1),
        mergeMap(({ price }) => {
          const answer = from(Promise.resolve()).pipe(
            map(() => {
              if (what === 'fails') throw new Error('no answer');
              return marketOrder(order);
            }),
          );
          const first = of(limitOrder({ ...order, price: price - 50, tag: 'rest' }));
          return concat(first, answer, NEVER);
        }),
      ),
    );
    const config = makeConfig({ strategies: [awaiting] });
    const { summary, tape } = await record(config, folder, awaited);
    // The order and its approval; then what came of the call; then the cancel of what rests.
    expect(summary.decisions).toBe(what === 'fails' ? 3 : 5);
    expect((await replay(config, tape)).decisionHash).toBe(summary.decisionHash);
  });
});
