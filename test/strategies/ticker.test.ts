import { describe, expect, it } from 'vitest';
import { testStrategy } from '#core/testing';
import ticker from '../../strategies/ticker.ts';
import { strategyContract } from '../contracts/strategy-contract.ts';

strategyContract(ticker, {
  options: {},
  badOptions: [{ prices: 'often' }, { health: 10 }, { timeframe: '0s' }],
  scenario: (test) => void test.trades('ES', 'a 5s b 30s c', { a: 5000, b: 5001, c: 4999 }),
  decides: false,
});

describe('ticker', () => {
  it('prints price, change, percent and volume every second from the first trade on', () => {
    const test = testStrategy(ticker, {});
    test.advance('1s').trades('ES', 'a 500ms b', { a: { price: 5000, size: 2 }, b: { price: 5001.25, size: 3 } });
    test.advance('1500ms');
    // By hand: 1.25 of 5000 is 0.025 %
    expect(test.printed).toEqual(['ES  5001.25  +1.25  +0.03 %  volume 5', 'ES  5001.25  +1.25  +0.03 %  volume 5']);
  });

  it('prints fractional volumes without rounding noise, and falls with their sign', () => {
    const setup = { instruments: [{ symbol: 'BTC', tickSize: 0.1, lotSize: 0.001 }] };
    const test = testStrategy(ticker, {}, setup);
    test.trades('BTC', '-ab', { a: { price: 60_000.3, size: 0.1 }, b: { price: 59_940.2, size: 0.2 } }).advance('1s');
    expect(test.printed).toEqual(['BTC  59940.2  -60.1  -0.10 %  volume 0.3']);
  });

  it('prints ticks, bars and the health of connections every ten seconds', () => {
    const test = testStrategy(ticker, { prices: '1h', timeframe: '5s' });
    test.advance('10s');
    test.status({ provider: 'simulator', state: 'live', health: 100 });
    test.trades('ES', 'ab', { a: 5000, b: 5001 }).advance('10s');
    expect(test.printed).toEqual([
      'ES 0 ticks, 0 bars of 5s; no connection',
      'ES 2 ticks, 1 bars of 5s; simulator live 100 %',
    ]);
  });
});
