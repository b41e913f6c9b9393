import { describe, expect, it, vi } from 'vitest';
import { MockMarket } from '../../../../plugins/services/gateway/mock-market.ts';
import { gatewayWorld } from './gateway-world.ts';
import { OldClient } from './old-client.ts';

const decimals = (value: number): number => String(value).split('.')[1]?.length ?? 0;

describe('the invented market', () => {
  it('starts where the old service started', () => {
    expect(['SUI-PERP', 'ETH-PERP', 'BTC-PERP', 'SOL-PERP', 'XYZ'].map((one) => new MockMarket(one, 1).base)).toEqual([
      3.5, 2500, 45_000, 150, 100,
    ]);
  });

  it('keeps to the limits of the specification over 100,000 steps', () => {
    const market = new MockMarket('ETH-PERP', 7);
    let last = 2500;
    let buys = 0;
    const broken: string[] = [];
    const check = (rule: string, holds: boolean): void => {
      if (!holds) broken.push(rule);
    };
    for (let i = 0; i < 100_000; i++) {
      const { price, volume } = market.move(i);
      check('price', price >= 1250 && price <= 5000 && decimals(price) <= 6);
      // ±0.1 % and 30 % of the step before: at most 0.1 % ÷ 0.7.
      check('step', Math.abs(price / last - 1) < 0.00143);
      check('volume', volume >= 500 && volume <= 1000 * (1 + 50 * 0.00143) * 2);
      const trade = market.trade();
      check('trade', Math.abs(trade.price / price - 1) < 0.000501);
      check('size', trade.size >= 0.1 && trade.size <= 10 && decimals(trade.size) <= 4);
      if ((trade.side === 'buy') === price >= last) buys++;
      last = price;
    }
    expect(broken).toEqual([]);
    expect(buys / 100_000).toBeCloseTo(0.6, 1);
  });

  it('is the same for the same seed, and another for another', () => {
    const walk = (seed: number) => {
      const market = new MockMarket('SUI-PERP', seed);
      return Array.from({ length: 20 }, (_, i) => [market.move(i).price, market.trade().size]);
    };
    expect(walk(3)).toEqual(walk(3));
    expect(walk(3)).not.toEqual(walk(4));
  });

  it('is served in place of the run’s when it runs dry, and says so', async () => {
    const world = await gatewayWorld({ dryRun: true, streamIntervalSeconds: 0.05, tradeFrequency: 0.05 });
    const client = new OldClient(world.http);
    expect(await client.connect(['ETH-PERP'])).toBe(true);
    const types = () => new Set(client.frames.map((frame) => frame['type']));
    await vi.waitFor(() => expect(types()).toEqual(new Set(['price_update', 'trade'])));
    const health = (await (await fetch(`${world.http}/health`)).json()) as object;
    expect(health).toMatchObject({ status: 'healthy', connected: false, mode: 'mock', source: 'mock' });
    expect(world.trades.observed).toEqual([]);
    await client.close();
    await world.stop();
  });
});
