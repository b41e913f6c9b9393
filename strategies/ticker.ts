import { combineLatest, ignoreElements, map, merge, type Observable, scan, startWith, tap, withLatestFrom } from 'rxjs';
import { z } from 'zod';
import {
  type ConnectionStatus,
  defineStrategy,
  duration,
  type Instrument,
  type Market,
  type StrategyContext,
  type Timeframe,
  timeframe,
} from '#core';

const options = z.strictObject({
  prices: duration('1s').describe('How often to print the prices.'),
  health: duration('10s').describe('How often to print counts and connections.'),
  timeframe: timeframe('1m').describe('Bars to count.'),
});

type Context = StrategyContext<z.output<typeof options>>;

export default defineStrategy({
  type: 'ticker',
  summary: 'Trades nothing: prints prices every second, and counts and connections every ten.',
  options,

  create: (context) =>
    merge(...context.instruments.map((instrument) => prices(instrument, context)), health(context)).pipe(
      tap(context.print),
      ignoreElements(),
    ),
});

/** What has traded since the start. */
interface Tally {
  readonly first: number;
  readonly last: number;
  readonly volume: number;
  readonly ticks: number;
}

const tally = (market: Market, symbol: string): Observable<Tally> =>
  market.trades(symbol).pipe(
    scan(
      ({ first, volume, ticks }: Tally, { price, size }) => ({
        first: ticks === 0 ? price : first,
        last: price,
        volume: volume + size,
        ticks: ticks + 1,
      }),
      { first: 0, last: 0, volume: 0, ticks: 0 },
    ),
  );

/** Nothing until the first trade. */
function prices(instrument: Instrument, { clock, market, options: given }: Context): Observable<string> {
  return clock.every(`${given.prices}us`).pipe(
    withLatestFrom(tally(market, instrument.symbol)),
    map(([, { first, last, volume }]) => {
      const change = instrument.price(instrument.ticks(last) - instrument.ticks(first));
      const percent = ((100 * (last - first)) / first).toFixed(2);
      const traded = instrument.quantity(instrument.lots(volume));
      return `${instrument.symbol}  ${last}  ${plus(change)}  ${plus(percent)} %  volume ${traded}`;
    }),
  );
}

function health({ clock, market, instruments, options: given }: Context): Observable<string> {
  const counts = instruments.map(({ symbol }) => countsOf(symbol, given.timeframe, market));
  return clock.every(`${given.health}us`).pipe(
    withLatestFrom(combineLatest([...counts, connections(market)])),
    map(([, lines]) => lines.join('; ')),
  );
}

function countsOf(symbol: string, each: Timeframe, market: Market): Observable<string> {
  const ticks$ = tally(market, symbol).pipe(
    map(({ ticks }) => ticks),
    startWith(0),
  );
  const bars$ = market.bars(symbol, each).pipe(
    scan((bars) => bars + 1, 0),
    startWith(0),
  );
  return combineLatest([ticks$, bars$]).pipe(
    map(([ticks, bars]) => `${symbol} ${ticks} ticks, ${bars} bars of ${each}`),
  );
}

const connections = (market: Market): Observable<string> =>
  market.status().pipe(
    scan((known, status) => new Map(known).set(status.provider, status), new Map<string, ConnectionStatus>()),
    map((known) =>
      [...known.values()].map(({ provider, state, health: of }) => `${provider} ${state} ${of} %`).join(', '),
    ),
    startWith('no connection'),
  );

const plus = (value: number | string): string => (Number(value) > 0 ? `+${value}` : `${value}`);
