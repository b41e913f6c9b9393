import { SIDE_BUY, SIDE_SELL, SIDE_UNKNOWN } from '../../domain/chunk.ts';
import type { RowBatch } from '../../domain/row-batch.ts';
import type { Micros } from '../../domain/time.ts';
import type { CsvColumns, CsvField } from './csv-columns.ts';
import { type Instant, readInstant, type TimeUnit } from './epoch.ts';

export interface CsvRowOptions {
  readonly columns: CsvColumns;
  readonly timeUnit: TimeUnit;
  readonly recvUnit: TimeUnit;
  /** Lines of another symbol are not ours. */
  readonly symbol: string | undefined;
  /** Bars: their length, and whether times stand at their start. */
  readonly span: Micros;
  readonly timesAtStart: boolean;
}

/** Takes the cells of a line; the reason when it is left out. */
export type CsvRow = (cells: readonly string[], batch: RowBatch) => string | undefined;

const BAD = 'bad line';
const SIDES: Readonly<Record<string, number>> = {
  buy: SIDE_BUY,
  b: SIDE_BUY,
  bid: SIDE_BUY,
  '1': SIDE_BUY,
  sell: SIDE_SELL,
  s: SIDE_SELL,
  a: SIDE_SELL,
  ask: SIDE_SELL,
  '-1': SIDE_SELL,
};

export function csvRow(options: CsvRowOptions): CsvRow {
  const { columns, timeUnit, recvUnit, symbol } = options;
  const write = writerOf(options);
  // Places that a file lacks read beyond the end of the line: an absent cell.
  const place = (field: CsvField): number => columns.at[field] ?? -1;
  const [ts, recv, id, name] = [place('ts'), place('recv'), place('id'), place('symbol')];
  const event: Instant = { us: 0, ns: 0 };
  const receipt: Instant = { us: 0, ns: 0 };
  const shift = columns.kind === 'bars' && options.timesAtStart ? options.span : 0;

  return (cells, batch) => {
    if (symbol !== undefined && cells[name] !== symbol) return 'line of another symbol';
    if (!readInstant(cells[ts] ?? '', timeUnit, event)) return BAD;
    event.us += shift;
    if (recv >= 0 && !readInstant(cells[recv] ?? '', recvUnit, receipt)) return BAD;
    const received = recv >= 0 ? receipt : event;
    const number = Number(cells[id] ?? 0);
    return write(cells, batch, Number.isSafeInteger(number) ? number : 0, event, received) ? undefined : BAD;
  };
}

type Write = (cells: readonly string[], batch: RowBatch, id: number, event: Instant, recv: Instant) => boolean;

function writerOf({ columns: { kind, at }, span }: CsvRowOptions): Write {
  const place = (field: CsvField): number => at[field] ?? -1;
  switch (kind) {
    case 'trades':
      return tradeWriter(place('price'), place('size'), place('side'), place('buyerIsMaker'));
    case 'quotes':
      return quoteWriter(place('bid'), place('bidSize'), place('ask'), place('askSize'));
    case 'bars':
      return barWriter(
        span,
        ['open', 'high', 'low', 'close'].map((field) => place(field as CsvField)),
        place('volume'),
        place('trades'),
      );
  }
}

function tradeWriter(price: number, size: number, side: number, buyerIsMaker: number): Write {
  return (cells, batch, id, event, recv) => {
    const value = numberOf(cells[price]);
    const quantity = size < 0 ? 0 : numberOf(cells[size]);
    // Spreads and, in April 2020, crude oil trade at prices of 0 and below.
    if (!(Number.isFinite(value) && quantity >= 0)) return false;
    batch.time(recv.us, recv.ns, event.us, event.ns);
    batch.trade(0, id, value, quantity, sideOf(cells[side], cells[buyerIsMaker]));
    return true;
  };
}

function quoteWriter(bid: number, bidSize: number, ask: number, askSize: number): Write {
  const size = (cells: readonly string[], at: number, price: number): number =>
    at < 0 || Number.isNaN(price) ? 0 : numberOf(cells[at]);
  return (cells, batch, id, event, recv) => {
    const [bidPrice, askPrice] = [numberOf(cells[bid]), numberOf(cells[ask])];
    const [bidQuantity, askQuantity] = [size(cells, bidSize, bidPrice), size(cells, askSize, askPrice)];
    const isPrice = (cell: string | undefined, price: number): boolean => cell === '' || Number.isFinite(price);
    if (!(isPrice(cells[bid], bidPrice) && isPrice(cells[ask], askPrice) && bidQuantity >= 0 && askQuantity >= 0))
      return false;
    batch.time(recv.us, recv.ns, event.us, event.ns);
    batch.quote(0, id, bidPrice, bidQuantity, askPrice, askQuantity);
    return true;
  };
}

function barWriter(span: Micros, prices: readonly number[], volume: number, trades: number): Write {
  return (cells, batch, _id, event, recv) => {
    const [open, high, low, close] = prices.map((at) => numberOf(cells[at])) as [number, number, number, number];
    const quantity = volume < 0 ? 0 : numberOf(cells[volume]);
    if (!(low <= open && open <= high && low <= close && close <= high && quantity >= 0)) return false;
    batch.time(recv.us, recv.ns, event.us, event.ns);
    batch.bar(0, span, open, high, low, close, quantity, trades < 0 ? 0 : numberOf(cells[trades]) || 0);
    return true;
  };
}

/** NaN for what is no number, also for an empty cell, which `Number` takes for 0. */
const numberOf = (cell: string | undefined): number => (cell === undefined || cell === '' ? Number.NaN : Number(cell));

function sideOf(side: string | undefined, buyerIsMaker: string | undefined): number {
  // A string just cut out of a line has to be hashed before it can be looked up; comparing is cheaper.
  if (side === 'buy') return SIDE_BUY;
  if (side === 'sell') return SIDE_SELL;
  if (side !== undefined) return SIDES[side.toLowerCase()] ?? SIDE_UNKNOWN;
  if (buyerIsMaker === undefined) return SIDE_UNKNOWN;
  return buyerIsMaker.toLowerCase() === 'true' || buyerIsMaker === '1' ? SIDE_SELL : SIDE_BUY;
}
