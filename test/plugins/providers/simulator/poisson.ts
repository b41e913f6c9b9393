import { Dice } from '../../../../plugins/providers/simulator/dice.ts';
import type { MarketRows } from './market-rows.ts';

const MESSAGES_PER_TRADE = 19;
const TRADES_PER_SECOND = 10;

/**
 * The market of a naive simulator: messages at exponential gaps, one in twenty a trade at the best price of a fair coin's
 * side, sizes at random, a quote that steps by a tick up or down now and then, and a day that is flat.
 */
export function poissonMarket(seed: number, hours: number): MarketRows {
  const dice = new Dice(seed, 'poisson');
  const lengthUs = hours * 3_600e6;
  const trades = {
    at: [] as number[],
    ticks: [] as number[],
    lots: [] as number[],
    side: [] as number[],
    opposite: [] as number[],
  };
  const quotes = { at: [0], spread: [1] };
  let bid = 20_000;
  let messages = 0;
  for (let at = 0; at < lengthUs; at += (dice.exponential() * 1e6) / TRADES_PER_SECOND / MESSAGES_PER_TRADE) {
    messages++;
    if (dice.next() < 0.01) {
      bid += dice.next() < 0.5 ? 1 : -1;
      quotes.at.push(Math.floor(at));
      quotes.spread.push(1);
    }
    if (dice.next() >= 1 / MESSAGES_PER_TRADE) continue;
    const side = dice.next() < 0.5 ? 1 : -1;
    const price = side > 0 ? bid + 1 : bid;
    trades.at.push(Math.floor(at));
    trades.ticks.push(price);
    trades.opposite.push(price);
    trades.side.push(side);
    trades.lots.push(Math.ceil(dice.exponential()));
  }
  return { lengthUs, trades, quotes, messages };
}
