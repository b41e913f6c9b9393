import { pino } from 'pino';
import type { RunConfig } from '../../core/config/run-config.ts';
import type { StrategyPlugin } from '../../core/plugin/define.ts';
import type { Recording } from '../../core/plugin/provider.ts';
import { Run } from '../../core/runtime/run.ts';
import maxPosition from '../../plugins/risk/max-position.ts';
import orderRate from '../../plugins/risk/order-rate.ts';
import { START, type Trades } from '../data/trades.ts';
import { crossStrategy } from './cross-strategy.ts';
import { type Listening, listeners } from './listeners.ts';
import type { Outcome } from './outcome.ts';
import { MAX_POSITION, ORDER_WINDOW_US, ordersPerWindow, SLIPPAGE_TICKS, STRATEGY } from './rules.ts';

/** A run as the command line would build it, without persistence. */
export const makeProduct = (
  recording: Recording,
  listening: Listening,
  strategy: StrategyPlugin = crossStrategy,
): Run =>
  new Run({
    id: 'bench',
    config: configFor(recording.instruments.length, listening, strategy),
    mode: 'replay',
    providers: [{ name: 'bench', provider: { recording } }],
    startedAt: recording.from,
    ownClock: true,
    logger: pino({ level: 'silent' }),
    print: () => undefined,
    version: 'bench',
  });

/** One that has begun and waits for `feed`. */
export async function startProduct(
  { instruments }: Trades,
  listening: Listening,
  strategy?: StrategyPlugin,
): Promise<Run> {
  const run = makeProduct({ instruments, from: START, until: START, batches: noBatches }, listening, strategy);
  await run.start();
  return run;
}

export function feed(run: Run, { chunks }: Trades): void {
  for (const chunk of chunks) run.pieces.intake.replay(chunk, 0, chunk.n);
}

/** Takes the run down and says what it did. */
export async function finishProduct(run: Run): Promise<Outcome> {
  run.requestStop('the data ended');
  run.requestEnd();
  const { decisionHash, decisions, orders, fills, refusals, pnl } = await run.finish();
  return { decisionHash, decisions, orders, fills, refusals, pnlTicks: Math.round((pnl.realised + pnl.open) * 100) };
}

const configFor = (instruments: number, listening: Listening, strategy: StrategyPlugin): RunConfig => ({
  name: 'bench',
  file: undefined,
  baseDir: '.',
  mode: 'paper',
  seed: 0,
  instruments: [],
  providers: [],
  strategies: [
    { key: STRATEGY, plugin: strategy, options: {}, version: '' },
    { key: 'listeners', plugin: listeners, options: listening, version: '' },
  ],
  risk: [
    { key: 'max-position', plugin: maxPosition, options: { contracts: MAX_POSITION, per: 'account' }, version: '' },
    {
      key: 'order-rate',
      plugin: orderRate,
      options: { orders: ordersPerWindow(instruments), per: ORDER_WINDOW_US },
      version: '',
    },
  ],
  persistence: [],
  services: [],
  paper: { latencyUs: 0, slippageTicks: SLIPPAGE_TICKS, feePerContract: 0 },
  run: { onStop: 'keep', barGraceUs: 0 },
  source: {},
});

async function* noBatches(): AsyncGenerator<never> {}
