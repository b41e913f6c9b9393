import { distinctUntilChanged, filter, map, merge, type Observable, observeOn, scan } from 'rxjs';
import { z } from 'zod';
import {
  type Decision,
  defineStrategy,
  type Instrument,
  instrumentName,
  rsi,
  type StrategyContext,
  sma,
  type Timeframe,
  targetPosition,
  timeframe,
  timeframeMicros,
  whenReady,
  withIndicators,
} from '#core';

const options = z.strictObject({
  timeframes: z
    .array(timeframe())
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'each timeframe once')
    .prefault(['1m', '5m', '15m', '1h'])
    .describe('Bars that vote, two votes each; looked at whenever a bar of the shortest closes.'),
  trend: z.int().positive().default(20).describe('Length of the average that the close is held against, in bars.'),
  momentum: z.int().positive().default(14).describe('Length of the RSI that is held against 50, in bars.'),
  agreement: z.number().gt(50).max(100).default(80).describe('Share of the votes that must agree, in percent.'),
  requireAll: z.boolean().default(true).describe('Wait until every timeframe has enough bars to vote.'),
  quantity: z.number().positive().default(1).describe('Position to hold, in contracts or coins.'),
  side: z.enum(['both', 'long']).default('both').describe('both: go short on a vote down; long: go flat.'),
  instruments: z.array(instrumentName()).min(1).optional().describe('Symbols to trade; default all of the run.'),
});

type Context = StrategyContext<z.output<typeof options>>;

/** What one timeframe says: 1 up, -1 down, 0 neither. */
interface View {
  readonly timeframe: Timeframe;
  readonly historical: boolean;
  readonly votes: readonly [trend: number, momentum: number];
}
type Board = ReadonlyMap<Timeframe, View>;

export default defineStrategy({
  type: 'confluence',
  summary:
    'Takes a side when trend and momentum of several timeframes agree, and keeps it until they agree on the other.',
  options,

  create: (context) => {
    const symbols = context.options.instruments ?? context.instruments.map(({ symbol }) => symbol);
    return merge(...symbols.map((symbol) => decisionsOf(context.instrumentOf(symbol), context)));
  },
});

function decisionsOf(instrument: Instrument, context: Context): Observable<Decision> {
  const { clock, options: given } = context;
  const [fastest, ...slower] = [...given.timeframes].sort((a, b) => span(a) - span(b)) as [Timeframe, ...Timeframe[]];
  // Bars that end together close shortest first. The shortest is looked at one turn of the run's clock later, so that at
  // 12:05 the vote knows the 5-minute bar that has just closed, on every run.
  const asked$ = viewsOf(instrument, fastest, context).pipe(observeOn(clock.scheduler));
  const others = slower.map((each) => viewsOf(instrument, each, context));

  return merge(asked$, ...others).pipe(
    scan(({ board }, view) => ({ view, board: new Map(board).set(view.timeframe, view) }), NOTHING_SEEN),
    filter(({ view }) => view?.timeframe === fastest && !view.historical),
    filter(({ board }) => board.size === given.timeframes.length || !given.requireAll),
    map(({ board }) => count(board, given.agreement)),
    filter(({ side }) => side !== 0),
    distinctUntilChanged((before, now) => before.side === now.side),
    map(({ side, reason }) =>
      targetPosition({
        instrument: instrument.symbol,
        quantity: side > 0 || given.side === 'both' ? side * given.quantity : 0,
        reason,
      }),
    ),
  );
}

const NOTHING_SEEN: { readonly view: View | undefined; readonly board: Board } = { view: undefined, board: new Map() };

function viewsOf(instrument: Instrument, each: Timeframe, { market, options: given }: Context): Observable<View> {
  const warmup = Math.max(given.trend, given.momentum + 1);
  return market.bars(instrument.symbol, each, { warmup }).pipe(
    withIndicators({ trend: sma(given.trend, instrument), momentum: rsi(given.momentum) }),
    whenReady(),
    map(({ historical, close, trend, momentum }) => ({
      timeframe: each,
      historical,
      votes: [Math.sign(close - trend), Math.sign(momentum - 50)],
    })),
  );
}

/** The side that enough votes are for, or 0. A vote for neither side counts as one that does not agree. */
function count(board: Board, agreement: number): { readonly side: -1 | 0 | 1; readonly reason: string } {
  const views = [...board.values()].sort((a, b) => span(a.timeframe) - span(b.timeframe));
  const votes = views.flatMap((view) => view.votes);
  const up = votes.filter((vote) => vote > 0).length;
  const down = votes.filter((vote) => vote < 0).length;
  const most = Math.max(up, down);
  const enough = 100 * most >= agreement * votes.length;
  const shown = views.map((view) => `${view.timeframe} ${view.votes.map((vote) => '-0+'[vote + 1]).join('')}`);
  return {
    side: enough ? (up > down ? 1 : -1) : 0,
    reason: `${most} of ${votes.length} votes ${up > down ? 'up' : 'down'}, trend and momentum: ${shown.join(', ')}`,
  };
}

const span = (each: Timeframe): number => timeframeMicros(each) ?? 0;
