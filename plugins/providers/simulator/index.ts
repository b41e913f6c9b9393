import { Observable } from 'rxjs';
import { type Demand, defineProvider, MICROS_PER_MS, type Provider, type ProviderEvent } from '#core';
import { ChunkWriter } from './chunk-writer.ts';
import { Dice } from './dice.ts';
import { Feed } from './feed.ts';
import { syntheticHistory } from './history.ts';
import { SimulatedMarket } from './market.ts';
import { paceOf, simulatorOptions } from './options.ts';
import { runAtFullSpeed, runAtMultiple, runOnWallClock } from './pacing.ts';
import { marketsOf } from './settings.ts';
import { Wanted } from './wanted.ts';

const DAY_US = 86_400_000_000;

/**
 * A market that does not exist, for trying things out: trades, quotes and ten levels of depth that agree with each other, and
 * that come, bounce and cluster as those of real markets do. docs/simulator.md has the model and what it is held to.
 *
 * In       `demand`; only the streams that it names leave the provider, and they are the same whatever else is wanted
 * Out      trade, quote and depth chunks in order of receipt; a chunk is refilled after the subscriber has returned from it.
 *          `inst` is the instrument's place in `instruments`, which are sorted by symbol. Depth begins with a snapshot
 * Clock    `1x`: the wall clock; any other pace: receipt times come with the rows and begin at `start`
 * Ends     after `duration`; every subscription begins anew from the seed
 * Errors   CONFIG_UNKNOWN_INSTRUMENT, for options of an instrument that was not requested
 */
export default defineProvider({
  type: 'simulator',
  summary: 'Invents a market: seeded trades, quotes and depth, at any pace.',
  options: simulatorOptions,

  create: ({ options, requested, random, wall }): Provider => {
    const settings = marketsOf(requested, options);
    const seed = options.seed ?? random.below(2 ** 32);
    const pace = paceOf(options.pace);
    const startAt = Date.parse(options.start) * MICROS_PER_MS;
    const lengthUs = options.duration ?? Infinity;
    const latencyUs = options.latency;

    const events = (demand: Demand) =>
      new Observable<ProviderEvent>((subscriber) => {
        const markets = settings.map((market) => new SimulatedMarket(market, seed, startAt % DAY_US));
        const wanted = new Wanted(
          demand,
          markets.map(({ instrument }) => instrument.symbol),
        );
        const writer = new ChunkWriter(markets.length, (chunk) => subscriber.next(chunk));
        const feed = new Feed({ markets, wanted, dice: new Dice(seed, 'latency'), startAt, latencyUs, writer });
        const pacing = { feed, wall, lengthUs, idle: () => wanted.nothing, done: () => subscriber.complete() };

        subscriber.add(() => {
          writer.open = false;
          wanted.close();
        });
        if (pace === 1) subscriber.add(runOnWallClock(pacing, latencyUs));
        else if (pace === Infinity) subscriber.add(runAtFullSpeed(pacing));
        else subscriber.add(runAtMultiple(pacing, pace));
      });

    return {
      instruments: settings.map(({ spec }) => spec),
      ...(pace === 1 ? {} : { clock: 'events', startsAt: startAt / MICROS_PER_MS }),
      events,
      history: (request) => {
        const market = settings.find(({ instrument }) => instrument.symbol === request.instrument);
        return Promise.resolve(market === undefined ? [] : syntheticHistory(market, request, seed));
      },
    };
  },
});
