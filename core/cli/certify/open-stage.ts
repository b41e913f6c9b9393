import type { SeededRandom } from '../../domain/random.ts';
import { createNet } from '../../net/create-net.ts';
import type { ProviderPlugin } from '../../plugin/define.ts';
import type { LoopbackFactory } from '../../plugin/loopback.ts';
import type { RateLimit } from '../../plugin/net.ts';
import type { Provider } from '../../plugin/provider.ts';
import { LinkMeter } from '../../runtime/connections/link-meter.ts';
import { wallScheduler } from '../../runtime/wall.ts';
import type { Ledger } from './ledger.ts';
import { optionsFor } from './provider-options.ts';
import { Stage, type StageOptions } from './stage.ts';

export interface StageKit {
  readonly plugin: ProviderPlugin;
  readonly makeVenue: LoopbackFactory;
  readonly symbols: readonly string[];
}

/** Opens a venue and creates the provider opposite it. Rejects with what the provider's `create` rejects with. */
export async function openStage(
  kit: StageKit,
  { random, ledger }: { readonly random: SeededRandom; readonly ledger: Ledger },
  { connection = {}, before }: StageOptions,
): Promise<Stage> {
  const { plugin, makeVenue, symbols } = kit;
  const venue = makeVenue({ instruments: symbols });
  await venue.start();
  try {
    before?.(venue);
    const meter = new LinkMeter((kind, sample) => ledger.note(`log line: bad frame, ${kind}`, sample));
    const provider = await createProvider(kit, {
      options: optionsFor(plugin.options, venue.options()),
      meter,
      ledger,
      random,
    });
    return new Stage({ venue, provider, meter, symbols, random, ledger, connection });
  } catch (error) {
    await venue.stop();
    throw error;
  }
}

async function createProvider(
  { plugin, symbols }: StageKit,
  parts: {
    readonly options: Readonly<Record<string, unknown>>;
    readonly meter: LinkMeter;
    readonly ledger: Ledger;
    readonly random: SeededRandom;
  },
): Promise<Provider> {
  const { meter, ledger, random } = parts;
  return plugin.create({
    name: plugin.type,
    options: await plugin.options.parseAsync(parts.options),
    requested: symbols.map((symbol) => ({ symbol })),
    log: ledger.log(),
    random,
    wall: wallScheduler,
    net: createNet({
      link: meter,
      limits: new Map<string, RateLimit>(),
      onSocket: () => {
        meter.networked = true;
      },
      onProblem: (what, error) => ledger.note(`log line: ${what} failed`, error),
    }),
    link: meter,
    baseDir: process.cwd(),
  });
}
