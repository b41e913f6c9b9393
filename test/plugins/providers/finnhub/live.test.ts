import { afterEach, describe, expect, it } from 'vitest';
import type { InstrumentSpec, LoopbackVenue, MillraceError, StreamDemand } from '#core';
import finnhub from '../../../../plugins/providers/finnhub/index.ts';
import venueOf from '../../../../plugins/providers/finnhub/loopback/index.ts';
import { startProvider, until } from '../../../helpers/provider-rig.ts';
import { allRowsOf, tradesOf } from './rows-of.ts';

const BTC = 'BINANCE:BTCUSDT';
const AT = 1767225600123;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const specs = (symbols: readonly string[]): InstrumentSpec[] => symbols.map((symbol) => ({ symbol }));
const wanting = (symbols: readonly string[]): StreamDemand[] =>
  symbols.map((instrument) => ({ stream: 'trades', instrument }));

async function openVenue(symbols: readonly string[]): Promise<LoopbackVenue> {
  const venue = venueOf({ instruments: symbols });
  await venue.start();
  closers.push(() => venue.stop());
  return venue;
}

async function connect(
  venue: LoopbackVenue,
  symbols: readonly string[],
  { options = {}, demand = wanting(symbols) }: { options?: object; demand?: readonly StreamDemand[] } = {},
) {
  const rig = await startProvider(finnhub, { ...venue.options(), ...options }, { requested: specs(symbols), demand });
  closers.push(rig.stop);
  rig.connect();
  return { ...rig, trades: () => tradesOf(rig.events, symbols) };
}

const trade = (instrument: string, price: number, size = 1) =>
  ({ kind: 'trade', instrument, price, size, tsEvent: AT }) as const;

const subscribed = (venue: LoopbackVenue): string[] => venue.demand().map(({ instrument }) => instrument);

async function failure(work: Promise<unknown>): Promise<MillraceError> {
  return work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as MillraceError,
  );
}

