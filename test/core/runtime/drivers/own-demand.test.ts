import { ignoreElements, merge, NEVER, Subject, switchMap, tap, timer } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  type Demand,
  defineStrategy,
  type InstrumentSpec,
  type ProviderEvent,
  type StreamDemand,
  TradeChunk,
} from '#core';
import { ownDemand } from '../../../../core/runtime/drivers/own-demand.ts';
import { TestDemand } from '../../../contracts/provider-kit.ts';
import { makeConfig } from '../run-kit.ts';
import { startLive, T0, useFakeDay } from './live-kit.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

const day = useFakeDay();

const shown = (demand: readonly StreamDemand[]): readonly string[] =>
  demand.map(({ stream, instrument }) => `${stream} ${instrument}`).sort();

/** Takes part in a run and keeps what is wanted of it. */
function listening(name: string, symbols: readonly string[] | undefined) {
  const changes: (readonly string[])[] = [];
  const events$ = new Subject<ProviderEvent>();
  let wanted: Demand | undefined;
  const provider = {
    ...(symbols === undefined ? {} : { instruments: symbols.map((symbol) => ({ symbol })) }),
    events: (demand: Demand) => {
      wanted = demand;
      return merge(
        events$,
        demand.changes$.pipe(
          tap((all) => changes.push(shown(all))),
          ignoreElements(),
        ),
      );
    },
  };
  return { live: { name, provider }, changes, events$, demand: () => wanted as Demand };
}

/** Wants trades of both, and depth of NQ a second later. */
const plugin = defineStrategy({
  type: 'both',
  summary: 'Listens to two instruments.',
  options: z.strictObject({}),
  create: ({ market }) =>
    merge(market.trades('ES'), market.trades('NQ'), timer(1000).pipe(switchMap(() => market.depth('NQ')))).pipe(
      ignoreElements(),
    ),
});
const config = (instruments: readonly InstrumentSpec[]) =>
  makeConfig({ strategies: [{ key: 'both', plugin }], instruments });

describe('two providers in one run', () => {
  it('are asked for their own instruments only, at the start and later', async () => {
    const a = listening('a', ['ES']);
    const b = listening('b', ['NQ']);
    const both = config([
      { symbol: 'ES', provider: 'a' },
      { symbol: 'NQ', provider: 'b' },
    ]);
    const { stop } = await startLive(both, day.folder, [a.live, b.live]);
    // The simulated venue wants quotes as well.
    expect(shown(a.demand().current())).toEqual(['quotes ES', 'trades ES']);
    expect(shown(b.demand().current())).toEqual(['quotes NQ', 'trades NQ']);
    expect([a.demand().wants('trades', 'ES'), a.demand().wants('trades', 'NQ')]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(1100);
    expect(b.changes.at(-1)).toEqual(['depth NQ', 'quotes NQ', 'trades NQ']);
    expect(new Set(a.changes.flat())).toEqual(new Set(['quotes ES', 'trades ES']));
    await stop();
  });

  it('share nothing: an instrument that names no provider is the first one’s that has it', async () => {
    const a = listening('a', ['ES', 'NQ']);
    const b = listening('b', ['ES', 'NQ']);
    const { stop } = await startLive(config([{ symbol: 'ES' }, { symbol: 'NQ' }]), day.folder, [a.live, b.live]);
    expect(shown(a.demand().current())).toEqual(['quotes ES', 'quotes NQ', 'trades ES', 'trades NQ']);
    expect(shown(b.demand().current())).toEqual([]);
    await stop();
  });

  it('number their instruments each in their own way', async () => {
    const heard: string[] = [];
    const strategy = defineStrategy({
      type: 'heard',
      summary: 'Writes down trades.',
      options: z.strictObject({}),
      create: ({ market }) => {
        const all$ = merge(market.trades('ES'), market.trades('NQ'));
        all$.subscribe(({ instrument, price }) => heard.push(`${instrument} ${price}`));
        return NEVER;
      },
    });
    const a = listening('a', ['ES']);
    const b = listening('b', ['CL', 'GC', 'NQ']);
    const both = makeConfig({
      strategies: [{ key: 'heard', plugin: strategy }],
      instruments: [
        { symbol: 'ES', provider: 'a' },
        { symbol: 'NQ', provider: 'b' },
      ],
    });
    const { stop } = await startLive(both, day.folder, [a.live, b.live]);
    const one = (inst: number, price: number) => {
      const chunk = new TradeChunk(1);
      chunk.inst[0] = inst;
      chunk.price[0] = price;
      chunk.event[0] = T0 * 1000;
      chunk.n = 1;
      return chunk;
    };
    a.events$.next(one(0, 5));
    b.events$.next(one(2, 7));
    await stop();
    expect(heard).toEqual(['ES 5', 'NQ 7']);
  });
});

describe('the own part of a demand', () => {
  it('follows the whole', () => {
    const whole = new TestDemand({ stream: 'trades', instrument: 'ES' }, { stream: 'trades', instrument: 'NQ' });
    const own = ownDemand(whole, (symbol) => symbol === 'NQ');
    const heard: (readonly string[])[] = [];
    own.changes$.subscribe((all) => heard.push(shown(all)));
    whole.change({ stream: 'bars', instrument: 'NQ' }, { stream: 'depth', instrument: 'ES' });
    expect(heard.at(-1)).toEqual(['bars NQ']);
    expect(shown(own.current())).toEqual(['bars NQ']);
    expect([own.wants('bars', 'NQ'), own.wants('depth', 'ES')]).toEqual([true, false]);
  });
});
