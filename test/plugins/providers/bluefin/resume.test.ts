import { afterEach, describe, expect, it } from 'vitest';
import { type Gap, makeInstrument, type ProviderEvent } from '#core';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { DemandBoard } from '../../../../core/kernel/demand-board.ts';
import { LinkMeter } from '../../../../core/runtime/connections/link-meter.ts';
import { Supervisor } from '../../../../core/runtime/connections/supervisor.ts';
import { wallScheduler } from '../../../../core/runtime/wall.ts';
import bluefin from '../../../../plugins/providers/bluefin/index.ts';
import loopback from '../../../../plugins/providers/bluefin/loopback/index.ts';
import { testNet, until } from '../../../helpers/provider-rig.ts';
import { SYMBOLS, tradeEvent } from './rig.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

/** A supervised provider, and a venue that sends a trade every few milliseconds whenever somebody listens. */
async function supervised() {
  const venue = loopback({ instruments: SYMBOLS });
  await venue.start();
  open.push(() => venue.stop());
  const meter = new LinkMeter();
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const provider = await bluefin.create({
    name: 'bluefin',
    options: bluefin.options.parse({ ...venue.options(), ping: '100ms' }),
    requested: SYMBOLS.map((symbol) => ({ symbol })),
    log,
    random: new SeededRandom(1, 'bluefin'),
    wall: wallScheduler,
    net: testNet(meter),
    link: meter,
    baseDir: '.',
  });
  const demand = new DemandBoard();
  for (const symbol of SYMBOLS) demand.add('trades', makeInstrument({ symbol }, 0));
  const prices: number[] = [];
  const gaps: Gap[] = [];
  const supervisor = new Supervisor({
    name: 'bluefin',
    provider,
    demand,
    meter,
    random: new SeededRandom(3, 'pauses'),
    onRows: (event) => prices.push(...pricesOf(event)),
    onState: () => undefined,
    onGap: (gap) => gaps.push(gap),
    onComplete: () => undefined,
  });
  supervisor.start();
  open.push(() => supervisor.stop());
  let sent = 0;
  const feed = setInterval(() => venue.send(tradeEvent(SYMBOLS[sent % 3] ?? '', ++sent)), 2);
  open.push(() => clearInterval(feed));
  await until(() => prices.length > 10);
  return { venue, supervisor, prices, gaps, sent: () => sent };
}

const pricesOf = (event: ProviderEvent): number[] =>
  event.kind === 'trades' ? [...event.price.slice(0, event.n)] : [];

describe('bluefin under supervision', () => {
  it.each(['drop', 'drop-mid-frame', 'close', 'restart', 'half-open', 'freeze', 'wrong-token', 'rate-limit'] as const)(
    'resumes all symbols within seconds after %s, repeats no trade and tells of the gap',
    async (fault) => {
      const { venue, prices, gaps, sent, supervisor } = await supervised();
      venue.misbehave(fault);
      await until(() => supervisor.state !== 'live', 3000, 'the loss');
      venue.behave();
      const from = sent();
      const symbols = (): number => new Set(prices.filter((price) => price > from).map((price) => price % 3)).size;
      await until(() => symbols() === 3, 5000, 'resuming');
      expect(venue.demand()).toHaveLength(3);
      expect(new Set(prices).size, 'no trade twice').toBe(prices.length);
      expect(gaps.map(({ reason }) => reason)).toContain('reconnect');
    },
    10_000,
  );
});
