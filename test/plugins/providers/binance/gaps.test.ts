import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { bookOf, depth, idsOf, playBinance, type Row, rowsOf, trade } from './binance-rig.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const upTo = (last: number, first = 1001): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe.each(['spot', 'usd-m'] as const)('lost trades of %s', (market) => {
  it('are fetched by number and come before newer ones', async () => {
    const { venue, events, gaps } = await playBinance({ market });
    venue.send(trade(1));
    await until(() => idsOf(events).length === 1);
    venue.misbehave('silent');
    for (let i = 0; i < 5; i++) venue.send(trade(2 + i));
    venue.behave();
    venue.send(trade(7));
    venue.send(trade(8));
    await until(() => idsOf(events).length === 8);
    expect(idsOf(events)).toEqual(upTo(1008));
    expect(rowsOf(events, 'trades').map(({ price }) => price)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(gaps).toMatchObject([
      { instrument: 'BTCUSDT', stream: 'trades', missed: 5, filled: 'all', reason: 'sequence' },
    ]);
  });

  it('of many pages are fetched page by page', async () => {
    const { venue, events, gaps } = await playBinance({ market });
    venue.send(trade(1));
    await until(() => idsOf(events).length === 1);
    venue.misbehave('silent');
    for (let i = 0; i < 2500; i++) venue.send(trade(2 + i));
    venue.behave();
    venue.send(trade(1));
    await until(() => idsOf(events).length === 2502);
    expect(idsOf(events)).toEqual(upTo(1001 + 2501));
    expect(gaps).toMatchObject([{ missed: 2500, filled: 'all' }]);
  });

  it('are fetched after 100 seeded drops, none twice and none out of order', { timeout: 60_000 }, async () => {
    const { venue, events, errors, gaps, reconnect } = await playBinance({ market });
    const random = new SeededRandom(7, market);
    let sent = 0;
    const send = (count: number): void => {
      for (let i = 0; i < count; i++) venue.send(trade(++sent));
    };
    send(1);
    await until(() => idsOf(events).length === 1);
    for (let drop = 0; drop < 100; drop++) {
      send(random.below(8));
      if (random.below(2) === 0) await pause(random.below(10));
      const fault = random.below(2) === 0 ? 'drop' : 'drop-mid-frame';
      while (errors.length === 0) {
        // Again and again, since the bytes that are cut may be those of a REST answer.
        venue.misbehave(fault);
        send(1 + random.below(3));
        await pause(1);
      }
      send(random.below(4));
      await reconnect();
      send(random.below(4));
    }
    send(1);
    await until(() => idsOf(events).length >= sent, 10_000, `${sent} trades`);
    expect(idsOf(events)).toEqual(upTo(1000 + sent));
    expect(rowsOf(events, 'trades').map(({ price }) => price)).toEqual(upTo(sent, 1));
    expect(gaps.every(({ filled }) => filled === 'all')).toBe(true);
    // How many drops fall together to one gap depends on how busy the machine is.
    expect(gaps.length).toBeGreaterThan(25);
  });
});

describe('what cannot be fetched', () => {
  it('holds newer trades up for a bounded time, and is reported', async () => {
    const { venue, events, gaps } = await playBinance({ options: { fillWait: '300ms' } });
    venue.send(trade(1));
    await until(() => idsOf(events).length === 1);
    venue.misbehave('rate-limit');
    venue.misbehave('sequence-gap');
    venue.send(trade(2));
    venue.send(trade(3));
    await pause(150);
    expect(idsOf(events)).toEqual([1001]);
    await until(() => idsOf(events).length === 2, 1000);
    expect(idsOf(events)).toEqual([1001, 1003]);
    expect(gaps).toMatchObject([{ stream: 'trades', missed: 1, filled: 'none' }]);
  });

  it('is not asked for at all where the venue gives it to key holders only', async () => {
    const { venue, events, gaps } = await playBinance({ market: 'usd-m', options: { trades: 'trade' } });
    venue.send(trade(1));
    venue.misbehave('sequence-gap');
    venue.send(trade(2));
    venue.send(trade(3));
    await until(() => idsOf(events).length === 2, 1000);
    expect(gaps).toMatchObject([{ missed: 1, filled: 'none' }]);
  });

  it('is no gap when nobody wanted it', async () => {
    const { venue, events, gaps, demand } = await playBinance();
    const wanted = demand.value;
    venue.send(trade(1));
    await until(() => idsOf(events).length === 1);
    demand.next([]);
    await until(() => venue.demand().length === 0);
    venue.send(trade(2));
    demand.next(wanted);
    await until(() => venue.demand().length === 1);
    venue.send(trade(3));
    await until(() => idsOf(events).length === 2);
    expect(idsOf(events)).toEqual([1001, 1003]);
    expect(gaps).toEqual([]);
  });
});

