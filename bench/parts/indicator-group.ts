import {
  ATR as LibraryAtr,
  EMA as LibraryEma,
  MACD as LibraryMacd,
  RSI as LibraryRsi,
  SMA as LibrarySma,
} from 'technicalindicators';
import { Atr, type BarValues, Ema, Macd, Rsi, rsi, Sma, Universe } from '../../core/index.ts';
import { xorshift } from '../data/random.ts';
import type { Group } from '../figure.ts';
import { atrByHand, emaByHand, macdByHand, rsiByHand, smaByHand } from './indicators-by-hand.ts';

/** What a bar-rate update may take. */
const AT_MOST_NS = 60;
const SMA_LENGTH = 21;
const RSI_LENGTH = 14;
const INSTRUMENTS = 64;
const seen = new Float64Array(1);

type Maker<In> = () => (input: In) => unknown;

/** A limit written by hand, ours and the library's, fed the same inputs. */
export function indicatorGroups(inputs: number, rounds: number): readonly Group[] {
  const prices = walk(inputs);
  const bars = Array.from(prices, (close, i) => bar(prices[Math.max(0, i - 1)]!, close));
  const group = <In>(
    name: string,
    feed: ArrayLike<In>,
    limit: Maker<In>,
    ours: Maker<In>,
    library: Maker<In>,
  ): Group => {
    const start = (make: Maker<In>) => () => {
      const next = make();
      return {
        run: () => {
          for (let i = 0; i < inputs; i++) if (next(feed[i]!) !== undefined) seen[0]! += 1;
        },
      };
    };
    return {
      name,
      per: 'input',
      rounds,
      cases: [
        { name: 'limit: by hand', operations: inputs, start: start(limit) },
        { name: 'Millrace', operations: inputs, start: start(ours), atMostNs: AT_MOST_NS },
        { name: 'technicalindicators', operations: inputs, start: start(library) },
      ],
    };
  };
  return [
    group(
      `SMA ${SMA_LENGTH}`,
      prices,
      () => smaByHand(SMA_LENGTH),
      sma,
      () => {
        const library = new LibrarySma({ period: SMA_LENGTH, values: [] });
        return (price) => library.nextValue(price);
      },
    ),
    group(
      'EMA 20',
      prices,
      () => emaByHand(20),
      ema,
      () => {
        const library = new LibraryEma({ period: 20, values: [] });
        return (price) => library.nextValue(price);
      },
    ),
    group(
      `RSI ${RSI_LENGTH}`,
      prices,
      () => rsiByHand(RSI_LENGTH),
      oneRsi,
      () => {
        const library = new LibraryRsi({ period: RSI_LENGTH, values: [] });
        return (price) => library.nextValue(price);
      },
    ),
    group('MACD 12, 26, 9', prices, macdByHand, macd, () => {
      const settings = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 };
      const library = new LibraryMacd({ ...settings, SimpleMAOscillator: false, SimpleMASignal: false, values: [] });
      return (price) => library.nextValue(price);
    }),
    group(
      'ATR 14',
      bars,
      () => atrByHand(14),
      atr,
      () => {
        const library = new LibraryAtr({ period: 14, high: [], low: [], close: [] });
        return (each) => library.nextValue(each);
      },
    ),
    group(
      `RSI ${RSI_LENGTH} of ${INSTRUMENTS} instruments`,
      prices,
      () => inTurns(Array.from({ length: INSTRUMENTS }, () => rsiByHand(RSI_LENGTH))),
      universe,
      () => {
        const each = Array.from({ length: INSTRUMENTS }, () => new LibraryRsi({ period: RSI_LENGTH, values: [] }));
        return inTurns(each.map((library) => (price: number) => library.nextValue(price)));
      },
    ),
  ];
}

const sma = (): ((price: number) => unknown) => {
  const ours = new Sma(SMA_LENGTH, { tickSize: 0.01 });
  return (price) => ours.update(price);
};
const ema = (): ((price: number) => unknown) => {
  const ours = new Ema(20);
  return (price) => ours.update(price);
};
const oneRsi = (): ((price: number) => unknown) => {
  const ours = new Rsi(RSI_LENGTH);
  return (price) => ours.update(price);
};
const macd = (): ((price: number) => unknown) => {
  const ours = new Macd();
  return (price) => ours.update(price);
};
const atr = (): ((each: BarValues) => unknown) => {
  const ours = new Atr(14);
  return (each) => ours.update(each);
};
const universe = (): ((price: number) => unknown) => {
  const ours = new Universe(rsi(RSI_LENGTH), INSTRUMENTS);
  const turn = { now: 0 };
  return (price) => {
    turn.now = (turn.now + 1) % INSTRUMENTS;
    return ours.update(turn.now, price);
  };
};

function inTurns(each: readonly ((price: number) => unknown)[]): (price: number) => unknown {
  const turn = { now: 0 };
  return (price) => {
    turn.now = (turn.now + 1) % each.length;
    return each[turn.now]!(price);
  };
}

const bar = (open: number, close: number): BarValues => ({
  open,
  high: Math.max(open, close) + 0.01,
  low: Math.min(open, close) - 0.01,
  close,
  volume: 1,
});

function walk(length: number): Float64Array {
  const random = xorshift(4711);
  let ticks = 10_000;
  return Float64Array.from({ length }, () => {
    ticks += (random() % 5) - 2;
    return ticks / 100;
  });
}
