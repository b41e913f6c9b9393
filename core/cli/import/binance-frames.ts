import { statSync } from 'node:fs';
import { DEPTH_LAST, DEPTH_SNAPSHOT, SIDE_BUY, SIDE_SELL } from '../../domain/chunk.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { Micros } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { type BinanceFrame, type DepthMessage, readFrame } from './binance-frame.ts';
import { DepthSync } from './depth-sync.ts';
import { type Instant, readInstant } from './epoch.ts';
import { GridGuess } from './grid-guess.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportBatch, ImportPlan, ImportSource } from './import-plan.ts';
import type { ImportReport } from './import-report.ts';
import { firstLines, readLines } from './read-lines.ts';
import { RowBatch } from './row-batch.ts';

const SURVEY_LINES = 20_000;

/**
 * Raw frames of Binance as a recorder wrote them: `<receipt time, ns> <frame as JSON>` per line, plain or gzip. Spot,
 * USD-M and COIN-M; `trade`, `bookTicker` and diff `depth` with the REST snapshot as a line of its own. Prices and sizes
 * of depth are absolute. `aggTrade` stands in where there is no `trade`.
 *
 * Errors: IMPORT_NO_DATA, IMPORT_ONE_NAME
 */
export async function planBinanceFrames(
  files: readonly string[],
  options: ImportOptions,
  report: ImportReport,
): Promise<ImportPlan> {
  const survey = new Survey();
  const starts: Micros[] = [];
  for (const file of files) starts.push(survey.add(await firstLines(file, SURVEY_LINES)));
  const found = [...survey.markets.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  if (found.length === 0) throw noData(files);
  if (found.length > 1 && options.instrument !== undefined) throw oneName(found.map(({ symbol }) => symbol));

  const markets = new Map(found.map((market, i) => [market.symbol, new Market(i, market, report)]));
  return {
    instruments: found.map((market) => specOf(market, options, report)),
    sources: files.map(
      (file, i): ImportSource => ({
        file,
        startsAt: starts[i] ?? -Infinity,
        bytes: statSync(file).size,
        batches: () => readRows(file, markets, report),
      }),
    ),
  };
}

async function* readRows(
  file: string,
  markets: ReadonlyMap<string, Market>,
  report: ImportReport,
): AsyncGenerator<ImportBatch> {
  const batch = new RowBatch();
  const recv: Instant = { us: 0, ns: 0 };
  const only = markets.size === 1 ? [...markets.values()][0] : undefined;
  for await (const { lines, first, progress } of readLines(file, report)) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] ?? '';
      const reason = readLine(line, recv, batch, (symbol) => (symbol === undefined ? only : markets.get(symbol)));
      if (reason !== undefined) report.skip(reason, file, first + i, line);
    }
    yield { runs: batch.runs, progress };
    batch.clear();
  }
  for (const market of markets.values()) market.end();
  if (batch.stepsBack > 0) report.note('rows older than the row before (receipt time raised)', batch.stepsBack);
}

/** Takes one line; the reason when it is left out. */
function readLine(
  line: string,
  recv: Instant,
  batch: RowBatch,
  marketOf: (symbol: string | undefined) => Market | undefined,
): string | undefined {
  const frame = parse(line, recv);
  if (frame === undefined) return 'bad line';
  if (frame.kind === 'other') return `frame of no use here: ${frame.name}`;
  const market = marketOf(frame.symbol);
  if (market === undefined) return 'frame of an unknown symbol';
  return market.take(frame, recv, batch);
}

function parse(line: string, recv: Instant): BinanceFrame | undefined {
  const space = line.indexOf(' ');
  if (!readInstant(line.slice(0, space), 'ns', recv)) return undefined;
  try {
    return readFrame(line.slice(space + 1));
  } catch {
    // Whatever is wrong with it, a line that is no frame is counted by the caller and the import goes on.
    return undefined;
  }
}

/** One instrument of the recording: turns its frames into rows. */
class Market {
  readonly #inst: number;
  readonly #hasTrades: boolean;
  readonly #sync: DepthSync;
  readonly #recv: Instant = { us: 0, ns: 0 };
  #batch: RowBatch | undefined;

