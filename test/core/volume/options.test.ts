import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { OptionActivity, type OptionTrade, optionActivity } from '../../../core/volume/option-activity.ts';
import { optionOf } from '../../../core/volume/option-symbol.ts';

describe('optionOf', () => {
  it.each([
    ['SPY   240119C00475000', { root: 'SPY', expiry: '2024-01-19', right: 'call', strike: 475 }],
    ['AAPL240119P00192500', { root: 'AAPL', expiry: '2024-01-19', right: 'put', strike: 192.5 }],
    ['ESH4 C4800', { root: 'ES', expiry: 'H4', right: 'call', strike: 4800 }],
    ['E3AF4 P4750.5', { root: 'E3A', expiry: 'F4', right: 'put', strike: 4750.5 }],
    ['LOZ24 C75', { root: 'LO', expiry: 'Z24', right: 'call', strike: 75 }],
    ['BTC-29MAR24-60000-C', { root: 'BTC', expiry: '2024-03-29', right: 'call', strike: 60_000 }],
    ['XRP_USDC-5APR24-0d55-P', { root: 'XRP_USDC', expiry: '2024-04-05', right: 'put', strike: 0.55 }],
  ])('reads %s', (symbol, option) => {
    expect(optionOf(symbol)).toEqual(option);
  });

  it.each([
    'ESH4',
    'SPY',
    'BTCUSDT',
    'BTC-PERPETUAL',
    'SPY   241319C00475000',
    'BTC-31FEB24-60000-C',
    'ESA4 C4800',
    '',
  ])('takes %s for no option', (symbol) => {
    expect(optionOf(symbol)).toBeUndefined();
  });
});

describe('optionActivity', () => {
  const spy = { root: 'SPY', expiry: '2024-01-19', multiplier: 100 } as const;
  const trades: OptionTrade[] = [
    { ...spy, right: 'call', strike: 475, price: 2, size: 10, side: 'buy' },
    { ...spy, right: 'call', strike: 475, price: 3, size: 30, side: 'sell' },
    { ...spy, right: 'call', strike: 480, price: 1, size: 10, side: 'buy' },
    { ...spy, right: 'put', strike: 470, price: 4, size: 25, side: 'buy' },
    { ...spy, right: 'put', strike: 470, price: 5, size: 0, side: 'buy' },
  ];

  it('tells puts against calls, the premium by side and the most active strikes', async () => {
    const activity = await lastValueFrom(from(trades).pipe(optionActivity()));
    expect(activity.calls).toEqual({
      volume: 50,
      trades: 3,
      // 100 × (2 × 10 + 3 × 30 + 1 × 10)
      premium: 12_000,
      // (20 + 10) ÷ 20 bought, 3 sold
      averagePremium: { all: 2.4, buy: 1.5, sell: 3, unknown: undefined },
    });
    expect(activity.puts).toMatchObject({ volume: 25, trades: 1, premium: 10_000 });
    expect(activity.putCallRatio).toEqual({ volume: 0.5, trades: 1 / 3, premium: 10 / 12 });
    expect(activity.strikes.map(({ strike, volume }) => [strike, volume])).toEqual([
      [475, 40],
      [470, 25],
      [480, 10],
    ]);
  });

  it('has no ratio without calls', () => {
    const activity = new OptionActivity();
    activity.add({ ...spy, right: 'put', strike: 470, price: 4, size: 25, side: 'buy' });
    expect(activity.value.putCallRatio).toEqual({ volume: undefined, trades: undefined, premium: undefined });
  });

  it('counts what it has no row for', () => {
    const activity = new OptionActivity({ maxContracts: 1 });
    for (const trade of trades) activity.add(trade);
    expect(activity.value.strikes).toHaveLength(1);
    expect(activity.value.unlisted).toBe(35);
    expect(activity.value.calls.volume).toBe(50);
  });
});