describe('finnhub against its venue', () => {
  it('subscribes what is wanted, and delivers what the venue sends', async () => {
    const symbols = [BTC, 'AAPL', 'OANDA:EUR_USD'];
    const venue = await openVenue(symbols);
    const demand: StreamDemand[] = [...wanting([BTC, 'AAPL']), { stream: 'quotes', instrument: 'OANDA:EUR_USD' }];
    const rig = await connect(venue, symbols, { demand });
    await until(() => subscribed(venue).length === 3);
    venue.send(trade(BTC, 64250.5, 0.0125));
    venue.send(trade('AAPL', 251.07, 40));
    venue.send({
      kind: 'quote',
      instrument: 'OANDA:EUR_USD',
      bid: 1.08,
      ask: 1.08,
      bidSize: 0,
      askSize: 0,
      tsEvent: AT,
    });
    await until(() => allRowsOf(rig.events, symbols).length === 3);
    expect(allRowsOf(rig.events, symbols)).toEqual([
      { kind: 'trade', instrument: BTC, price: 64250.5, size: 0.0125, tsEvent: AT },
      { kind: 'trade', instrument: 'AAPL', price: 251.07, size: 40, tsEvent: AT },
      { kind: 'quote', instrument: 'OANDA:EUR_USD', bid: 1.08, ask: 1.08, bidSize: 0, askSize: 0, tsEvent: AT },
    ]);
    expect(rig.events).toContainEqual({ kind: 'status', state: 'live' });
  });

  it('follows the demand while it is connected', async () => {
    const venue = await openVenue([BTC, 'AAPL']);
    const rig = await connect(venue, [BTC, 'AAPL'], { demand: wanting([BTC]) });
    await until(() => subscribed(venue).join() === BTC);
    rig.demand.next(wanting(['AAPL']));
    await until(() => subscribed(venue).join() === 'AAPL');
  });

  it('refuses symbols over the cap by name before it connects', async () => {
    const venue = await openVenue([]);
    const symbols = Array.from({ length: 52 }, (_, i) => `S${i}`);
    const error = await failure(connect(venue, symbols));
    expect(error.code).toBe('PROVIDER_CAP');
    expect(error.message).toContain('over the cap: S50, S51');
    expect(venue.connections()).toBe(0);
  });

  it('names a misspelt symbol and the one that was meant', async () => {
    const venue = await openVenue([BTC, 'AAPL']);
    const error = await failure(connect(venue, ['BINANCE:BTCUSD', 'AAPL']));
    expect(error.code).toBe('PROVIDER_SYMBOL');
    expect(error.message).toContain('did you mean BINANCE:BTCUSDT?');
  });

  it('leaves out the symbol that the venue has no room for, and takes it when there is room', async () => {
    const symbols = Array.from({ length: 52 }, (_, i) => `S${i}`);
    const venue = await openVenue(symbols);
    const rig = await connect(venue, symbols, { options: { apiKey: 'loopback-free', maxSymbols: 60 } });
    await until(() => rig.lines.some((line) => line.includes('so S51 is left out')));
    expect(subscribed(venue)).toEqual(symbols.slice(0, 51));
    rig.demand.next(wanting(symbols.slice(1)));
    await until(() => subscribed(venue).includes('S51') && !subscribed(venue).includes('S0'));
  });

  it('does not ask again for a symbol that the stream refuses', async () => {
    const venue = await openVenue([BTC]);
    const rig = await connect(venue, [BTC, 'AAPL'], { options: { checkSymbols: false } });
    await until(() => rig.lines.some((line) => line.startsWith('AAPL is left out')));
    rig.disconnect();
    await until(() => venue.connections() === 0);
    rig.connect();
    await until(() => subscribed(venue).join() === BTC);
    expect(rig.lines.filter((line) => line.startsWith('AAPL is left out')).length).toBe(1);
  });

  it('ends with PROVIDER_AUTH when the key is refused, and does not show it', async () => {
    const venue = await openVenue([BTC]);
    const rig = await connect(venue, [BTC], { options: { apiKey: 'planted-secret', checkSymbols: false } });
    await until(() => rig.errors.length > 0);
    const [error] = rig.errors as MillraceError[];
    expect(error?.code).toBe('PROVIDER_AUTH');
    expect(JSON.stringify([error?.message, error?.problems, rig.lines])).not.toContain('planted-secret');
    const early = await failure(connect(venue, [BTC], { options: { apiKey: 'planted-secret' } }));
    expect(early.code).toBe('PROVIDER_AUTH');
  });

  it('says that 429 means too many connections, so that the runtime waits', async () => {
    const venue = await openVenue([BTC]);
    venue.misbehave('rate-limit');
    const rig = await connect(venue, [BTC], { options: { checkSymbols: false } });
    await until(() => rig.errors.length > 0);
    const [error] = rig.errors as MillraceError[];
    expect([error?.code, error?.message.includes('status 429: too many connections')]).toEqual(['NET_REFUSED', true]);
  });

  it.each(['drop', 'close', 'drop-mid-frame'] as const)(
    'reports %s as lost and restores its subscriptions',
    async (fault) => {
      const venue = await openVenue([BTC]);
      const rig = await connect(venue, [BTC]);
      await until(() => subscribed(venue).length === 1);
      venue.misbehave(fault);
      venue.send(trade(BTC, 1));
      await until(() => rig.errors.length === 1);
      const before = rig.trades().length;
      await until(() => venue.connections() === 0);
      rig.connect();
      await until(() => subscribed(venue).length === 1);
      venue.send(trade(BTC, 2));
      await until(() => rig.trades().length === before + 1);
    },
  );

  it('skips malformed and unknown messages, and takes a repeated frame once', async () => {
    const venue = await openVenue([BTC]);
    const rig = await connect(venue, [BTC]);
    await until(() => subscribed(venue).length === 1);
    venue.misbehave('malformed');
    venue.misbehave('unknown-message');
    venue.misbehave('duplicate');
    venue.send(trade(BTC, 1));
    await until(() => rig.trades().length === 1);
    venue.send(trade(BTC, 2));
    await until(() => rig.trades().length === 2);
    expect(rig.trades().map(({ price }) => price)).toEqual([1, 2]);
    expect(rig.link.said.bad).toEqual(['not a JSON object', 'unknown message']);
  });

  it('leaves nothing open', async () => {
    const venue = await openVenue([BTC]);
    const rig = await connect(venue, [BTC]);
    await until(() => subscribed(venue).length === 1);
    await rig.stop();
    await until(() => venue.connections() === 0);
  });

  it('waits before it dials again after it hung up, because two connections of one key may lose both', async () => {
    const venue = await openVenue([BTC]);
    const rig = await connect(venue, [BTC]);
    await until(() => subscribed(venue).length === 1);
    rig.disconnect();
    const hungUpAt = Date.now();
    rig.connect();
    // Both: the venue forgets a connection and what was subscribed over it one after the other.
    await until(() => venue.connections() === 0 && subscribed(venue).length === 0);
    await until(() => subscribed(venue).length === 1);
    expect(Date.now() - hungUpAt).toBeGreaterThanOrEqual(190);
    expect(rig.errors).toEqual([]);
  });
});
