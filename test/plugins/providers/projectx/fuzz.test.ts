import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { AccountWatch } from '../../../../plugins/providers/projectx/account-watch.ts';
import type { Gateway } from '../../../../plugins/providers/projectx/gateway.ts';
import { HubProtocol } from '../../../../plugins/providers/projectx/hub-protocol.ts';
import { MARKET_EVENTS, USER_EVENTS } from '../../../../plugins/providers/projectx/leg.ts';
import { testLink } from '../../../helpers/provider-rig.ts';
import { often } from '../../../helpers/slow.ts';
import { feedOf, MNQ } from './kit.ts';

const RS = '\x1e';
const FRAMES = often(100_000);
const at = '2026-08-19T20:51:30.052+00:00';
const event = (target: string, ...args: readonly unknown[]) =>
  JSON.stringify({ type: 1, target, arguments: args }) + RS;

/** Frames as they are on the wire: the specification's samples. */
const valid = [
  event('GatewayTrade', MNQ, [{ symbolId: 'F.US.MNQ', price: 7730.5, timestamp: at, type: 1, volume: 1 }]),
  event('GatewayQuote', MNQ, { symbol: 'F.US.MNQ', bestBid: 29547, bestAsk: 29547.5, lastUpdated: at, timestamp: at }),
  event('GatewayDepth', MNQ, [
    { price: 29547, volume: 2, currentVolume: 0, type: 2, timestamp: at },
    { price: 29548, volume: 2, currentVolume: 0, type: 3, timestamp: at },
    { price: 0, volume: 0, currentVolume: 0, type: 6, timestamp: at },
  ]),
  event('GatewayUserOrder', {
    action: 1,
    data: { id: 3, accountId: 1, contractId: MNQ, status: 5, type: 2, side: 1, size: 1 },
  }),
  event('GatewayUserTrade', { action: 0, data: { id: 4, accountId: 1, contractId: MNQ, price: 1, side: 0, size: 1 } }),
  event('GatewayUserPosition', { action: 2, data: { id: 5, accountId: 1, contractId: MNQ, type: 0, size: 0 } }),
  event('GatewayUserAccount', { id: 1, balance: 1.5, canTrade: true }),
  `{"type":6}${RS}{"type":3,"invocationId":"7","result":null}${RS}{"type":7,"error":"x","allowReconnect":true}${RS}`,
];
const bits = ['null', '{}', '[]', '-1', '1e999', '"x"', 'true', RS, '"', ',', '{"type":1}', '\\u0000', '1e308', '""'];

function mutated(random: SeededRandom): string {
  let text = valid[random.below(valid.length)] ?? '';
  for (let i = random.below(4); i >= 0; i--) {
    const place = random.below(text.length + 1);
    const cut = random.below(12);
    text =
      text.slice(0, place) + (random.below(2) === 0 ? '' : bits[random.below(bits.length)]) + text.slice(place + cut);
  }
  return text;
}

describe('frames of any kind', () => {
  it(`do no harm: ${FRAMES.toLocaleString('en')} mutated ones, no exception, every row sound, nothing grows`, () => {
    const random = new SeededRandom(7, 'frames');
    const { feed, rows, events } = feedOf();
    const link = testLink();
    const memory = { fills: new Map<string, boolean>(), held: new Set<string>(), lastAt: undefined };
    let reports = 0;
    const account = new AccountWatch({
      gateway: undefined as unknown as Gateway,
      accountId: 1,
      link,
      now: () => 0,
      nameOf: (id) => id,
      memory,
      emit: () => reports++,
    });
    const protocol = new HubProtocol(link, [...MARKET_EVENTS, ...USER_EVENTS]);
    let carried = 0;
    for (let i = 0; i < FRAMES; i++) {
      for (const message of protocol.parseMessages(mutated(random))) {
        if (message.type !== 1) continue;
        const hubEvent = { target: message.target, args: message.arguments };
        if (/^gatewayuser/i.test(message.target)) account.take(hubEvent);
        else feed.take(hubEvent);
      }
      // What carries over from frame to frame ends with the next separator.
      carried = Math.max(carried, Reflect.get(protocol, 'rest').length);
      if (i % 1000 === 0) {
        for (const { kind, values } of rows()) {
          expect(values.every((value) => kind === 'quotes' || Number.isFinite(value))).toBe(true);
        }
        events.length = 0;
      }
    }
    expect(reports).toBeGreaterThan(FRAMES / 100);
    expect(link.said.bad.length).toBeGreaterThan(FRAMES / 100);
    expect(carried).toBeLessThan(10_000);
    expect(memory.fills.size).toBeLessThanOrEqual(10_000);
  });
});
