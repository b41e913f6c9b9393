import { EMPTY, ignoreElements, merge, NEVER, type Observable, of, tap, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type ConnectionStatus, defineStrategy, MillraceError, type ProviderEvent } from '#core';
import { makeConfig } from '../run-kit.ts';
import { inputsOn, type LiveProvider, startLive, to, useFakeDay } from './live-kit.ts';

vi.mock('../../../../core/runtime/wall.ts', () => import('../../../helpers/fake-wall.ts'));

const day = useFakeDay();

const trade = (instrument: string): ProviderEvent => ({ kind: 'trade', instrument, price: 1, size: 1 });
const venue = (name: string, symbol: string, events: () => Observable<ProviderEvent>): LiveProvider => ({
  name,
  provider: { instruments: [{ symbol }], events },
  connection: { attempts: 2 },
});
/** Trades once, and is away from then on. */
function away(name: string, symbol: string): LiveProvider {
  let connections = 0;
  const first$ = of(trade(symbol));
  return venue(name, symbol, () =>
    merge(
      ++connections === 1 ? first$ : EMPTY,
      throwError(() => new Error('no route')),
    ),
  );
}
const wrongKey = new MillraceError({ code: 'PROVIDER_AUTH', where: { path: 'key' }, was: 'x', expected: '', fix: '' });

/** A run of two venues, with what a strategy hears of them. */
async function twoVenues(a: LiveProvider, b: LiveProvider) {
  const heard: ConnectionStatus[] = [];
  const plugin = defineStrategy({
    type: 'listener',
    summary: 'Listens to two venues.',
    options: z.strictObject({}),
    create: ({ market }) =>
      merge(market.trades('ES'), market.trades('NQ'), market.status().pipe(tap((status) => heard.push(status)))).pipe(
        ignoreElements(),
      ),
  });
  const config = makeConfig({
    strategies: [{ key: 'listener', plugin }],
    instruments: [
      { symbol: 'ES', provider: 'a' },
      { symbol: 'NQ', provider: 'b' },
    ],
  });
  const live = await startLive(config, day.folder, [a, b]);
  const states = () => live.run.connections().map(({ provider, state }) => `${provider} ${state}`);
  return { ...live, heard, states };
}

describe('a provider that gives up after its attempts', () => {
  const live = venue('b', 'NQ', () => merge(of(trade('NQ')), NEVER));

  it('leaves the others in the run, and is told of everywhere', async () => {
    const { run, driver, heard, states, stop } = await twoVenues(away('a', 'ES'), live);
    await to(10_000);
    expect([run.stopping, states()]).toEqual([undefined, ['a closed', 'b live']]);
    expect(heard.filter(({ provider }) => provider === 'a').at(-1)).toMatchObject({
      state: 'closed',
      reason: 'no route',
      health: 0,
    });
    // The run as a whole is no success, as when one of several strategies fails.
    expect(driver.failure).toMatchObject({ code: 'PROVIDER_GAVE_UP' });
    const { summary, tape } = await stop();
    expect(summary.stopped).toBe('the test is over');
    expect(summary.connections[0]).toMatchObject({
      provider: 'a',
      state: 'closed',
      reconnects: 2,
      lastError: 'no route',
    });
    const told = (await inputsOn(tape)).map(({ payload }) => payload as ConnectionStatus);
    expect(told.filter(({ provider, state }) => provider === 'a' && state === 'closed')).toHaveLength(1);
  });

  it('leaves one in the run that is lost just now: it may come back', async () => {
    const forEver = { ...venue('b', 'NQ', () => throwError(() => new Error('no route'))), connection: { attempts: 0 } };
    const { run, stop } = await twoVenues(away('a', 'ES'), forEver);
    await to(60_000);
    expect(run.stopping).toBeUndefined();
    await stop();
  });

  it.each<[string, LiveProvider]>([
    ['has given up as well', away('b', 'NQ')],
    ['has no more events', venue('b', 'NQ', () => of(trade('NQ')))],
  ])('ends the run when the other %s', async (_, other) => {
    const { run, driver } = await twoVenues(away('a', 'ES'), other);
    await to(10_000);
    await driver.done;
    expect([run.stopping, driver.failure]).toEqual([
      expect.stringMatching(/^[ab] gave up$/),
      expect.objectContaining({ code: 'PROVIDER_GAVE_UP' }),
    ]);
    await run.finish();
  });

  it('ends the run at once when its venue refuses what the configuration says', async () => {
    const refused = venue('a', 'ES', () => throwError(() => wrongKey));
    const { run, driver } = await twoVenues(refused, live);
    await to(100);
    await driver.done;
    expect([run.stopping, driver.failure]).toEqual(['a gave up', wrongKey]);
    await run.finish();
  });
});
