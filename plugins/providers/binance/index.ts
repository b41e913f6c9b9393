import { Observable, type Subscriber } from 'rxjs';
import {
  ChunkWriter,
  type Demand,
  defineProvider,
  MICROS_PER_MS,
  MillraceError,
  type Provider,
  type ProviderEvent,
} from '#core';
import { barsOf, printsOf, snapshotOf } from './answers.ts';
import { BarFeed } from './bar-feed.ts';
import { BookFeed } from './book-feed.ts';
import { lookUp } from './exchange-info.ts';
import { FrameReader } from './frame-reader.ts';
import { fetchHistory } from './history.ts';
import { type BinanceOptions, binanceOptions } from './options.ts';
import { Rest } from './rest.ts';
import { Session } from './session.ts';
import type { Tools } from './tools.ts';
import { TradeFlow } from './trade-flow.ts';
import { TradeTails } from './trade-tails.ts';
import { VenueMarket } from './venue-market.ts';
import { VENUES, type Venue } from './venues.ts';

/** The market may be quiet; a connection that was accepted on an address that is served no longer is silent for good. */
const DATA_SILENCE_US = 120_000_000;

/**
 * Binance's public market data: trades, best quotes, the order book and bars, of spot or of the USD-margined futures. No
 * account is needed.
 *
 * In       `demand`: streams are subscribed and left as it changes
 * Out      chunks, one or more per frame; the book begins with a snapshot, and with another after every hole
 * Gaps     lost trades are fetched by number and come before newer ones, within `fillWait`; quotes and changes of the book
 *          that were lost are reported
 * Errors   PROVIDER_SYMBOL for a symbol that the venue does not list; CONFIG_INVALID_OPTION for bars of 1s on usd-m
 */
export default defineProvider({
  type: 'binance',
  summary: 'Binance spot and USD-M futures: trades, best quotes, the order book and bars. Needs no account.',
  options: binanceOptions,
  loopback: () => import('./loopback/index.ts'),

  create: async ({ options, requested, net, link, log, wall }): Promise<Provider> => {
    const venue = VENUES[options.market];
    // An address of one's own may know more than the venue.
    if (options.bars === '1s' && !venue.hasSecondBars && options.streamsUrl === undefined) throw noSecondBars();
    const rest = new Rest({ net, log }, venue, options);
    const instruments = await lookUp(requested, { rest, market: options.market, log });

    let sink: Subscriber<ProviderEvent> | undefined;
    const writer = new ChunkWriter((chunk) => sink?.next(chunk));
    const tools: Tools = { writer, tails: new TradeTails(instruments.length), link, log, net, wall };
    const markets = new Map(
      instruments.map(({ symbol }, inst) => [symbol, makeMarket(symbol, inst, { venue, options, rest, tools })]),
    );
    const reader = new FrameReader(markets, tools);

    const events = (demand: Demand): Observable<ProviderEvent> =>
      new Observable((subscriber) => {
        sink = subscriber;
        const session = new Session({
          venue,
          options,
          tools,
          markets,
          reader,
          demand,
          onLive: () => subscriber.next({ kind: 'status', state: 'live' }),
          onLost: (error) => subscriber.error(error),
        });
        session.open();
        return () => {
          sink = undefined;
          session.close();
        };
      });

    return {
      instruments,
      streams: options.streams,
      connection: { dataSilenceUs: DATA_SILENCE_US },
      // What a lost connection lacks is told of stream by stream, when it is known.
      resumes: true,
      events,
      history: (request) => fetchHistory(request, rest, venue.hasSecondBars),
    };
  },
});

function makeMarket(
  symbol: string,
  inst: number,
  { venue, options, rest, tools }: { venue: Venue; options: BinanceOptions; rest: Rest; tools: Tools },
): VenueMarket {
  const kind = options.trades ?? venue.defaultTrades;
  const levels = venue.depths.find((each) => each >= options.levels) ?? venue.depths.at(-1) ?? options.levels;
  const canFill = venue.prints[kind] !== undefined;
  return new VenueMarket({
    symbol,
    inst,
    writer: tools.writer,
    link: tools.link,
    trades: new TradeFlow(symbol, inst, tools, {
      waitMs: options.fillWait / MICROS_PER_MS,
      most: options.fillMost,
      fetch: canFill ? async (from) => printsOf(await rest.prints(kind, symbol, from)) : undefined,
    }),
    book: new BookFeed(symbol, inst, tools, async () =>
      snapshotOf(await rest.depth(symbol, levels), Math.round(tools.net.now() * MICROS_PER_MS)),
    ),
    bars: new BarFeed({
      symbol,
      inst,
      tools,
      timeframe: options.bars,
      fetch: async (startTime, limit) =>
        barsOf(await rest.klines({ symbol, interval: options.bars, startTime, limit })),
    }),
  });
}

const noSecondBars = (): MillraceError =>
  new MillraceError({
    code: 'CONFIG_INVALID_OPTION',
    where: { path: 'bars' },
    was: '1s',
    expected: 'a timeframe that usd-m has: 1m or longer',
    fix: 'write bars: 1m, or leave them out: bars are made of trades as well',
  });
