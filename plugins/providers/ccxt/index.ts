import { firstValueFrom, from, Observable, race, timer } from 'rxjs';
import { type Chunk, ChunkWriter, defineProvider, type Provider, type ProviderEvent, type StreamName } from '#core';
import { type Exchange, wayTo } from './exchange.ts';
import { explain } from './explain.ts';
import { fetchHistory } from './history.ts';
import { InstrumentFeeds } from './instrument-feeds.ts';
import { loadExchange } from './load-exchange.ts';
import { instrumentsOf } from './markets.ts';
import { type CcxtOptions, ccxtOptions } from './options.ts';
import { Session } from './session.ts';
import type { Tools } from './tools.ts';

/** ccxt never hears the end of a socket that had ended before it was told to close it. */
const CLOSE_LIMIT_MS = 250;
/** ccxt shows a pong per `keepAlive`, and gives a line up after about three. */
const SILENT_KEEP_ALIVES = 4;
/** ccxt hides the answer to a subscription: only a first trade, book or candle says that it came about. */
const CONNECT_WITHIN_US = 300_000_000;

/**
 * Any exchange that the package ccxt has, through one interface. An exchange with a provider of its own is served better by
 * that: ccxt delivers states of the book now and then, and takes ten times the work per trade.
 *
 * In       `demand`; the streams that the exchange has, by socket or by asking again and again
 * Out      trades, each once; the book's best levels as a snapshot and differences, conflated; quotes from its top; bars
 * Gaps     trades that a lost connection missed are fetched where the exchange can, and come before newer ones
 * Errors   PROVIDER_PEER_MISSING without the package; PROVIDER_SYMBOL; PROVIDER_AUTH; those of the network
 */
export default defineProvider({
  type: 'ccxt',
  summary: 'A hundred crypto exchanges through the package ccxt: trades, the order book and bars.',
  options: ccxtOptions,
  loopback: () => import('./loopback/index.ts'),

  create: async ({ options, requested, net, link, log, wall, baseDir }): Promise<Provider> => {
    const exchange = await loadExchange(options, baseDir);
    await loadMarkets(exchange, options);
    const instruments = instrumentsOf(requested, exchange, options.exchange);
    const ways = {
      Trades: wayTo(exchange, 'Trades'),
      OrderBook: wayTo(exchange, 'OrderBook'),
      OHLCV: wayOfBars(exchange, options),
    };
    log.info(`${options.exchange}: what it has, and how`, ways);

    let sink: ((chunk: Chunk) => void) | undefined;
    const writer = new ChunkWriter((chunk) => sink?.(chunk));
    const tools: Tools = { exchange, options, writer, link, log, wall, now: () => net.now() };
    const feeds = new Map(instruments.map(({ symbol }, inst) => [symbol, new InstrumentFeeds(symbol, inst, tools)]));
    let closing: Promise<unknown> = Promise.resolve();

    const events: Provider['events'] = (demand) =>
      new Observable<ProviderEvent>((subscriber) => {
        sink = (chunk) => subscriber.next(chunk);
        const session = new Session({
          tools,
          feeds,
          demand,
          emit: (event) => subscriber.next(event),
          onLost: (error) => subscriber.error(explain(error, options.exchange, secretsOf(options))),
        });
        // The sockets of the connection before go first, or the new streams would share their end.
        const opening = from(closing).subscribe(() => session.open());
        return () => {
          opening.unsubscribe();
          session.close();
          sink = undefined;
          closing = closed(exchange, tools);
        };
      });

    return {
      instruments,
      streams: streamsOf(ways).filter((stream) => options.streams.includes(stream)),
      connection: { silenceUs: SILENT_KEEP_ALIVES * options.keepAlive, connectWithinUs: CONNECT_WITHIN_US },
      // What a lost connection missed is told of trade by trade and book by book.
      resumes: true,
      events,
      history: (request) => fetchHistory(request, tools),
      close: async () => void (await closed(exchange, tools)),
    };
  },
});

async function loadMarkets(exchange: Exchange, options: CcxtOptions): Promise<void> {
  try {
    await exchange.loadMarkets();
  } catch (error) {
    throw explain(error, options.exchange, secretsOf(options));
  }
}

/** Never rejects, and does not wait for a server that has stopped listening. */
function closed(exchange: Exchange, { wall }: Tools): Promise<unknown> {
  const done = Promise.resolve(exchange.close?.()).catch(() => undefined);
  return firstValueFrom(race(from(done), timer(CLOSE_LIMIT_MS, wall)));
}

const wayOfBars = (exchange: Exchange, { bars }: CcxtOptions): ReturnType<typeof wayTo> =>
  exchange.timeframes !== undefined && bars in exchange.timeframes ? wayTo(exchange, 'OHLCV') : undefined;

function streamsOf(ways: { readonly [what in 'Trades' | 'OrderBook' | 'OHLCV']: unknown }): readonly StreamName[] {
  return [
    ...(ways.Trades === undefined ? [] : (['trades'] as const)),
    ...(ways.OrderBook === undefined ? [] : (['quotes', 'depth'] as const)),
    ...(ways.OHLCV === undefined ? [] : (['bars'] as const)),
  ];
}

const secretsOf = ({ apiKey, secret, password }: CcxtOptions): readonly string[] =>
  [apiKey, secret, password].filter((text) => text !== undefined);
