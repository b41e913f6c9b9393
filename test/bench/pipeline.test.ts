import { filter, map, merge } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cancelOrders, defineStrategy, limitOrder, type StrategyPlugin, stopOrder, targetPosition } from '#core';
import { makeTrades } from '../../bench/data/trades.ts';
import type { Listening } from '../../bench/pipeline/listeners.ts';
import { demandEqual, type Outcome } from '../../bench/pipeline/outcome.ts';
import { fusedOutcome } from '../../bench/pipeline/pipeline-groups.ts';
import { feed, finishProduct, startProduct } from '../../bench/pipeline/product.ts';

const ROWS = 200_000;
const LISTENINGS: readonly Listening[] = [
  { bars: [], ticks: 'none' },
  { bars: ['1s', '1m', '5m'], ticks: 'none' },
  { bars: ['1s', '1m', '5m'], ticks: 'subscriber' },
  { bars: [], ticks: 'operators' },
];

describe.each([1, 20])('the pipeline of the benchmark on %i instruments', (instruments) => {
  const trades = makeTrades(ROWS, instruments);
  const limit = fusedOutcome(trades);
  const run = async (listening: Listening, strategy?: StrategyPlugin): Promise<Outcome> => {
    const product = await startProduct(trades, listening, strategy);
    feed(product, trades);
    return finishProduct(product);
  };

  it('has something to compare: fills and refusals', () => {
    expect(limit.fills).toBeGreaterThan(50);
    expect(limit.refusals).toBeGreaterThan(10);
  });

  it.each(LISTENINGS)('decides, fills and earns what the loop by hand does, whoever listens: %o', async (listening) => {
    expect(await run(listening)).toEqual(limit);
  });

  it.each([1, 2, 3])('decides the same whoever listens, on dice of seed %i', async (seed) => {
    const [alone, ...others] = await Promise.all(LISTENINGS.map((listening) => run(listening, dice(seed))));
    expect(alone?.fills).toBeGreaterThan(20);
    for (const other of others) expect(other).toEqual(alone);
  });
});

/** Throws dice at every bar: market, limit and stop orders, and cancels. */
const dice = (seed: number): StrategyPlugin =>
  defineStrategy({
    type: 'dice',
    summary: 'Decides by chance.',
    options: z.strictObject({}),
    create: ({ instruments, market, random }) => {
      for (let i = 0; i < seed; i++) random.next();
      return merge(
        ...instruments.map(({ symbol: instrument, price, ticks }) =>
          market.bars(instrument, '5s').pipe(
            map(({ close }) => {
              const draw = random.below(24);
              const side = draw % 2 === 0 ? ('buy' as const) : ('sell' as const);
              const away = price(ticks(close) + random.below(9) - 4);
              const order = { instrument, side, quantity: 1, price: away, reason: 'dice' };
              if (draw < 4) return targetPosition({ instrument, quantity: draw % 3, reason: 'dice' });
              if (draw < 6) return limitOrder(order);
              if (draw < 8) return stopOrder(order);
              return draw < 9 ? cancelOrders({ instrument, reason: 'dice' }) : undefined;
            }),
            filter((decision) => decision !== undefined),
          ),
        ),
      );
    },
  });

describe('demandEqual', () => {
  it('names the variant and what differs', () => {
    const limit = { decisionHash: 'a', decisions: 3, orders: 1, fills: 1, refusals: 0, pnlTicks: 4 };
    expect(() => demandEqual('with ticks', { ...limit, fills: 2 }, limit)).toThrow(
      'with ticks: fills is 2, the fused loop has 1',
    );
  });
});
