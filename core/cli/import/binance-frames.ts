import { statSync } from 'node:fs';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { RowBatch } from '../../domain/row-batch.ts';
import type { Micros } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import { readFrameLine } from './binance-frame-line.ts';
import { BinanceMarket } from './binance-market.ts';
import { BinanceSurvey, type SightedMarket } from './binance-survey.ts';
import type { Instant } from './epoch.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportBatch, ImportPlan, ImportSource } from './import-plan.ts';
import type { ImportReport } from './import-report.ts';
import { firstLines, readLines } from './read-lines.ts';

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
  const survey = new BinanceSurvey();
  const starts: Micros[] = [];
  for (const file of files) starts.push(survey.add(await firstLines(file, SURVEY_LINES)));
  const found = [...survey.markets.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  if (found.length === 0) throw noData(files);
  if (found.length > 1 && options.instrument !== undefined) throw oneName(found.map(({ symbol }) => symbol));

  const markets = new Map(found.map((market, i) => [market.symbol, new BinanceMarket(i, market, report)]));
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
  markets: ReadonlyMap<string, BinanceMarket>,
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
  marketOf: (symbol: string | undefined) => BinanceMarket | undefined,
): string | undefined {
  const frame = readFrameLine(line, recv);
  if (frame === undefined) return 'bad line';
  if (frame.kind === 'other') return `frame of no use here: ${frame.name}`;
  const market = marketOf(frame.symbol);
  if (market === undefined) return 'frame of an unknown symbol';
  return market.take(frame, recv, batch);
}

function specOf(
  { symbol, prices, sizes }: SightedMarket,
  options: ImportOptions,
  report: ImportReport,
): InstrumentSpec {
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