describe('a venue that misbehaves', () => {
  it('by repeating and overtaking is set right without a gap', async () => {
    const { venue, events, gaps } = await playBinance();
    venue.send(trade(1));
    venue.misbehave('duplicate');
    venue.send(trade(2));
    venue.misbehave('reorder');
    for (let i = 3; i <= 6; i++) venue.send(trade(i));
    await until(() => idsOf(events).length === 6);
    expect(idsOf(events)).toEqual(upTo(1006));
    expect(gaps).toEqual([]);
  });

  it('by nonsense is counted and endured', async () => {
    const { venue, events, link, errors } = await playBinance();
    venue.misbehave('malformed');
    venue.misbehave('unknown-message');
    venue.send(trade(1));
    await until(() => idsOf(events).length === 1);
    expect(link.said.bad).toEqual(['not JSON', 'unknown event novelty']);
    expect(errors).toEqual([]);
  });
});

describe.each(['spot', 'usd-m'] as const)('a book of %s', (market) => {
  const byPrice = ([a]: readonly [number, number], [b]: readonly [number, number]): number => a - b;
  /** The rows from the last snapshot on build the venue's book. */
  const equals = (rows: readonly Row[], bids: readonly (readonly [number, number])[]): boolean =>
    JSON.stringify([...bookOf(rows).bids].sort(byPrice)) === JSON.stringify([...bids].sort(byPrice));

  it('that misses a change is emptied, reported and begun anew', async () => {
    const { venue, events, gaps } = await playBinance({ market, streams: ['depth'] });
    await until(() => rowsOf(events, 'depth').length === 1);
    venue.send(depth([[10, 1]]));
    venue.misbehave('sequence-gap');
    venue.send(depth([[9, 1]]));
    venue.send(depth([[8, 1]]));
    await until(() => rowsOf(events, 'depth').length === 3);
    expect(rowsOf(events, 'depth')[2]).toMatchObject({ flags: 3, size: 0 });
    await until(() =>
      equals(rowsOf(events, 'depth'), [
        [10, 1],
        [9, 1],
        [8, 1],
      ]),
    );
    venue.send(depth([[9, 0]]));
    await until(() =>
      equals(rowsOf(events, 'depth'), [
        [10, 1],
        [8, 1],
      ]),
    );
    expect(gaps).toMatchObject([{ stream: 'depth', filled: 'none', reason: 'sequence' }]);
    expect(gaps[0]?.missed).toBe(market === 'spot' ? 1 : undefined);
  });

  it('that the venue sets up anew is begun anew', async () => {
    const { venue, events, gaps } = await playBinance({ market, streams: ['depth'] });
    await until(() => rowsOf(events, 'depth').length === 1);
    venue.send(depth([[10, 1]]));
    venue.misbehave('reset-book');
    venue.send(depth([[9, 5]]));
    await until(() => gaps.length === 1);
    await until(() =>
      equals(rowsOf(events, 'depth'), [
        [10, 1],
        [9, 5],
      ]),
    );
  });

  it('is begun anew on every connection, and what was missed is reported', async () => {
    const { venue, events, gaps, reconnect } = await playBinance({ market, streams: ['depth', 'quotes'] });
    await until(() => rowsOf(events, 'depth').length === 1);
    const quote = { kind: 'quote', instrument: 'BTCUSDT', bid: 1, bidSize: 1, ask: 2, askSize: 1 } as const;
    venue.send(depth([[10, 1]]));
    venue.send(quote);
    await until(() => rowsOf(events, 'quotes').length === 1);
    venue.misbehave('drop');
    venue.send(depth([[9, 1]]));
    await reconnect();
    venue.send(quote);
    await until(() =>
      equals(rowsOf(events, 'depth'), [
        [10, 1],
        [9, 1],
      ]),
    );
    await until(() => rowsOf(events, 'quotes').length === 2);
    expect(gaps.map(({ stream, reason }) => `${stream} ${reason}`).sort()).toEqual([
      'depth reconnect',
      'quotes reconnect',
    ]);
  });

  it('agrees with the venue after 40 seeded faults', { timeout: 30_000 }, async () => {
    const { venue, events } = await playBinance({ market, streams: ['depth'] });
    const random = new SeededRandom(11, market);
    const truth = new Map<number, number>();
    const change = (): void => {
      const price = 100 + random.below(20);
      const size = random.below(4);
      if (size === 0) truth.delete(price);
      else truth.set(price, size);
      venue.send(depth([[price, size]]));
    };
    await until(() => rowsOf(events, 'depth').length === 1);
    for (let i = 0; i < 40; i++) {
      for (let n = random.below(6); n >= 0; n--) change();
      venue.misbehave(
        (['sequence-gap', 'duplicate', 'reorder', 'reset-book'] as const)[random.below(4)] ?? 'duplicate',
      );
      for (let n = random.below(6); n >= 0; n--) change();
      await pause(5);
    }
    venue.behave();
    change();
    await until(() => equals(rowsOf(events, 'depth'), [...truth]), 10_000, 'the same book');
  });
});
