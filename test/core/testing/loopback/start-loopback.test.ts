import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import pino from 'pino';
import { NEVER } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineProvider, type LoopbackFault, type LoopbackVenue, type MarketEvent, type ProviderContext } from '#core';
import { LoopbackBase } from '#core/testing';
import { createProviders } from '../../../../core/cli/session/create-providers.ts';
import { splitProviderSettings, withProviderSettings } from '../../../../core/config/provider-settings.ts';
import type { LoadedProvider } from '../../../../core/config/run-config.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { makeConfig } from '../../runtime/run-kit.ts';

/** A venue that wants trades of all its instruments, and keeps what it is sent and told. */
class Pad extends LoopbackBase implements LoopbackVenue {
  readonly streams = ['trades'] as const;
  readonly faults = ['malformed', 'silent'] as const;
  readonly sent: MarketEvent[] = [];
  readonly told: string[] = [];
  private server: Server | undefined;

  options = () => ({ port: this.port(0) });
  demand = () => [{ stream: 'trades', instrument: 'ES' }] as const;
  send = (event: MarketEvent): boolean => this.sent.push(event) > 0;
  protected async open(): Promise<readonly number[]> {
    this.server = createServer().listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return [(this.server.address() as { port: number }).port];
  }
  protected shut = (): Promise<void> => new Promise((resolve) => this.server?.close(() => resolve()));
  protected play = (fault: LoopbackFault): void => void this.told.push(fault);
  protected behaveAgain = (): void => void this.told.push('behave');
  protected closeAll = (): void => undefined;
}

let pad: Pad;
let contexts: ProviderContext<{ port: number; key: string }>[];
let lines: string[];
beforeEach(() => {
  pad = new Pad();
  contexts = [];
  lines = [];
});

const options = z.strictObject({ port: z.int().default(1), key: z.string().default('own') });
const plugin = defineProvider({
  type: 'pad',
  summary: 'Does nothing.',
  options,
  loopback: async () => ({ default: () => pad }),
  create: (context) => {
    contexts.push(context);
    if (context.options.key === 'wrong') throw new Error('no such key');
    return { instruments: context.requested, events: () => NEVER };
  },
});
const without = defineProvider({ type: 'without', summary: 'Has no venue.', options, create: () => ({}) });

const loaded = (given: object, of: typeof plugin = plugin): LoadedProvider => {
  const { own, settings } = splitProviderSettings(withProviderSettings(of.options).parse(given));
  return { key: of.type, plugin: of, options: own, version: '0', settings };
};
const create = (...providers: readonly LoadedProvider[]) =>
  createProviders(
    { ...makeConfig({ strategies: [] }), providers },
    pino({ base: null }, { write: (line: string) => void lines.push(line) }),
  );
/** Whether somebody listens on the port. */
async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answer = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'close').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return answer;
}

describe('a provider with a venue on this machine', () => {
  it('is led to it, is played a market, and takes it down when it is closed', async () => {
    const [made] = await create(loaded({ key: 'mine', loopback: { seed: 3, rate: 100 } }));
    const { port } = pad.options();
    expect(contexts[0]?.options).toEqual({ port, key: 'mine' });
    await until(() => pad.sent.filter(({ kind }) => kind === 'trade').length > 10);
    expect(new Set(pad.sent.map(({ instrument }) => instrument))).toEqual(new Set(['ES', 'NQ']));
    expect(await listens(port)).toBe(true);
    await made?.close();
    expect(await listens(port)).toBe(false);
    const before = pad.sent.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(pad.sent.length).toBe(before);
  });

  it('sees the same walk of prices for the same seed', async () => {
    const prices: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      pad = new Pad();
      const [made] = await create(loaded({ loopback: { seed: 3, rate: 200 } }));
      await until(() => pad.sent.length > 50);
      await made?.close();
      const trades = pad.sent.filter((event) => event.kind === 'trade' && event.instrument === 'ES');
      prices.push(trades.slice(0, 8).map((event) => 'price' in event && [event.price, event.size, event.side]));
    }
    expect(prices[0]).toEqual(prices[1]);
  });

  it('lives through the faults of its configuration', async () => {
    const faults = [
      { fault: 'silent', after: '20ms', lasts: '30ms' },
      { fault: 'malformed', after: '80ms' },
    ];
    const [made] = await create(loaded({ loopback: { faults } }));
    await until(() => pad.told.length === 3);
    expect(pad.told).toEqual(['silent', 'behave', 'malformed']);
    await made?.close();
  });

  it('is hurt no more once it is closed', async () => {
    const [made] = await create(loaded({ loopback: { faults: [{ fault: 'malformed', after: '60ms' }] } }));
    await made?.close();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(pad.told).toEqual([]);
  });

  it('is refused faults that its venue cannot play, all at once and before anything is opened', async () => {
    const faults = [
      { fault: 'drop', after: '1s' },
      { fault: 'wrong-token', after: '1s' },
      { fault: 'rate-limit', after: '2s' },
    ];
    const error: unknown = await create(loaded({ loopback: { faults } })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      problems: [
        { code: 'CONFIG_INVALID_OPTION', where: { path: 'providers.pad.loopback.faults.1.fault' }, was: 'wrong-token' },
        { code: 'CONFIG_INVALID_OPTION', where: { path: 'providers.pad.loopback.faults.2.fault' }, was: 'rate-limit' },
      ],
    });
    expect(() => pad.options()).toThrow();
  });

  it('is refused when it has no venue', async () => {
    await expect(create(loaded({ loopback: {} }, without))).rejects.toMatchObject({ code: 'NO_LOOPBACK' });
  });

  it('leaves nothing open when it, or one after it, cannot be created', async () => {
    await expect(create(loaded({ key: 'wrong', loopback: {} }))).rejects.toThrow('no such key');
    expect(await listens(pad.options().port)).toBe(false);
    pad = new Pad();
    const second = { ...loaded({ key: 'wrong' }), key: 'pad/second' };
    await expect(create(loaded({ loopback: {} }), second)).rejects.toThrow('no such key');
    expect(await listens(pad.options().port)).toBe(false);
  });
});

describe('the sample of a bad frame in the log', () => {
  it('is short, shows no token, and is made of anything', async () => {
    await create(loaded({}));
    const bad = (kind: string, sample: unknown): void => contexts[0]?.link.bad(kind, sample);
    bad('text', 'x'.repeat(500));
    bad('token', '{"access_token":"tok-5f3c9a71e2","other":1}');
    bad('object', { token: 'tok-5f3c9a71e2', price: 'abc' });
    bad('bytes', new Uint8Array([1, 171]));
    bad('number', { id: 2n });
    bad('nothing', undefined);
    const samples = lines.map((line) => (JSON.parse(line) as { sample: string }).sample);
    expect(samples).toEqual([
      'x'.repeat(200),
      '{"access_token":"•••","other":1}',
      '{"token":"•••","price":"abc"}',
      '01ab',
      '{ id: 2n }',
      'undefined',
    ]);
  });
});
