import type { MarketRows } from './market-rows.ts';
import { autocorrelation, differences, excessKurtosis, mean, quantile, share, sum, variance } from './statistics.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HALF_HOUR = 30 * MINUTE;

export type Measures = Readonly<Record<string, number>>;

/** Every figure that the rules speak of, but for those of the day. */
export function measure(rows: MarketRows): Measures {
  return {
    ...gaps(rows),
    ...counts(rows),
    ...clusters(rows),
    ...priceChanges(rows),
    ...spreads(rows),
    ...sizes(rows),
    ...sides(rows),
    messagesPerTrade: rows.messages / rows.trades.at.length,
  };
}

function gaps({ trades }: MarketRows) {
  const between = differences(trades.at);
  return {
    sameStamp: share(between, (gap) => gap === 0),
    gapVariation: Math.sqrt(variance(between)) / mean(between),
    // A median of 0 would make any tail look long.
    gapTail: quantile(between, 0.99) / Math.max(1, quantile(between, 0.5)),
  };
}

function counts({ trades, lengthUs }: MarketRows) {
  const perSecond = Array<number>(Math.floor(lengthUs / SECOND)).fill(0);
  for (const at of trades.at) perSecond[Math.floor(at / SECOND)] = (perSecond[Math.floor(at / SECOND)] ?? 0) + 1;
  return {
    countDispersion: variance(perSecond) / mean(perSecond),
    countLag1: autocorrelation(perSecond, 1),
    countLag10: autocorrelation(perSecond, 10),
  };
}

/** Trades that follow each other within a millisecond are one cluster. */
function clusters({ trades }: MarketRows) {
  const lengths = [0];
  for (const [i, at] of trades.at.entries()) {
    if (at - (trades.at[i - 1] ?? at) > 1_000) lengths.push(0);
    lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
  }
  return { clusterMean: mean(lengths), clusterTail: quantile(lengths, 0.99) };
}

function priceChanges({ trades, lengthUs }: MarketRows) {
  const changes = differences(trades.ticks);
  const moved = changes.filter((change) => change !== 0);
  const minutes = returns(trades, lengthUs, MINUTE);
  const perUs = (squares: readonly number[], span: number) => mean(squares.map((value) => value ** 2)) / span;
  return {
    zeroChange: share(changes, (change) => change === 0),
    oneTick: share(moved, (change) => Math.abs(change) === 1),
    reversal: share(moved.slice(1), (change, i) => Math.sign(change) !== Math.sign(moved[i] ?? 0)),
    varianceRatio: perUs(returns(trades, lengthUs, SECOND), SECOND) / perUs(minutes, MINUTE),
    minuteKurtosis: excessKurtosis(minutes),
  };
}

/** Changes, in ticks, of the last price at full intervals. */
function returns({ at, ticks }: MarketRows['trades'], lengthUs: number, interval: number): number[] {
  const last: number[] = [];
  let next = 0;
  for (let end = interval; end <= lengthUs; end += interval) {
    while (next < at.length && (at[next] ?? 0) < end) next++;
    last.push(ticks[Math.max(0, next - 1)] ?? 0);
  }
  return differences([ticks[0] ?? 0, ...last]);
}

/** By the time that each quote stood. */
function spreads({ quotes, lengthUs }: MarketRows) {
  const stood = quotes.at.map((at, i) => (quotes.at[i + 1] ?? lengthUs) - at);
  return {
    oneTickSpread: sum(stood.filter((_, i) => quotes.spread[i] === 1)) / sum(stood),
    smallestSpread: quotes.spread.reduce((least, spread) => Math.min(least, spread), Infinity),
  };
}

function sizes({ trades }: MarketRows) {
  const largest = Float64Array.from(trades.lots).sort().reverse();
  const head = largest.subarray(0, Math.round(largest.length / 100));
  return { oneLot: share(trades.lots, (lots) => lots === 1), largestVolume: sum([...head]) / sum([...largest]) };
}

function sides({ trades }: MarketRows) {
  return {
    atBest: share(trades.ticks, (ticks, i) => ticks === trades.opposite[i]),
    sideLag1: autocorrelation(trades.side, 1),
  };
}

/** Shares of the volume of regular hours in their first and their last half hour; times since the start of the rows. */
export function dayShares({ trades }: MarketRows, open: number, close: number): Measures {
  let [first, last, all] = [0, 0, 0];
  for (const [i, at] of trades.at.entries()) {
    if (at < open || at >= close) continue;
    const lots = trades.lots[i] ?? 0;
    all += lots;
    if (at < open + HALF_HOUR) first += lots;
    if (at >= close - HALF_HOUR) last += lots;
  }
  return { firstHalfHour: first / all, lastHalfHour: last / all };
}
