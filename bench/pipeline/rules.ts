/** What the strategy and the risk rules of the benchmark are told, and what the fused loop has built in. */

export const STRATEGY = 'cross';
export const FAST = 9;
export const SLOW = 21;
export const RSI = 14;
const OVERBOUGHT = 70;
const OVERSOLD = 30;
export const SLIPPAGE_TICKS = 1;
/** Limit of the rule max-position, in contracts. */
export const MAX_POSITION = 1;
/** Window of the rule order-rate, microseconds. */
export const ORDER_WINDOW_US = 60_000_000;

/** Limit of the rule order-rate: low enough that it refuses now and then. */
export const ordersPerWindow = (instruments: number): number => Math.ceil(instruments * 0.4);

/** Up or down when the fast average has crossed the slow one and the market has not run too far already. */
export function sideOf(before: number, gap: number, rsi: number): 1 | 0 | -1 {
  if (before <= 0 && gap > 0 && rsi < OVERBOUGHT) return 1;
  if (before >= 0 && gap < 0 && rsi > OVERSOLD) return -1;
  return 0;
}

export const reasonOf = (side: number): string => (side > 0 ? 'crossed up' : 'crossed down');
