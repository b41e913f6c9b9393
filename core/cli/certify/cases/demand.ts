import type { StreamDemand } from '../../../plugin/demand.ts';
import type { Bench, CertifyCase } from '../case.ts';
import { sameEvent } from '../same-event.ts';
import type { Stage } from '../stage.ts';
import { fail, holdsWithin, pause, until } from '../wait.ts';

/** Long enough for a row to come out that should not. */
const QUIET_MS = 80;
/** Providers gather changes of the demand for a moment, to stay within the limits of their venue. */
const UNSUBSCRIBE_MS = 1500;

/** Every stream of every instrument. */
export const everything = ({ claims }: Bench): readonly StreamDemand[] =>
  claims.streams.flatMap((stream) => claims.symbols.map((instrument) => ({ stream, instrument })));

export const connects: CertifyCase = {
  id: 1,
  name: 'connects and goes live',
  proves: 'With good credentials the provider logs in, subscribes and says that it is live.',
  play: async (bench) => {
    const stage = await bench.open();
    await stage.connect(...everything(bench));
    if (stage.losses > 0) fail('it needed more than one connection');
    return stage.needsRows ? 'it says so only when the first row comes' : undefined;
  },
};

export const subscribes: CertifyCase = {
  id: 2,
  name: 'subscribes to what is asked for, and to nothing else',
  proves: 'A strategy that wants one stream of one instrument costs no more than that.',
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: primary, instrument: symbol });
    await pause(QUIET_MS);
    const difference = stage.demand.differenceTo(stage.venue.demand());
    if (difference !== undefined) fail(difference);
    await stage.flow(primary, symbol);
    return undefined;
  },
};

export const followsDemand: CertifyCase = {
  id: 7,
  name: 'follows a demand that changes while it is live',
  proves: 'Strategies can subscribe and unsubscribe at any time, without a new connection.',
  play: async (bench) => {
    const { primary, symbol, other, claims } = bench;
    const second = claims.streams.find((stream) => stream !== primary);
    const first = { stream: primary, instrument: symbol };
    const added =
      second === undefined ? { stream: primary, instrument: other } : { stream: second, instrument: symbol };
    if (second === undefined && other === symbol) return 'one stream of one instrument: nothing to add';
    const stage = await bench.open();
    await stage.connect(first);
    stage.demand.set([first, added]);
    await stage.live();
    if (added.stream !== 'depth') await stage.flow(added.stream, added.instrument);
    stage.demand.set([first]);
    const remark = await removed(stage, added);
    await stage.flow(primary, symbol);
    if (stage.losses > 0) fail('it connected anew');
    return remark;
  },
};

/** Gone at the venue; or, where a venue has no way to unsubscribe, at least not handed on. */
async function removed(stage: Stage, { stream, instrument }: StreamDemand): Promise<string | undefined> {
  const atVenue = (): boolean =>
    stage.venue.demand().some((each) => each.stream === stream && each.instrument === instrument);
  if (await holdsWithin(UNSUBSCRIBE_MS, () => !atVenue())) return undefined;
  const event = stage.trySend(stream, instrument);
  await pause(QUIET_MS);
  if (stage.seen.some((each) => sameEvent(each, event))) {
    fail(`${stream} of ${instrument} still come out after they were unsubscribed`);
  }
  return `the venue goes on sending ${stream}; the provider keeps them to itself`;
}

export const comesAgain: CertifyCase = {
  id: 30,
  name: 'stops when it is unsubscribed, and starts again',
  proves: 'A connection that was closed on purpose stays closed, and can be opened again by the same provider.',
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: primary, instrument: symbol });
    await stage.flow(primary, symbol);
    stage.disconnect();
    await until(() => stage.venue.demand().length === 0, 'the venue still has subscriptions of a closed connection');
    const before = stage.seen.length;
    stage.trySend(primary, symbol);
    await pause(QUIET_MS);
    if (stage.seen.length > before) fail('rows come out after the connection was closed');
    await stage.connect();
    const event = await stage.flow(primary, symbol);
    if (stage.times(event) > 1) fail('a row comes out twice after the second start');
    return undefined;
  },
};
