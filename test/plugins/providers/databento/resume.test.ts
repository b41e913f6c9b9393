import { describe, expect, it } from 'vitest';
import { type DepthEvent, type Level, type MarketEvent, SIDE_BUY } from '#core';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { connect, ES, NQ, OPEN, open, rowsOf, trade, want } from './databento-world.ts';

const DROPS = 100;

/** Both kinds of instrument, many trades at one time, and some that the venue stamps out of order between instruments. */
function tradesOf(seed: number, count: number): MarketEvent[] {
  const random = new SeededRandom(seed, 'trades');
  let at = OPEN;
  return Array.from({ length: count }, (_, i) => {
    at += random.next() < 0.6 ? 0 : random.below(300);
    const isNq = random.next() < 0.7;
    const instrument = isNq ? NQ.symbol : ES.symbol;
    return trade(i + 1, { instrument, tsEvent: isNq ? at : at - random.below(3) });
  });
}

describe('a new session of databento', () => {
  it(`continues where the last one ended: ${DROPS} drops, nothing lost, nothing twice`, async () => {
    const random = new SeededRandom(11, 'drops');
    const world = await open({ schemas: ['trades', 'mbp-1'] }, want('trades', NQ.symbol, ES.symbol));
    const { venue, rig } = world;
    await connect(world);
    const events = tradesOf(5, DROPS * 20);
    const count = (): number => rowsOf(rig.events, 'trades', ['id']).length;
    let sent = 0;
    const send = (n: number): void => {
      for (const event of events.slice(sent, sent + n)) venue.send(event);
      sent = Math.min(events.length, sent + n);
    };
    send(5);
    await until(() => count() > 0);
    for (let drop = 0; drop < DROPS; drop++) {
      send(random.below(12));
      // Sometimes all has arrived, sometimes a record is cut in half, sometimes what was sent is lost on its way.
      const kind = random.below(3);
      if (kind === 0) await until(() => count() >= sent - 1, 200).catch(() => undefined);
      venue.misbehave(kind === 1 ? 'drop-mid-frame' : 'drop');
      send(1 + random.below(8));
      if (kind === 1) await until(() => rig.errors.length > drop, 2000);
      else await until(() => rig.errors.length > drop);
      send(random.below(4));
      await connect(world);
    }
    send(events.length);
    await until(() => count() >= events.length, 5000, 'the last trade');
    const got = rowsOf(rig.events, 'trades', ['inst', 'id']);
    for (const inst of [0, 1]) {
      const symbol = [NQ, ES][inst]?.symbol;
      expect(got.filter((row) => row['inst'] === inst).map(({ id }) => id)).toEqual(
        events.filter(({ instrument }) => instrument === symbol).map(({ id }) => id),
      );
    }
    expect(got).toHaveLength(events.length);
    expect(rig.link.said.gaps).toEqual([]);
    await world.close();
  });

  it('continues a book of single orders without another snapshot', async () => {
    const world = await open({ schemas: 'mbo' }, [...want('depth', NQ.symbol), ...want('trades', NQ.symbol)]);
    const { venue, rig } = world;
    const random = new SeededRandom(3, 'book');
    const truth = new Map<string, number>();
    const change = (i: number): DepthEvent => {
      const level = (base: number, step: number): Level => [base + step * random.below(6) * 0.25, random.below(4)];
      const [bid, ask] = [level(100, -1), level(100.25, 1)];
      for (const [side, [price, size]] of [
        [1, bid],
        [-1, ask],
      ] as const) {
        if (size === 0) truth.delete(`${side} ${price}`);
        else truth.set(`${side} ${price}`, size);
      }
      return { kind: 'depth', instrument: NQ.symbol, bids: [bid], asks: [ask], tsEvent: OPEN + i, id: i };
    };
    for (let i = 0; i < 10; i++) venue.send(change(i));
    await connect(world);
    await until(() => rowsOf(rig.events, 'depth', ['id']).length > 0);
    for (let i = 10; i < 60; i++) {
      venue.send(change(i));
      venue.send(trade(i));
      if (i % 5 !== 0) continue;
      const lost = rig.errors.length;
      venue.misbehave('drop');
      venue.send(change(1000 + i));
      await until(() => rig.errors.length > lost);
      await connect(world);
    }
    const tradeIds = (): unknown[] => rowsOf(rig.events, 'trades', ['id']).map(({ id }) => id);
    await until(() => tradeIds().length >= 50);
    await until(() => rowsOf(rig.events, 'depth', ['id']).at(-1)?.['id'] === 59, 1000).catch(() => undefined);
    expect(tradeIds()).toEqual(Array.from({ length: 50 }, (_, i) => i + 10));
    expect(bookOf(rig.events)).toEqual(truth);
    const snapshots = venue.live.lines.filter((line) => line.includes('snapshot=1'));
    expect(snapshots).toHaveLength(1);
    await world.close();
  });

  it('reports a gap, and begins at the present, when the venue no longer holds what was missed', async () => {
    const world = await open({ schemas: 'trades' }, want('trades', NQ.symbol));
    const { venue, rig } = world;
    await connect(world);
    venue.send(trade(1));
    await until(() => rowsOf(rig.events, 'trades', ['id']).length === 1);
    venue.misbehave('drop');
    venue.send(trade(5000));
    venue.live.log.ageOut();
    await until(() => rig.errors.length === 1);
    rig.connect();
    await until(() => rig.errors.length === 2);
    expect(rig.link.said.gaps).toMatchObject([{ from: OPEN + 1, filled: 'none' }]);
    await connect(world);
    venue.send(trade(6000));
    await until(() => rowsOf(rig.events, 'trades', ['id']).length === 2);
    expect(rowsOf(rig.events, 'trades', ['id']).map(({ id }) => id)).toEqual([1, 6000]);
    await world.close();
  });
});

function bookOf(events: Parameters<typeof rowsOf>[0]): Map<string, number> {
  const book = new Map<string, number>();
  for (const row of rowsOf(events, 'depth', ['side', 'price', 'size'])) {
    const key = `${row['side'] === SIDE_BUY ? 1 : -1} ${String(row['price'])}`;
    if (row['size'] === 0) book.delete(key);
    else book.set(key, Number(row['size']));
  }
  return book;
}