  constructor(inst: number, { hasTrades }: Sighted, report: ImportReport) {
    this.#inst = inst;
    this.#hasTrades = hasTrades;
    this.#sync = new DepthSync({
      apply: (message, snapshot) => this.#writeDepth(message, snapshot),
      lost: () => {
        report.note('holes in the depth stream (book cleared until the next snapshot)');
        this.#clearBook();
      },
      leftOut: (reason, count) => report.note(`${reason} (left out)`, count),
    });
  }

  take(frame: Exclude<BinanceFrame, { kind: 'other' }>, recv: Instant, batch: RowBatch): string | undefined {
    this.#batch = batch;
    Object.assign(this.#recv, recv);
    switch (frame.kind) {
      case 'depth':
        this.#sync.change(frame.depth);
        return undefined;
      case 'snapshot':
        this.#sync.snapshot(frame.depth);
        return undefined;
      case 'quote':
        this.#time(frame.event);
        batch.quote(this.#inst, frame.id, ...side(frame.bid, frame.bidSize), ...side(frame.ask, frame.askSize));
        return undefined;
      case 'aggTrade':
        if (this.#hasTrades) return 'aggTrade beside trade';
        return this.#writeTrade(frame, batch);
      case 'trade':
        return this.#writeTrade(frame, batch);
    }
  }

  end(): void {
    this.#sync.end();
  }

  #writeTrade(frame: Extract<BinanceFrame, { kind: 'trade' | 'aggTrade' }>, batch: RowBatch): string | undefined {
    const price = Number(frame.price);
    if (price === 0) return 'trade without a price';
    this.#time(frame.event);
    // The maker was there first: a buyer who made the price was hit by a seller.
    batch.trade(this.#inst, frame.id, price, Number(frame.size), frame.buyerIsMaker ? SIDE_SELL : SIDE_BUY);
    return undefined;
  }

  #writeDepth({ last, event, bids, asks }: DepthMessage, snapshot: boolean): void {
    this.#time(event);
    const end = bids.length + asks.length;
    for (let i = 0; i < end; i += 2) {
      const isBid = i < bids.length;
      const [levels, at] = isBid ? [bids, i] : [asks, i - bids.length];
      const flags = (snapshot && i === 0 ? DEPTH_SNAPSHOT : 0) | (i + 2 === end ? DEPTH_LAST : 0);
      this.#batch?.depth(this.#inst, last, isBid ? SIDE_BUY : SIDE_SELL, levels[at] ?? 0, levels[at + 1] ?? 0, flags);
    }
    if (snapshot && end === 0) this.#clearBook();
  }

  /** A book with a hole in it looks right and is not; an empty one says so. */
  #clearBook(): void {
    this.#time(undefined);
    this.#batch?.depth(this.#inst, 0, SIDE_BUY, 0, 0, DEPTH_SNAPSHOT | DEPTH_LAST);
  }

  /** Receipt time stands in for a venue time that is not there. */
  #time(event: Micros | undefined): void {
    const { us, ns } = this.#recv;
    this.#batch?.time(us, ns, event ?? us, event === undefined ? ns : 0);
  }
}

/** A side of a best quote; Binance writes 0 for one that is empty. */
function side(price: string, size: string): [price: number, size: number] {
  const value = Number(price);
  return value === 0 ? [Number.NaN, 0] : [value, Number(size)];
}

interface Sighted {
  readonly symbol: string;
  hasTrades: boolean;
  readonly prices: GridGuess;
  readonly sizes: GridGuess;
}

/** What the first lines show: which symbols, which streams, which grids. */
class Survey {
  readonly markets = new Map<string, Sighted>();

  /** Receipt time of the first frame. */
  add(lines: readonly string[]): Micros {
    const recv: Instant = { us: 0, ns: 0 };
    let start = Infinity;
    for (const line of lines) {
      const frame = parse(line, recv);
      if (frame === undefined) continue;
      start = Math.min(start, recv.us);
      if (frame.kind !== 'other' && frame.symbol !== undefined) this.#see(frame, frame.symbol);
    }
    return start === Infinity ? -Infinity : start;
  }

  #see(frame: BinanceFrame, symbol: string): void {
    const market = this.markets.get(symbol) ?? {
      symbol,
      hasTrades: false,
      prices: new GridGuess(),
      sizes: new GridGuess(),
    };
    this.markets.set(symbol, market);
    if (frame.kind === 'trade') market.hasTrades = true;
    if (frame.kind === 'trade' || frame.kind === 'aggTrade') {
      market.prices.add(frame.price);
      market.sizes.add(frame.size);
    } else if (frame.kind === 'depth') {
      for (const levels of [frame.depth.bids, frame.depth.asks]) {
        for (const [i, value] of levels.entries()) (i % 2 === 0 ? market.prices : market.sizes).add(String(value));
      }
    }
  }
}

function specOf({ symbol, prices, sizes }: Sighted, options: ImportOptions, report: ImportReport): InstrumentSpec {
  const tickSize = options.tickSize ?? prices.step();
  if (options.tickSize === undefined)
    report.note(`tick size ${tickSize} of ${symbol} taken from the prices (--tick-size sets another)`);
  return {
    symbol: options.instrument ?? symbol,
    tickSize,
    pointValue: options.pointValue,
    lotSize: sizes.decimalStep(),
    currency: /(USDT|USDC|USD)(?:_|$)/.exec(symbol)?.[1],
  };
}

const noData = (files: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'IMPORT_NO_DATA',
    where: { file: files[0] },
    was: `no Binance frame in the first ${SURVEY_LINES} lines`,
    expected: 'lines such as 1723161255088176367 {"stream":"btcusdt@trade","data":{…}}',
    fix: 'check the format; csv and lean files have importers of their own',
  });

const oneName = (symbols: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'IMPORT_ONE_NAME',
    where: { path: '--instrument' },
    was: `one name for ${symbols.join(', ')}`,
    expected: 'a recording of one symbol',
    fix: 'leave --instrument out; the symbols keep their names',
  });
