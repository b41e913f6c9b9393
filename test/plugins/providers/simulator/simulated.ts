import type { Chunk, StreamName } from '#core';
import { DEPTH_LAST, SIDE_BUY } from '#core';
import simulator from '../../../../plugins/providers/simulator/index.ts';
import { openProvider, TestDemand } from '../../../contracts/provider-kit.ts';
import type { MarketRows } from './market-rows.ts';

const STREAMS: readonly StreamName[] = ['trades', 'quotes', 'depth'];
const START_US = Date.parse('2026-01-05T14:30:00Z') * 1000;

interface Simulation {
  readonly profile: string;
  readonly seed: number;
  readonly hours: number;
  readonly streams?: readonly StreamName[];
  readonly [option: string]: unknown;
}

/** What the simulator's own instrument of a profile sends at full speed. */
export async function simulated({ hours, streams = STREAMS, ...options }: Simulation): Promise<MarketRows> {
  const { provider, wall, symbols } = await openProvider(
    simulator,
    { pace: 'max', duration: `${hours}h`, ...options },
    [],
  );
  const [instrument = ''] = symbols;
  const { tickSize = 1, lotSize = 1 } = provider.instruments?.[0] ?? {};
  const start = typeof options['start'] === 'string' ? Date.parse(options['start']) * 1000 : START_US;
  const collector = new Collector(start, tickSize, lotSize);
  provider
    .events?.(new TestDemand(...streams.map((stream) => ({ stream, instrument }))))
    .subscribe((event) => 'capacity' in event && collector.take(event));
  wall.flush();
  return collector.rows(hours * 3_600e6);
}

class Collector {
  readonly #trades = {
    at: [] as number[],
    ticks: [] as number[],
    lots: [] as number[],
    side: [] as number[],
    opposite: [] as number[],
  };
  readonly #quotes = { at: [] as number[], spread: [] as number[] };
  #messages = 0;
  #bid = Number.NaN;
  #ask = Number.NaN;
  readonly #start: number;
  readonly #tickSize: number;
  readonly #lotSize: number;

  constructor(start: number, tickSize: number, lotSize: number) {
    this.#start = start;
    this.#tickSize = tickSize;
    this.#lotSize = lotSize;
  }

  take(chunk: Chunk): void {
    for (let row = 0; row < chunk.n; row++) {
      const at = (chunk.event[row] ?? 0) - this.#start;
      if (chunk.kind === 'trades') {
        const side = chunk.side[row] ?? 0;
        this.#trades.at.push(at);
        this.#trades.ticks.push(Math.round((chunk.price[row] ?? 0) / this.#tickSize));
        this.#trades.lots.push(Math.round((chunk.size[row] ?? 0) / this.#lotSize));
        this.#trades.side.push(side);
        this.#trades.opposite.push(side === SIDE_BUY ? this.#ask : this.#bid);
        this.#messages++;
      } else if (chunk.kind === 'quotes') {
        this.#bid = Math.round((chunk.bid[row] ?? 0) / this.#tickSize);
        this.#ask = Math.round((chunk.ask[row] ?? 0) / this.#tickSize);
        this.#quotes.at.push(at);
        this.#quotes.spread.push(this.#ask - this.#bid);
      } else if (chunk.kind === 'depth' && ((chunk.flags[row] ?? 0) & DEPTH_LAST) !== 0) this.#messages++;
    }
  }

  rows(lengthUs: number): MarketRows {
    return { lengthUs, trades: this.#trades, quotes: this.#quotes, messages: this.#messages };
  }
}
