import { describe, expect, it } from 'vitest';
import { makeTrades } from '../../bench/data/trades.ts';
import { demandEqual } from '../../bench/pipeline/outcome.ts';
import { fusedOutcome } from '../../bench/pipeline/pipeline-groups.ts';
import { feed, finishProduct, startProduct } from '../../bench/pipeline/product.ts';

const ROWS = 200_000;

describe.each([1, 20])('the pipeline of the benchmark on %i instruments', (instruments) => {
  const trades = makeTrades(ROWS, instruments);
  const limit = fusedOutcome(trades);

  it('has something to compare: orders, fills and refusals', () => {
    expect(limit.fills).toBeGreaterThan(50);
    expect(limit.refusals).toBeGreaterThan(10);
  });

  it.each(['none', 'subscriber', 'operators'] as const)(
    'decides, fills and earns what the loop by hand does, with tick listeners: %s',
    async (ticks) => {
      const run = await startProduct(trades, ticks);
      feed(run, trades);
      expect(await finishProduct(run)).toEqual(limit);
    },
  );
});

describe('demandEqual', () => {
  it('names the variant and what differs', () => {
    const limit = { decisionHash: 'a', decisions: 3, orders: 1, fills: 1, refusals: 0, pnlTicks: 4 };
    expect(() => demandEqual('with ticks', { ...limit, fills: 2 }, limit)).toThrow(
      'with ticks: fills is 2, the fused loop has 1',
    );
  });
});
