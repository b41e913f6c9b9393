import type { Fill, JournalEntry, Order } from '#core';
import type { PaperSettings } from '../../../core/config/run-config.ts';
import { DecisionLog } from '../../../core/runtime/decision-log.ts';
import { OrderDesk } from '../../../core/runtime/order-desk.ts';
import { PaperVenue } from '../../../core/runtime/paper-venue.ts';
import { RiskStage } from '../../../core/runtime/risk-stage.ts';
import { at, makeKernel, quotes, sinceStart, trades } from '../../helpers/kernel-kit.ts';

/** ES at a paper venue: kernel, desk and venue wired as in a run, and everything that they say. */
export function makeDesk(paper: Partial<PaperSettings> = {}) {
  const made = makeKernel({
    instruments: [
      { symbol: 'ES', tickSize: 0.25, pointValue: 50 },
      { symbol: 'NQ', tickSize: 0.25 },
    ],
  });
  const { kernel, instrumentOf } = made;
  const lines: string[] = [];
  const journal: JournalEntry[] = [];
  const log = new DecisionLog(
    () => kernel,
    ({ text }) => lines.push(text),
  );
  const risk = new RiskStage();
  const desk = new OrderDesk({
    kernel,
    runId: 'run',
    log,
    risk,
    instrumentOf,
    journal: (entry) => journal.push(entry),
  });
  const settings = { latencyUs: 0, slippageTicks: 0, feePerContract: 0, ...paper };
  const venue = new PaperVenue(kernel, instrumentOf, settings, (report) => desk.onReport(report));
  desk.connect(venue);
  kernel.connectVenue(venue);
  const orders: Order[] = [];
  const fills: Fill[] = [];
  desk.account.orders().subscribe((order) => orders.push(order));
  desk.account.fills().subscribe((fill) => fills.push(fill));
  let seq = 0;
  /** A strategy decides, at `ms`. */
  const decide = (ms: number, decision: Parameters<OrderDesk['decide']>[1], strategy = 's'): void =>
    kernel.run(at(ms), ++seq, () => kernel.after(() => desk.decide(strategy, decision)));
  const trade = (ms: number, price: number, size = 1, k = 0): void =>
    kernel.process(trades([{ ms, price, size, k, seq: ++seq }]), 0, 1);
  const quote = (ms: number, bid: number, ask: number): void =>
    kernel.process(quotes([{ ms, bid, ask, seq: ++seq }]), 0, 1);
  /** Fills as `time side quantity @ price`. */
  const filled = (): string[] =>
    fills.map(({ ts, side, quantity, price }) => `${sinceStart(ts)} ${side} ${quantity} @ ${price}`);
  /** Statuses of an order in the order in which they came. */
  const story = (id: string): string[] => orders.filter((order) => order.id === id).map(({ status }) => status);
  const position = (strategy = 's'): number => desk.ledger(strategy).position('ES').quantity;
  /** Why orders were refused. */
  const refusals = (): string[] =>
    lines
      .map((line) => JSON.parse(line) as string[])
      .filter(([, , , , kind]) => kind === 'refused')
      .map((line) => `${line[5]}: ${line[6]}`);
  return {
    ...made,
    desk,
    venue,
    risk,
    log,
    lines,
    journal,
    orders,
    fills,
    decide,
    trade,
    quote,
    filled,
    story,
    position,
    refusals,
  };
}
