import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { LoopbackOptions } from '../../config/provider-settings.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { MillraceError, type Problem } from '../../errors/millrace-error.ts';
import type { ProviderPlugin } from '../../plugin/define.ts';
import { type LoopbackFault, type LoopbackVenue, type MarketEvent, NETWORK_FAULTS } from '../../plugin/loopback.ts';
import { wallTimers } from '../../runtime/wall.ts';
import { SeededMarket } from '../../testing/loopback/seeded-market.ts';

export interface Loopback {
  /** Laid over the provider's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Opens the provider's venue on this machine and lets a market play into it. */
export async function startLoopback(
  key: string,
  plugin: ProviderPlugin,
  instruments: readonly InstrumentSpec[],
  { faults, sent, ...market }: LoopbackOptions,
  baseDir: string,
): Promise<Loopback> {
  if (plugin.loopback === undefined) throw noLoopback(key);
  const { default: makeVenue } = await plugin.loopback();
  const venue = makeVenue({ instruments: instruments.map(({ symbol }) => symbol) });
  const impossible = faults.flatMap(({ fault }, at) =>
    canPlay(venue, fault) ? [] : [cannotPlay(key, venue, fault, at)],
  );
  if (impossible.length > 0) throw new MillraceError(impossible);
  await venue.start();
  const lines = sent === undefined ? undefined : createWriteStream(resolve(baseDir, sent));
  const onSent =
    lines === undefined ? undefined : (event: MarketEvent) => void lines.write(`${JSON.stringify(event)}\n`);
  const walk = new SeededMarket(venue, instruments, { ...market, onSent });
  walk.start();
  const timers = faults.flatMap(({ fault, after, lasts }) => [
    wallTimers.setTimeout(() => venue.misbehave(fault), after / 1000),
    ...(lasts === undefined ? [] : [wallTimers.setTimeout(() => venue.behave(), (after + lasts) / 1000)]),
  ]);
  return {
    options: checked(plugin.options, venue.options()),
    stop: async () => {
      walk.stop();
      for (const timer of timers) wallTimers.clearTimeout(timer);
      await venue.stop();
      if (lines !== undefined) await new Promise<void>((done) => lines.end(done));
    },
  };
}

/** The venue answers options as a YAML would have them; the plugin wants what its schema makes of them. */
function checked(schema: z.ZodType, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const fields: Readonly<Record<string, z.ZodType>> = schema instanceof z.ZodObject ? schema.shape : {};
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, fields[key]?.parse(value) ?? value]));
}

const canPlay = ({ faults }: LoopbackVenue, fault: LoopbackFault): boolean =>
  [...NETWORK_FAULTS, ...faults].includes(fault);

/** Found out now, not by a timer in the middle of the run. */
const cannotPlay = (key: string, { faults }: LoopbackVenue, fault: LoopbackFault, at: number): Problem => ({
  code: 'CONFIG_INVALID_OPTION',
  where: { path: `providers.${key}.loopback.faults.${at}.fault` },
  was: fault,
  expected: `a fault that this venue can play: ${[...NETWORK_FAULTS, ...faults].join(', ')}`,
  fix: 'name one of these',
});

const noLoopback = (key: string): MillraceError =>
  new MillraceError({
    code: 'NO_LOOPBACK',
    where: { path: `providers.${key}.loopback` },
    was: 'a provider without a venue of its own',
    expected: 'one that has, such as binance, databento, finnhub or projectx',
    fix: 'remove loopback',
  });
