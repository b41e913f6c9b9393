import { NEVER } from 'rxjs';
import type {
  Gap,
  InstrumentSpec,
  LoopbackFault,
  LoopbackVenue,
  MarketEvent,
  ProviderEvent,
  ProviderPlugin,
  StreamDemand,
} from '#core';
import { SeededRandom } from '../../core/domain/random.ts';
import { createNet } from '../../core/net/create-net.ts';
import { LinkMeter } from '../../core/runtime/connections/link-meter.ts';
import { Supervisor } from '../../core/runtime/connections/supervisor.ts';
import { wallScheduler } from '../../core/runtime/wall.ts';
import { until } from '../helpers/provider-rig.ts';

const BEAT_MS = 4;
/** Short, so that a frozen connection is noticed within a test's patience. */
const SILENCE_US = 400_000;
/** Faults come thick and fast here; a real connection must hold for longer before its past is forgotten. */
const STABLE_US = 10_000;

export interface ChaosSubject {
  readonly plugin: ProviderPlugin;
  readonly instruments: readonly InstrumentSpec[];
  /** Options beside those of the venue. */
  readonly options?: object;
}

/** What one fault did. */
export interface Outcome {
  /** From the moment the server was well again until a trade sent after it has come and every stream is subscribed to. */
  readonly resumedMs: number;
  readonly twice: number;
  /** Trades that never came, though somebody was subscribed when they were sent. */
  readonly missing: number;
  readonly disordered: number;
  readonly gaps: readonly Gap[];
  readonly subscriptions: readonly string[];
}

/** A supervised provider at its loopback venue, with a trade every few milliseconds whose price is its number. */
export async function chaosRig({ plugin, instruments, options = {} }: ChaosSubject, seed: number) {
  if (plugin.loopback === undefined) throw new Error(`${plugin.type} has no loopback venue`);
  const { default: makeVenue } = await plugin.loopback();
  const symbols = instruments.map(({ symbol }) => symbol);
  const venue: LoopbackVenue = makeVenue({ instruments: symbols });
  await venue.start();
  const meter = new LinkMeter();
  const quiet = (): void => undefined;
  const provider = await plugin.create({
    name: plugin.type,
    options: plugin.options.parse({ ...options, ...venue.options() }),
    requested: instruments,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    random: new SeededRandom(seed, plugin.type),
    wall: wallScheduler,
    net: createNet({ link: meter, limits: new Map(), onProblem: quiet }),
    link: meter,
    baseDir: process.cwd(),
  });
  const wanted: StreamDemand[] = symbols.map((instrument) => ({ stream: 'trades', instrument }));
  const received: number[] = [];
  let gaps: Gap[] = [];
  const supervisor = new Supervisor({
    name: plugin.type,
    provider,
    demand: { current: () => wanted, wants: (stream) => stream === 'trades', changes$: NEVER },
    meter,
    settings: { silenceUs: SILENCE_US, dataSilenceUs: SILENCE_US, stableUs: STABLE_US },
    random: new SeededRandom(seed, 'pause'),
    onRows: (event) => received.push(...numbersOf(event)),
    onState: quiet,
    onGap: (gap) => gaps.push(gap),
    onComplete: quiet,
  });
  const sent: number[] = [];
  let number = 0;
  const beat = setInterval(() => {
    number++;
    const event: MarketEvent = {
      kind: 'trade',
      instrument: symbols[number % symbols.length] ?? '',
      price: priceOf(number),
      size: 1,
      side: number % 2 === 0 ? 'buy' : 'sell',
      tsEvent: Date.now(),
      // Venues number the trades of each symbol without a hole.
      id: Math.ceil(number / symbols.length),
    };
    venue.send(event);
    sent.push(number);
  }, BEAT_MS);
  const alive = (after: number, what: string): Promise<void> =>
    until(() => Math.max(...received.slice(-50)) > after, 15_000, what);
  supervisor.start();
  await alive(5, `${plugin.type}: the first trades`);
  const subscribed = (): string[] =>
    [...new Set(venue.demand().map(({ stream, instrument }) => `${stream} ${instrument}`))].sort();

  const subscribedAgain = (): Promise<void> =>
    until(() => subscribed().length === symbols.length, 15_000, `${plugin.type}: all subscriptions`);

  return {
    venue,
    subscribed,
    /** Plays a fault for `lastsMs` and tells what became of the stream. */
    async suffer(fault: LoopbackFault, lastsMs: number): Promise<Outcome> {
      // By instrument: of two, one may be a step behind the other.
      const from = symbols.map((_, k) => received.findLast((each) => each % symbols.length === k) ?? 0);
      const start = received.length;
      gaps = [];
      venue.misbehave(fault);
      await pause(lastsMs);
      venue.behave();
      const well = number;
      const wellAt = performance.now();
      await alive(well, `${plugin.type}: trades after ${fault}`);
      // The first may have been fetched, before the stream was back.
      await subscribedAgain();
      let resumedMs = performance.now() - wellAt;
      // The others may still be fetching what they missed.
      await until(
        () => symbols.every((_, k) => received.slice(start).some((each) => each > well && each % symbols.length === k)),
        15_000,
        `${plugin.type}: trades of every instrument after ${fault}`,
      );
      await pause(30);
      if (subscribed().length < symbols.length) {
        // What the venue told of was the connection that was about to end.
        await subscribedAgain();
        resumedMs = performance.now() - wellAt;
      }
      const seen = received.slice(start);
      const distinct = new Set(seen);
      const last = symbols.map((_, k) => seen.findLast((each) => each % symbols.length === k) ?? 0);
      const expected = sent.filter((each) => {
        const k = each % symbols.length;
        return each > (from[k] ?? 0) && each <= (last[k] ?? 0);
      });
      return {
        resumedMs,
        twice: received.length - new Set(received).size,
        missing: expected.filter((each) => !distinct.has(each)).length,
        disordered: symbols.reduce(
          (sum, _, k) => sum + stepsBack(seen.filter((each) => each % symbols.length === k)),
          0,
        ),
        gaps: [...gaps],
        subscriptions: subscribed(),
      };
    },
    async stop(): Promise<void> {
      clearInterval(beat);
      supervisor.stop();
      await provider.close?.();
      await venue.stop();
    },
  };
}

const stepsBack = (numbers: readonly number[]): number =>
  numbers.filter((each, i) => i > 0 && each < (numbers[i - 1] ?? 0)).length;

/** Prices on every venue's grid that tell the trades apart. */
const TICK = 0.25;
const priceOf = (number: number): number => 1000 + number * TICK;
const numberOf = (price: number): number => Math.round((price - 1000) / TICK);

function numbersOf(event: ProviderEvent): number[] {
  if (event.kind === 'trade') return [numberOf(event.price)];
  if (event.kind !== 'trades') return [];
  return Array.from(event.price.subarray(0, event.n), numberOf);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
