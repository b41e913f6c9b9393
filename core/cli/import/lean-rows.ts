import { SIDE_UNKNOWN } from '../../domain/chunk.ts';
import type { RowBatch } from '../../domain/row-batch.ts';
import { MICROS_PER_MS, type Micros } from '../../domain/time.ts';
import type { ImportReport } from './import-report.ts';
import { barSpan, type LeanFile, midnight } from './lean-file.ts';

/** Equity prices are whole ten-thousandths of a dollar. */
const EQUITY_PRICE_UNITS = 10_000;

/** Takes one line of a LEAN file; false when it is not what the file should hold. */
export type LeanLine = (line: string, batch: RowBatch) => boolean;

/** The reader of a file's lines. Imports have no receipt times, so receipt is venue time: for bars, their end. */
export function leanLine(of: LeanFile, report: ImportReport): LeanLine {
  const price = of.equity ? (text = '') => Number(text) / EQUITY_PRICE_UNITS : (text = '') => Number(text);
  const start = of.date === undefined ? undefined : midnight(of.date, of.equity);
  const span = barSpan(of.resolution);
  const time = (text: string): Micros =>
    start === undefined ? minuteOf(text, of.equity) : start + Number(text) * MICROS_PER_MS;
  if (span !== undefined) return of.type === 'trade' ? tradeBar(time, price, span) : quoteBar(time, price, span);
  return of.type === 'trade' ? tradeTick(time, price, report) : quoteTick(time, price, report);
}

type Time = (text: string) => Micros;
type Price = (text?: string) => number;

/** ms, price, quantity, market, condition, suspicious */
function tradeTick(time: Time, price: Price, report: ImportReport): LeanLine {
  return (line, batch) => {
    const cells = line.split(',');
    const at = time(cells[0] ?? '');
    const value = price(cells[1]);
    const size = Number(cells[2]);
    if (!(at > 0 && value > 0 && size >= 0)) return false;
    // LEAN's own minute bars of futures count both of these, so they stay.
    if (size === 0) report.note('trades of quantity 0 that set a price (kept)');
    if (cells[5] === '1') report.note('trades marked suspicious (kept)');
    batch.time(at, 0, at, 0);
    batch.trade(0, 0, value, size, SIDE_UNKNOWN);
    return true;
  };
}

/**
 * ms, bid, bid size, ask, ask size, exchange, condition, suspicious. Each row is a new best bid or a new best ask of the
 * whole market, the other side is 0; a quote is the latest of both. Suspicious rows stay out, as in LEAN's minute bars.
 */
function quoteTick(time: Time, price: Price, report: ImportReport): LeanLine {
  const best = { bid: Number.NaN, bidSize: 0, ask: Number.NaN, askSize: 0 };
  return (line, batch) => {
    const cells = line.split(',');
    const at = time(cells[0] ?? '');
    const [bid, bidSize, ask, askSize] = [price(cells[1]), Number(cells[2]), price(cells[3]), Number(cells[4])];
    if (!(at > 0 && bid >= 0 && ask >= 0 && bidSize >= 0 && askSize >= 0)) return false;
    if (cells[7] === '1') {
      report.note('quotes marked suspicious (left out)');
      return true;
    }
    if (bid > 0) Object.assign(best, { bid, bidSize });
    if (ask > 0) Object.assign(best, { ask, askSize });
    batch.time(at, 0, at, 0);
    batch.quote(0, 0, best.bid, best.bidSize, best.ask, best.askSize);
    return true;
  };
}

/** time, open, high, low, close, volume */
function tradeBar(time: Time, price: Price, span: Micros): LeanLine {
  return (line, batch) => {
    const cells = line.split(',');
    const end = time(cells[0] ?? '') + span;
    const [open, high, low, close] = [price(cells[1]), price(cells[2]), price(cells[3]), price(cells[4])];
    const volume = Number(cells[5]);
    if (!(end > 0 && low > 0 && low <= open && open <= high && low <= close && close <= high && volume >= 0))
      return false;
    batch.time(end, 0, end, 0);
    batch.bar(0, span, open, high, low, close, volume, 0);
    return true;
  };
}

/** time, bid open/high/low/close, bid size, ask open/high/low/close, ask size: a quote of the closing values. */
function quoteBar(time: Time, price: Price, span: Micros): LeanLine {
  return (line, batch) => {
    const cells = line.split(',');
    const end = time(cells[0] ?? '') + span;
    const bid = cells[4] ? price(cells[4]) : Number.NaN;
    const ask = cells[9] ? price(cells[9]) : Number.NaN;
    if (!(end > 0) || cells.length < 11) return false;
    batch.time(end, 0, end, 0);
    batch.quote(0, 0, bid, Number(cells[5]), ask, Number(cells[10]));
    return true;
  };
}

/** `20131006 22:00` */
function minuteOf(text: string, equity: boolean): Micros {
  const [date = '', clock = ''] = text.split(' ');
  const [hours, minutes] = clock.split(':');
  return midnight(date, equity) + (Number(hours) * 60 + Number(minutes)) * 60_000_000;
}
