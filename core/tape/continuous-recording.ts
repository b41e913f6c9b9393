import type { Calendar } from '../calendar/calendar.ts';
import type { BarChunk, Chunk, QuoteChunk, TradeChunk } from '../domain/chunk.ts';
import type { RollAdjustment } from '../domain/roll.ts';
import { type Micros, toMillis } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { Demand } from '../plugin/demand.ts';
import type { RecordedBatch, RecordedRun, Recording } from '../plugin/provider.ts';
import { mergeRecordings } from './merge-recordings.ts';
import { planRolls, type RollRule, type Stretch } from './plan-rolls.ts';

export interface ContinuousOptions {
  /** Name of the series, for example `ES.c.0`. */
  readonly symbol: string;
  /** Symbols of the contracts in the recordings, in order of expiry. */
  readonly contracts: readonly string[];
  /** Whose trading dates count. */
  readonly calendar: Calendar;
  readonly roll: RollRule;
  /**
   * Brings the prices of earlier contracts to the level of the last one: by the sum of the differences, or the product of the
   * quotients, of all later rolls. `none` leaves them as they were traded.
   */
  readonly adjust: RollAdjustment;
}

/**
 * One continuous series made of the recordings of several contracts. At each time it holds the rows of one contract; a roll
 * takes place at the open of a trading date, and comes to strategies as an event of `market.rolls(symbol)` before the new
 * contract's first row. The recordings are read twice: the first time for the rolls and for the prices at them.
 *
 * Trades, quotes and bars. Depth is left out: the new contract's book would have to be known before its roll. Adjusted prices
 * of a past contract depend on later rolls, so they are for charts and indicators, not for orders in absolute prices; a
 * quotient leaves the tick grid.
 *
 * Errors ROLL_NO_PRICE when a contract has no price before the roll to or from it; ROLL_UNKNOWN_CONTRACT
 */
export async function continuousRecording(
  recordings: readonly Recording[],
  options: ContinuousOptions,
): Promise<Recording> {
  const merged = mergeRecordings(recordings);
  const numbers = options.contracts.map((contract) => numberOf(merged, contract));
  const stretches = await planRolls(merged, numbers, options);
  const last = merged.instruments[numbers.at(-1) ?? 0];
  const { symbol, contracts } = options;
  return {
    instruments: [{ ...last, symbol, expiry: undefined, description: `${contracts.join(', ')} in turn` }],
    from: merged.from,
    until: merged.until,
    endsAt: merged.endsAt ?? merged.until,
    batches: (demand) => continuousBatches(merged, numbers, stretches, contractDemand(demand, options)),
  };
}

function numberOf({ instruments }: Recording, contract: string): number {
  const number = instruments.findIndex(({ symbol }) => symbol === contract);
  if (number >= 0) return number;
  throw new MillraceError({
    code: 'ROLL_UNKNOWN_CONTRACT',
    where: { path: `contracts.${contract}` },
    was: contract,
    expected: `one of the recordings' instruments: ${instruments.map(({ symbol }) => symbol).join(', ')}`,
    fix: 'correct the symbol, or add the recording of that contract',
  });
}

/** Who wants the series wants each of its contracts. */
function contractDemand(demand: Demand, { symbol, contracts }: ContinuousOptions): Demand {
  return {
    current: () =>
      demand
        .current()
        .flatMap((each) =>
          each.instrument === symbol ? contracts.map((instrument) => ({ ...each, instrument })) : [each],
        ),
    wants: (stream, instrument) => demand.wants(stream, contracts.includes(instrument) ? symbol : instrument),
    changes$: demand.changes$,
  };
}

async function* continuousBatches(
  merged: Recording,
  numbers: readonly number[],
  stretches: readonly Stretch[],
  demand: Demand,
): AsyncGenerator<RecordedBatch> {
  const series = new Series(numbers, stretches);
  for await (const { runs, progress } of merged.batches(demand)) {
    yield {
      runs: runs.flatMap((run) => ('chunk' in run ? [...series.take(run.chunk, run.from, run.to)] : [])),
      progress,
    };
  }
}

/** Where the series stands: which contract is its own now, and the number of its next row. */
class Series {
  private readonly numbers: readonly number[];
  private readonly stretches: readonly Stretch[];
  private current = 0;
  private seq = 0;

  constructor(numbers: readonly number[], stretches: readonly Stretch[]) {
    this.numbers = numbers;
    this.stretches = stretches;
  }

  /** Rows of the run that belong to the series, and the rolls between them. Rows are moved up within their chunk. */
  *take(chunk: Chunk, from: number, to: number): Generator<RecordedRun> {
    let start = from;
    let end = from;
    for (let row = from; row < to; row++) {
      while (chunk.recv[row]! >= this.nextFrom) {
        if (end > start) yield { chunk, from: start, to: end };
        start = end;
        yield { input: this.roll() };
      }
      if (chunk.kind === 'depth' || chunk.inst[row] !== this.numbers[this.current]) continue;
      moveRow(chunk, row, end);
      adjustRow(chunk, end, this.stretches[this.current]!);
      chunk.inst[end] = 0;
      chunk.seq[end] = ++this.seq;
      end++;
    }
    if (end > start) yield { chunk, from: start, to: end };
  }

  private get nextFrom(): Micros {
    return this.stretches[this.current + 1]?.from ?? Number.POSITIVE_INFINITY;
  }

  private roll() {
    const { from, roll } = this.stretches[++this.current]!;
    return { seq: ++this.seq, recv: from, kind: 'roll', payload: { ...roll, ts: toMillis(from) } };
  }
}

type PricedChunk = TradeChunk | QuoteChunk | BarChunk;
type Column = { [index: number]: number };

const PRICES = {
  trades: ['price'],
  quotes: ['bid', 'ask'],
  bars: ['open', 'high', 'low', 'close'],
} as const;

function moveRow(chunk: Chunk, from: number, to: number): void {
  if (from === to) return;
  for (const column of Object.values(chunk) as unknown[]) {
    if (ArrayBuffer.isView(column)) (column as unknown as Column)[to] = (column as unknown as Column)[from]!;
  }
}

function adjustRow(chunk: PricedChunk, row: number, { factor, offset }: Stretch): void {
  if (factor === 1 && offset === 0) return;
  for (const name of PRICES[chunk.kind]) {
    const column = (chunk as unknown as Record<string, Column>)[name]!;
    column[row] = column[row]! * factor + offset;
  }
}
