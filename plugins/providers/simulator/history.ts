import { Bar, type HistoryRequest, MICROS_PER_MS, timeframeMicros } from '#core';
import { Dice } from './dice.ts';
import type { MarketSettings } from './market.ts';

const DAY_US = 86_400_000_000;

/**
 * Invented bars for warm-up: a random walk of the instrument's volatility, drawn backwards from the last interval that ends
 * at or before `until`, whose last close is the start price. A longer request only adds older bars. Other timeframes are
 * other walks; they meet only at the end.
 */
export function syntheticHistory(market: MarketSettings, request: HistoryRequest, seed: number): readonly Bar[] {
  const span = timeframeMicros(request.timeframe) ?? DAY_US;
  const spanMs = span / MICROS_PER_MS;
  const { instrument } = market;
  const dice = new Dice(seed, `${instrument.symbol} ${request.timeframe}`);
  const deviation = (market.volatility / 100) * Math.sqrt(span / DAY_US);
  const trades = Math.max(1, Math.round((market.tradesPerSecond * span) / 1e6));
  const meanSize = instrument.quantity(2);

  const bars: Bar[] = [];
  let end = Math.floor(request.until / spanMs) * spanMs;
  let close = Math.max(1, instrument.ticks(market.price));
  while (bars.length < request.count) {
    const open = Math.max(1, Math.round(close / (1 + deviation * dice.normal())));
    const reach = () => Math.round(close * deviation * 0.4 * Math.abs(dice.normal()));
    const high = Math.max(open, close) + reach();
    const low = Math.max(1, Math.min(open, close) - reach());
    const price = instrument.price;
    bars.push(
      new Bar(
        instrument.symbol,
        request.timeframe,
        end - spanMs,
        end,
        price(open),
        price(high),
        price(low),
        price(close),
        trades * meanSize,
        trades,
        true,
      ),
    );
    end -= spanMs;
    close = open;
  }
  return bars.reverse();
}
