import type { z } from 'zod';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { AggressorSide, Bar, ConnectionStatus } from '../domain/market.ts';
import type { Decision, Fill } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import { SeededRandom } from '../domain/random.ts';
import { MICROS_PER_MS, toMillis } from '../domain/time.ts';
import { durationMicros, type Timeframe, timeframeMicros } from '../domain/timeframe.ts';
import { MillraceError } from '../errors/millrace-error.ts';
import type { StrategyPlugin } from '../plugin/define.ts';
import type { HistoryRequest } from '../plugin/provider.ts';
import { StrategyHost } from '../runtime/strategy-host.ts';
import { parseMarbles } from './marbles.ts';
import { makeTestWorld, type TestWorld } from './test-world.ts';

export interface TestSetup {
  /** Default: ES, tick size 0.25, point value 50. */
  readonly instruments?: readonly InstrumentSpec[];
  /** Warm-up bars that the strategy asks for. Default: none. */
  readonly history?: (request: HistoryRequest) => readonly Bar[];
  /** Epoch milliseconds at the start. Default: midnight of 2024-01-02 UTC, a boundary of every timeframe. */
  readonly startAt?: number;
}

/** A bar to be traded: parts left out are taken from the others; the volume is 4 by default. */
export interface TestBar {
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly close: number;
  readonly volume?: number;
}

export interface TestTrade {
  readonly price: number;
  /** Default 1. */
  readonly size?: number;
  readonly side?: AggressorSide;
}

const ES: InstrumentSpec = { symbol: 'ES', tickSize: 0.25, pointValue: 50 };

/**
 * Runs a strategy on the real kernel, in virtual time, with a paper venue that fills at the next trade.
 *
 * Options are checked and completed by the strategy's schema. An error of the strategy is thrown by the call that made it.
 *
 * Example
 *   const test = testStrategy(smaCross, { fast: 2, slow: 3, quantity: 1 });
 *   test.bars('ES', '1m', [5000, 4999, 4998, 5002]);
 *   expect(test.decisions).toEqual([targetPosition({ instrument: 'ES', quantity: 1, reason: … })]);
 */
export function testStrategy<S extends z.ZodType>(
  plugin: StrategyPlugin<S>,
  options: z.input<S>,
  setup: TestSetup = {},
): StrategyTest {
  return new StrategyTest(plugin, options, setup);
}

/** A strategy under test: feed it, then look at what it did. Feeding calls return the test, so that they chain. */
export class StrategyTest {
  /** What the strategy decided, in order; without what it decided on warm-up bars, which is dropped as in a run. */
  readonly decisions: Decision[] = [];
  /** The same with the time of each, in milliseconds since the start. */
  readonly timeline: { readonly at: number; readonly decision: Decision }[] = [];
  readonly fills: Fill[] = [];
  /** Lines that the strategy printed. */
  readonly printed: string[] = [];
  readonly #world: TestWorld;
  readonly #host: StrategyHost;
  readonly #startedAt: number;
  #failures: Error[] = [];

