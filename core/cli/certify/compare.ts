import type { MarketEvent } from '../../plugin/loopback.ts';
import { fail } from './wait.ts';

type Fields = Readonly<Record<string, unknown>>;
type Pair = readonly [sent: Fields, seen: Fields];

interface Shape {
  readonly exact: readonly string[];
  /** Fields that not every venue has, and what stands there then. Either all rows have one or none. */
  readonly optional: Readonly<Record<string, unknown>>;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  trade: { exact: ['price', 'size', 'tsEvent'], optional: { side: 'unknown' } },
  quote: { exact: ['bid', 'ask'], optional: { bidSize: 0, askSize: 0 } },
  bar: { exact: ['start', 'timeframe', 'open', 'high', 'low', 'close', 'volume'], optional: { trades: 0 } },
};
const RECEIPT_MS = 3000;

/** Holds what came out against what was sent, one by one and in order. Answers what the venue does not carry. */
export function compare(sent: readonly MarketEvent[], seen: readonly MarketEvent[]): string | undefined {
  if (seen.length !== sent.length) fail(`${sent.length} were sent and ${seen.length} came out`);
  const pairs: Pair[] = sent.map((event, i) => [{ ...event }, { ...(seen[i] ?? event) }]);
  const shape = SHAPES[sent[0]?.kind ?? ''];
  if (shape === undefined) return undefined;
  for (const field of ['instrument', ...shape.exact]) requireEqual(pairs, field);
  const remarks = Object.entries(shape.optional).map(([field, nothing]) => optional(pairs, field, nothing));
  const kind = sent[0]?.kind;
  if (kind === 'quote') remarks.push(venueTime(pairs));
  if (kind === 'trade') remarks.push(numbers(pairs));
  const said = remarks.filter((remark) => remark !== undefined);
  return said.length === 0 ? undefined : `the venue has ${said.join(', ')}`;
}

function requireEqual(pairs: readonly Pair[], field: string): void {
  pairs.forEach(([sent, seen], i) => {
    if (!same(sent[field], seen[field])) {
      fail(
        `${String(sent['kind'])} ${i + 1} of ${pairs.length}: ${field} was sent as ${String(sent[field])} and came out as ${String(seen[field])}`,
      );
    }
  });
}

function optional(pairs: readonly Pair[], field: string, nothing: unknown): string | undefined {
  if (pairs.every(([, seen]) => (seen[field] ?? nothing) === nothing)) return `no ${field}`;
  requireEqual(pairs, field);
  return undefined;
}

/** Quotes of some venues have no time of their own; ours stands in. */
function venueTime(pairs: readonly Pair[]): string | undefined {
  const late = pairs.map(([sent, seen]) => Number(seen['tsEvent'] ?? sent['tsEvent']) - Number(sent['tsEvent']));
  if (late.every((ms) => Math.abs(ms) < 0.001) && pairs.every(([, seen]) => seen['tsEvent'] !== undefined))
    return undefined;
  if (late.every((ms) => Math.abs(ms) < RECEIPT_MS)) return 'no time for quotes';
  requireEqual(pairs, 'tsEvent');
  return undefined;
}

/** Equal to those sent, or rising numbers that the venue gave, or none at all. */
function numbers(pairs: readonly Pair[]): string | undefined {
  if (pairs.every(([, seen]) => (seen['id'] ?? 0) === 0)) return 'no trade ids';
  if (pairs.every(([sent, seen]) => sent['id'] === seen['id'])) return undefined;
  const last = new Map<unknown, number>();
  for (const [, { instrument, id }] of pairs) {
    if (!(Number(id) > (last.get(instrument) ?? -1)))
      fail(`trade id ${String(id)} does not rise, nor is it the one sent`);
    last.set(instrument, Number(id));
  }
  return 'trade ids of its own';
}

/** Numbers to the last digit that a venue can write, times to the microsecond. */
function same(sent: unknown, seen: unknown): boolean {
  if (typeof sent !== 'number' || typeof seen !== 'number') return sent === seen;
  return Math.abs(sent - seen) <= 1e-12 * Math.abs(sent) + 1e-9;
}
