import { type Body, done, failed } from './envelope.ts';

const SPANS_MS = [0, 1000, 60_000, 3_600_000, 86_400_000];
const MOST = 20_000;
/** Every so many intervals there is no trade, and so no bar. */
const QUIET = 17;

/** Bars that follow from their time alone, so that a window gives the same ones whenever it is asked for. Newest first. */
export function venueBars(body: Body): Body {
  const unitMs = SPANS_MS[Number(body['unit'])];
  const limit = Number(body['limit']);
  if (unitMs === undefined || unitMs === 0) return failed(2);
  if (!(Number(body['unitNumber']) >= 1)) return failed(3);
  if (!(limit >= 1 && limit <= MOST)) return failed(4);
  const spanMs = unitMs * Number(body['unitNumber']);
  const first = Math.ceil(Date.parse(String(body['startTime'])) / spanMs);
  const bars: Body[] = [];
  let last = Math.floor(Date.parse(String(body['endTime'])) / spanMs) - 1;
  for (; last >= first && bars.length < limit; last--) if (last % QUIET !== 0) bars.push(barAt(last, spanMs));
  return done({ bars });
}

function barAt(index: number, spanMs: number): Body {
  const close = priceAt(index);
  const open = priceAt(index - 1);
  const t = new Date(index * spanMs).toISOString().replace('.000Z', '+00:00');
  return { t, o: open, h: Math.max(open, close) + 1, l: Math.min(open, close) - 1, c: close, v: 10 + (index % 90) };
}

/** On the quarter-point grid. */
const priceAt = (index: number): number => 20_000 + Math.round(400 * Math.sin(index / 50)) / 4;