  constructor(plugin: StrategyPlugin, options: unknown, setup: TestSetup) {
    this.#startedAt = setup.startAt ?? Date.UTC(2024, 0, 2);
    const specs = setup.instruments ?? [ES];
    const fail = (error: unknown): void =>
      void this.#failures.push(error instanceof Error ? error : new Error(String(error)));
    this.#world = makeTestWorld({
      instruments: specs,
      paper: { latencyUs: 0, slippageTicks: 0, feePerContract: 0 },
      history: setup.history ?? (() => []),
      startedAt: this.#startedAt * MICROS_PER_MS,
      onError: fail,
    });
    const { kernel, market, clock, desk, instruments, instrumentOf } = this.#world;
    const nothing = (): void => undefined;
    const strategy = plugin.create({
      name: plugin.type,
      options: plugin.options.parse(options),
      instruments,
      instrumentOf,
      instrument: instrumentOf(specs[0]?.symbol ?? ES.symbol),
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      clock,
      market,
      account: desk.ledger(plugin.type),
      random: new SeededRandom(1, plugin.type),
      print: (line) => this.printed.push(line),
    });
    desk
      .ledger(plugin.type)
      .fills()
      .subscribe((fill) => this.fills.push(fill));
    const take = (name: string, decision: Decision): void => {
      this.#note(decision);
      desk.decide(name, decision);
    };
    this.#host = new StrategyHost(plugin.type, strategy, kernel, {
      onDecision: take,
      onOutside: (name, decision) => this.#inKernel(() => take(name, decision)),
      onFailure: (_name, error) => fail(error),
    });
    this.#inKernel(() => this.#host.start());
  }

  /** Milliseconds since the start. */
  get now(): number {
    return toMillis(this.#world.kernel.now) - this.#startedAt;
  }

  /** Trades bars one after the other, from the next boundary of the timeframe; each is closed when the call returns. */
  bars(symbol: string, timeframe: Timeframe, bars: readonly (number | TestBar)[]): this {
    const span = toMillis(timeframeMicros(timeframe) ?? Number.NaN);
    let start = Math.ceil(this.now / span) * span;
    for (const bar of bars) {
      for (const [quarter, trade] of tradesOf(bar).entries()) this.#trade(symbol, start + (quarter * span) / 4, trade);
      start += span;
      this.#advanceTo(start);
    }
    return this;
  }

  /**
   * Trades as a marble diagram, in which each character is one millisecond and `5s` or `1m` lets time pass:
   * `test.trades('ES', 'a 5s b', { a: 5000, b: { price: 5000.25, size: 3, side: 'buy' } })`.
   */
  trades(symbol: string, marbles: string, values: Readonly<Record<string, number | TestTrade>>): this {
    const start = this.now;
    for (const { at, letter } of parseMarbles(marbles)) {
      const value = values[letter];
      if (value === undefined) throw missingValue(letter, marbles);
      this.#trade(symbol, start + at, typeof value === 'number' ? { price: value } : value);
    }
    return this;
  }

  /** Best bid and ask, now. */
  quote(symbol: string, bid: number, ask: number): this {
    const tsRecv = this.#startedAt + this.now;
    this.#do(() =>
      this.#world.intake.take({ kind: 'quote', instrument: symbol, bid, bidSize: 1, ask, askSize: 1, tsRecv }),
    );
    return this;
  }

  /** A provider's connection changes, now. */
  status(status: Pick<ConnectionStatus, 'provider' | 'state' | 'health'>): this {
    const { kernel, market } = this.#world;
    return this.#inKernel(() => market.setStatus({ ...status, tsRecv: toMillis(kernel.now) }));
  }

  /** Lets time pass without events: `test.advance('30s')`. */
  advance(duration: string): this {
    this.#advanceTo(this.now + toMillis(durationMicros(duration) ?? Number.NaN));
    return this;
  }

  position(symbol: string): Position {
    return this.#world.desk.account.position(symbol);
  }

  /** What the strategy listens to: nothing once it has stopped. */
  get demand(): readonly string[] {
    return this.#world.kernel.demand.current().map(({ stream, instrument }) => `${stream} ${instrument}`);
  }

  /** Unsubscribes the strategy. */
  stop(): this {
    return this.#inKernel(() => this.#host.stop());
  }

  /** Unsubscribes the strategy and subscribes to it again. */
  restart(): this {
    this.stop();
    return this.#inKernel(() => this.#host.start());
  }

  #note(decision: Decision): void {
    this.decisions.push(decision);
    this.timeline.push({ at: this.now, decision });
  }

  #trade(symbol: string, at: number, { price, size = 1, side = 'unknown' }: TestTrade): void {
    const tsEvent = this.#startedAt + at;
    this.#do(() =>
      this.#world.intake.take({ kind: 'trade', instrument: symbol, price, size, side, tsEvent, tsRecv: tsEvent }),
    );
  }

  #inKernel(work: () => void): this {
    const { kernel } = this.#world;
    this.#do(() => kernel.run(kernel.now, 0, work));
    return this;
  }

  #advanceTo(at: number): void {
    this.#do(() => this.#world.kernel.advanceTo(Math.round((this.#startedAt + at) * MICROS_PER_MS)));
  }

  #do(work: () => void): void {
    work();
    const [failure, ...others] = this.#failures;
    if (failure === undefined) return;
    this.#failures = [];
    throw others.length === 0 ? failure : new AggregateError([failure, ...others], 'the strategy failed');
  }
}

/** Four prints that make the bar. */
function tradesOf(bar: number | TestBar): readonly TestTrade[] {
  const { close, volume = 4, open = close, ...rest } = typeof bar === 'number' ? { close: bar } : bar;
  const { high = Math.max(open, close), low = Math.min(open, close) } = rest as Partial<TestBar>;
  return [open, high, low, close].map((price) => ({ price, size: volume / 4 }));
}

function missingValue(letter: string, marbles: string): MillraceError {
  return new MillraceError({
    code: 'TEST_BAD_MARBLES',
    where: {},
    was: `no price for '${letter}' of '${marbles}'`,
    expected: 'a price or a trade for each letter',
    fix: `add one, for example { ${letter}: 5000 }`,
  });
}
