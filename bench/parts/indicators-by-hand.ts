import type { BarValues } from '../../core/index.ts';

// The least that each formula takes: no checks, no names, no forming bars, no snapshots, and no plain mean of the first
// inputs, which is over after some dozen of them.

export function smaByHand(length: number): (price: number) => number {
  const ring = new Float64Array(length);
  const state = { sum: 0, slot: 0 };
  return (price) => {
    const { slot } = state;
    state.sum += price - ring[slot]!;
    ring[slot] = price;
    state.slot = slot + 1 === length ? 0 : slot + 1;
    return state.sum / length;
  };
}

export function emaByHand(length: number): (price: number) => number {
  const state = { average: 100 };
  const weight = 2 / (length + 1);
  return (price) => {
    state.average += weight * (price - state.average);
    return state.average;
  };
}

export function rsiByHand(length: number): (price: number) => number {
  const state = { price: 100, gain: 0.01, loss: 0.01 };
  return (price) => {
    const change = price - state.price;
    state.price = price;
    state.gain += ((change > 0 ? change : 0) - state.gain) / length;
    state.loss += ((change < 0 ? -change : 0) - state.loss) / length;
    return 100 * (state.gain / (state.gain + state.loss));
  };
}

export function macdByHand(): (price: number) => { macd: number; signal: number; histogram: number } {
  const state = { fast: 100, slow: 100, signal: 0.1 };
  return (price) => {
    state.fast += (2 / 13) * (price - state.fast);
    state.slow += (2 / 27) * (price - state.slow);
    const macd = state.fast - state.slow;
    state.signal += 0.2 * (macd - state.signal);
    return { macd, signal: state.signal, histogram: macd - state.signal };
  };
}

export function atrByHand(length: number): (bar: BarValues) => number {
  const state = { close: 100, range: 0.01 };
  return ({ high, low, close }) => {
    const range = Math.max(high, state.close) - Math.min(low, state.close);
    state.close = close;
    state.range += (range - state.range) / length;
    return state.range;
  };
}
