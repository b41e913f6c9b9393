import {
  type Bar,
  DbnDecoder,
  type DbnSchema,
  type HistoryRequest,
  type HistoryRow,
  joinBars,
  timeframeMicros,
  unpackDbn,
} from '#core';
import type { Historical, Range } from './historical.ts';
import { stypeOf } from './symbology.ts';

/** Finest last. */
const BAR_SCHEMAS: readonly (readonly [DbnSchema, number])[] = [
  ['ohlcv-1d', 86_400_000],
  ['ohlcv-1h', 3_600_000],
  ['ohlcv-1m', 60_000],
  ['ohlcv-1s', 1000],
];
/** A window with a closed market in it holds fewer bars: each further look goes back as far as all before together. */
const MOST_LOOKS = 4;

/** Closed bars of the venue's history, put together to the length asked for; fewer than that when there are no more. */
export async function historyBars(historical: Historical, symbol: string, request: HistoryRequest): Promise<Bar[]> {
  const { timeframe, count } = request;
  const spanMs = (timeframeMicros(timeframe) ?? 0) / 1000;
  const source = BAR_SCHEMAS.find(([, ms]) => spanMs % ms === 0);
  if (source === undefined || spanMs === 0 || count <= 0) return [];
  const available = await historical.availableUntil();
  const end = Math.floor(Math.min(request.until, available) / spanMs) * spanMs;
  let bars: Bar[] = [];
  let until = end;
  for (let look = 0; look < MOST_LOOKS && bars.length < count; look++) {
    const from = until - Math.max(count * spanMs, end - until);
    const range: Range = { schema: source[0], stype: stypeOf(symbol), symbols: [symbol], from, until };
    await historical.pay([range]);
    bars = [...joinBars(await rowsOf(historical, range), request), ...bars];
    until = from;
  }
  return bars.slice(-count);
}

async function rowsOf(historical: Historical, range: Range): Promise<readonly HistoryRow[]> {
  const rows: HistoryRow[] = [];
  const price = (units: bigint): number => Number(units) / 1e9;
  const decoder = new DbnDecoder({
    record: (data, at) => {
      const record = decoder.read(data, at);
      if (record?.kind !== 'ohlcv') return;
      const { open, high, low, close, volume, tsEvent } = record;
      rows.push({
        start: Number(tsEvent / 1_000_000n),
        open: price(open),
        high: price(high),
        low: price(low),
        close: price(close),
        volume: Number(volume),
      });
    },
  });
  for await (const bytes of unpackDbn(await historical.stream(range))) decoder.push(bytes);
  decoder.end();
  return rows;
}
