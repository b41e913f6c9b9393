import { interval, Observable, timer } from 'rxjs';
import {
  type Chunk,
  ChunkWriter,
  defineProvider,
  MICROS_PER_MS,
  MillraceError,
  type Provider,
  type ProviderEvent,
  RecentFingerprints,
} from '#core';
import { FrameReader } from './frame-reader.ts';
import { fetchHistory } from './history.ts';
import { Interest } from './interest.ts';
import { type FinnhubOptions, finnhubOptions } from './options.ts';
import { pollQuotes } from './quote-poll.ts';
import { Rest } from './rest.ts';
import { Session } from './session.ts';
import { checkSymbols, kindOf } from './symbols.ts';

/** Pings come once a minute, whatever the market does: two and a half of them missing means a dead line. */
const SILENCE_US = 150_000_000;
/** The stream has been seen to stop while its connection and pings went on. Stocks sleep at night; the rest does not. */
const DATA_SILENCE_US = 300_000_000;
const STABLE_US = 60_000_000;
/** Frames of half the window in which repetitions are known: memory stays bounded, however fast they come. */
const REMEMBERED_FRAMES = 10_000;
/** Two connections with one key may lose both: the next one waits for the way of a goodbye to the venue. */
const APART_MS = 200;

/**
 * Finnhub's stream of trades: stocks, crypto and forex.
 *
 * In       `demand`; a symbol is subscribed while somebody wants its trades or quotes
 * Out      trade chunks, one or more per frame, in the order of the frame, which need not be that of time. The venue tells no
 *          side, no number and no quote. A price without a trade is a quote of no size, or left out: see `priceUpdates`
 * Gaps     the venue repeats nothing, so what a lost connection missed is missing; bars come from history where the plan
 *          includes it
 * Errors   PROVIDER_CAP for more symbols than the plan streams; PROVIDER_SYMBOL; PROVIDER_AUTH
 */
export default defineProvider({
  type: 'finnhub',
  summary: 'Finnhub: trades of stocks, crypto and forex over one connection; bars where the plan has them.',
  options: finnhubOptions,
  loopback: () => import('./loopback/index.ts'),

  create: async ({ options, requested, net, link, log, random, wall }): Promise<Provider> => {
    const symbols = requested.map(({ symbol }) => symbol);
    if (symbols.length > options.maxSymbols) throw tooMany(symbols, options.maxSymbols);
    const rest = new Rest({ net, log, random, options });
    if (options.checkSymbols) await checkSymbols(requested, rest, log);

    const numbers = new Map(symbols.map((symbol, number) => [symbol, number]));
    const interest = new Interest(numbers);
    let sink: ((chunk: Chunk) => void) | undefined;
    const seen = options.duplicates > 0 ? new RecentFingerprints(REMEMBERED_FRAMES) : undefined;
    const reader = new FrameReader({
      numbers,
      interest,
      link,
      writer: new ChunkWriter((chunk) => sink?.(chunk)),
      seen,
      asQuote: Uint8Array.from(symbols, (symbol) => (isQuoted(symbol, options) ? 1 : 0)),
      conditions: options.conditions,
    });
    const pace = net.limit(`finnhub ${options.wsUrl} subscriptions`, {
      tokens: options.subscriptionsPerSecond,
      perMs: 1000,
    });
    const refused = new Map<string, string>();
    let leftAt = Number.NEGATIVE_INFINITY;

    const events: Provider['events'] = (demand) =>
      new Observable<ProviderEvent>((subscriber) => {
        sink = (chunk) => subscriber.next(chunk);
        let ended = false;
        const emit = (event: ProviderEvent): void => subscriber.next(event);
        const onLost = (error: unknown): void => {
          ended = true;
          subscriber.error(error);
        };
        const parts = { options, net, link, log, numbers, interest, reader, pace, refused, demand, emit, onLost };
        const session = new Session(parts);
        const wait = timer(Math.max(0, leftAt + APART_MS - net.now()), wall).subscribe(() => session.open());
        const silent = (): readonly string[] =>
          symbols.filter((symbol, i) => {
            const heard = interest.lately[i] === 1;
            interest.lately[i] = 0;
            return !heard && interest.quotes[i] === 1 && kindOf(symbol) === 'stock';
          });
        const turns = seen && interval(options.duplicates / MICROS_PER_MS / 2, wall).subscribe(() => seen.turn());
        const polls = pollQuotes({ rest, log, wall, everyUs: options.quotePoll, silent }).subscribe(emit);
        return () => {
          sink = undefined;
          wait.unsubscribe();
          polls.unsubscribe();
          turns?.unsubscribe();
          session.close();
          if (!ended) leftAt = net.now();
          log.debug('left out on this connection and those before it', reader.leftOut);
        };
      });

    return {
      instruments: requested,
      streams: symbols.some((symbol) => hasQuotes(symbol, options)) ? ['trades', 'quotes'] : ['trades'],
      connection: {
        silenceUs: SILENCE_US,
        dataSilenceUs: symbols.some((symbol) => kindOf(symbol) !== 'stock') ? DATA_SILENCE_US : 0,
        stableUs: STABLE_US,
      },
      events,
      history: (request) => fetchHistory(request, rest),
    };
  },
});

const isQuoted = (symbol: string, { priceUpdates }: FinnhubOptions): boolean =>
  priceUpdates === 'quotes' || (priceUpdates === 'auto' && kindOf(symbol) === 'forex');

/** Quotes come as price updates without a trade, or from asking for them now and then. */
const hasQuotes = (symbol: string, options: FinnhubOptions): boolean =>
  isQuoted(symbol, options) || (options.quotePoll > 0 && kindOf(symbol) === 'stock');

const tooMany = (symbols: readonly string[], cap: number): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_CAP',
    where: { path: 'instruments' },
    was: `${symbols.length} symbols; over the cap: ${symbols.slice(cap).join(', ')}`,
    expected: `at most ${cap} symbols, as the plan streams`,
    fix: 'remove those, or raise maxSymbols if your plan streams more',
  });
