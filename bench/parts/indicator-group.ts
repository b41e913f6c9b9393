import { RSI as LibraryRsi, SMA as LibrarySma } from 'technicalindicators';
import { Rsi, Sma } from '../../core/index.ts';
import { xorshift } from '../data/random.ts';
import type { Group } from '../figure.ts';

const SMA_LENGTH = 21;
const RSI_LENGTH = 14;
const seen = new Float64Array(1);

export function indicatorGroups(inputs: number, rounds: number): readonly Group[] {
  const prices = walk(inputs);
  const feed = (next: (price: number) => number | undefined): void => {
    for (let i = 0; i < inputs; i++) seen[0]! += next(prices[i]!) ?? 0;
  };
  const group = (
    name: string,
    makers: Readonly<Record<string, () => (price: number) => number | undefined>>,
  ): Group => ({
    name,
    per: 'input',
    rounds,
    cases: Object.entries(makers).map(([maker, make]) => ({
      name: maker,
      operations: inputs,
      start: () => {
        const next = make();
        return { run: () => feed(next) };
      },
    })),
  });
  return [
    group(`SMA ${SMA_LENGTH}`, {
      'limit: a ring and a sum by hand': smaByHand,
      Sma: () => {
        const sma = new Sma(SMA_LENGTH, { tickSize: 0.01 });
        return (price) => sma.update(price);
      },
      technicalindicators: () => {
        const sma = new LibrarySma({ period: SMA_LENGTH, values: [] });
        return (price) => sma.nextValue(price);
      },
    }),
    group(`RSI ${RSI_LENGTH}`, {
      'limit: two averages by hand': rsiByHand,
      Rsi: () => {
        const rsi = new Rsi(RSI_LENGTH);
        return (price) => rsi.update(price);
      },
      technicalindicators: () => {
        const rsi = new LibraryRsi({ period: RSI_LENGTH, values: [] });
        return (price) => rsi.nextValue(price);
      },
    }),
  ];
}

function walk(length: number): Float64Array {
  const random = xorshift(4711);
  let ticks = 10_000;
  return Float64Array.from({ length }, () => {
    ticks += (random() % 5) - 2;
    return ticks / 100;
  });
}

function smaByHand(): (price: number) => number {
  const ring = new Float64Array(SMA_LENGTH);
  const state = { sum: 0, slot: 0 };
  return (price) => {
    const { slot } = state;
    state.sum += price - ring[slot]!;
    ring[slot] = price;
    state.slot = slot + 1 === SMA_LENGTH ? 0 : slot + 1;
    return state.sum / SMA_LENGTH;
  };
}

/** Without the first inputs' plain mean: that is over after 14 of them. */
function rsiByHand(): (price: number) => number {
  const state = { price: 100, gain: 0.01, loss: 0.01 };
  return (price) => {
    const change = price - state.price;
    state.price = price;
    state.gain += ((change > 0 ? change : 0) - state.gain) / RSI_LENGTH;
    state.loss += ((change < 0 ? -change : 0) - state.loss) / RSI_LENGTH;
    return 100 * (state.gain / (state.gain + state.loss));
  };
}
