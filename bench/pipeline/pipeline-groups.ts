import type { Run } from '../../core/runtime/run.ts';
import { makeTrades, type Trades } from '../data/trades.ts';
import type { Group } from '../figure.ts';
import type { Case } from '../measure.ts';
import { FusedPipeline } from './fused.ts';
import type { Listening } from './listeners.ts';
import { demandEqual, type Outcome } from './outcome.ts';
import { feed, finishProduct, startProduct } from './product.ts';

interface Variant {
  readonly name: string;
  readonly listening: Listening;
  readonly atMost?: number | undefined;
}

/** The limit builds bars of four timeframes; the product builds what somebody wants. The last variant wants all of them. */
const VARIANTS: readonly Variant[] = [
  { name: 'RxJS strategy on 5 s bars', listening: { bars: [], ticks: 'none' }, atMost: 2 },
  { name: '+ a tick subscriber per instrument', listening: { bars: [], ticks: 'subscriber' }, atMost: 3.5 },
  { name: '+ map, scan, filter on the ticks of each', listening: { bars: [], ticks: 'operators' } },
  { name: 'strategy + bars of 1 s, 1 m, 5 m delivered', listening: { bars: ['1s', '1m', '5m'], ticks: 'none' } },
];
/** The targets are for up to this many instruments; beyond it caches decide. */
const TARGET_INSTRUMENTS = 100;

// The engine forgets the compiled code of a class whose last object is gone: the latest run stays reachable.
const kept: { run: Run | undefined } = { run: undefined };

/** The whole way from trades to fills, for one number of instruments. Throws when a variant decides differently. */
export function pipelineGroup(instruments: number, rows: number, rounds: number): Group {
  const trades = makeTrades(rows, instruments);
  const expected = fusedOutcome(trades);
  const hasTarget = instruments <= TARGET_INSTRUMENTS;
  return {
    name: `pipeline, ${instruments} instrument${instruments === 1 ? '' : 's'}, ${expected.decisionHash.slice(0, 12)}`,
    per: 'trade',
    rounds,
    cases: [
      { name: 'limit: one loop by hand', operations: rows, start: () => startFused(trades, expected) },
      ...VARIANTS.map((variant) => ({
        ...productCase(trades, variant, expected),
        atMost: hasTarget ? variant.atMost : undefined,
      })),
    ],
  };
}

export function fusedOutcome(trades: Trades): Outcome {
  const fused = new FusedPipeline(trades);
  fused.run(trades);
  return fused.outcome();
}

function startFused(trades: Trades, expected: Outcome): ReturnType<Case['start']> {
  const fused = new FusedPipeline(trades);
  return { run: () => fused.run(trades), finish: () => demandEqual('limit', fused.outcome(), expected) };
}

const productCase = (trades: Trades, { name, listening }: Variant, expected: Outcome): Case => ({
  name,
  operations: trades.rows,
  start: async () => {
    const run = await startProduct(trades, listening);
    kept.run = run;
    return {
      run: () => feed(run, trades),
      finish: async () => demandEqual(name, await finishProduct(run), expected),
    };
  },
});
