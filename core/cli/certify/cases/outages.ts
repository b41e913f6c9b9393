import type { NetworkFault } from '../../../plugin/loopback.ts';
import type { Bench, CertifyCase } from '../case.ts';
import { sameEvent } from '../same-event.ts';
import type { Stage } from '../stage.ts';
import { fail, holdsWithin, pause, until } from '../wait.ts';
import { everything } from './demand.ts';

/** What the issue allows from the moment that the server is back. */
const RESUME_MS = 5000;
const REFUSED_MS = 400;
const SILENCE_US = 300_000;
const SILENT_MS = 500;
const DROPS = 10;
const CUTS = 5;
const CUT_MS = 300;

/** Live with everything, then something happens, then live again with everything and nothing twice. */
async function survives(bench: Bench, happen: (stage: Stage) => Promise<void> | void): Promise<string | undefined> {
  const stage = await bench.open();
  await stage.connect(...everything(bench));
  const before = await stage.flow(bench.primary, bench.symbol);
  const losses = stage.losses;
  await happen(stage);
  await stage.lost(losses);
  return resumed(bench, stage, before);
}

async function resumed(bench: Bench, stage: Stage, before: Parameters<Stage['times']>[0]): Promise<string | undefined> {
  await stage.live(RESUME_MS);
  const [first] = await Promise.all(bench.claims.symbols.map((symbol) => stage.flow(bench.primary, symbol, RESUME_MS)));
  for (const event of [before, first ?? before]) {
    if (stage.times(event) > 1) fail('a row came out twice');
  }
  const isTold = stage.gaps.length > 0 || stage.provider.resumes === true;
  if (!isTold) fail('the gap was not reported');
  return undefined;
}

const fault = (id: number, what: NetworkFault, text: Pick<CertifyCase, 'name' | 'proves'>): CertifyCase => ({
  id,
  ...text,
  play: (bench) => survives(bench, (stage) => stage.venue.misbehave(what)),
});

export const dropped = fault(8, 'drop', {
  name: 'comes back after a drop, with every subscription',
  proves: 'A reset connection is made anew within 5 s, everything is subscribed again, and the gap is reported.',
});

export const cutInFrame: CertifyCase = {
  id: 9,
  name: 'comes back after a drop in the middle of a frame',
  proves: 'Half a message does no harm, and does not spoil the next connection.',
  play: (bench) =>
    survives(bench, async (stage) => {
      // The next bytes that the venue sends may be the answer to a request: then it was that which was cut.
      for (let i = 0; i < CUTS && stage.losses === 0; i++) {
        stage.venue.misbehave('drop-mid-frame');
        stage.trySend(bench.primary, bench.symbol);
        await holdsWithin(CUT_MS, () => stage.losses > 0);
      }
    }),
};

export const refused: CertifyCase = {
  id: 10,
  name: 'goes on trying while it is refused',
  proves: 'A server that is away for a while is asked again and again, not hammered, and used as soon as it is back.',
  play: (bench) =>
    survives(bench, async (stage) => {
      const before = stage.losses;
      stage.venue.misbehave('refuse');
      await pause(REFUSED_MS);
      if (stage.losses - before < 2) fail('it did not try again while it was refused');
      stage.venue.behave();
    }),
};

export const restarted = fault(11, 'restart', {
  name: 'comes back after a restart of the server',
  proves: 'Whatever the server forgot is set up anew.',
});

export const closed = fault(14, 'close', {
  name: 'comes back after a polite close',
  proves: 'A server that says goodbye is treated like one that goes without a word.',
});

export const halfOpen: CertifyCase = {
  id: 12,
  name: 'notices a connection that is dead but open',
  proves: 'No byte for as long as `connection.silence` allows, and the connection is made anew.',
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open({ connection: { silenceUs: SILENCE_US } });
    await stage.connect({ stream: primary, instrument: symbol });
    stage.play(primary, symbol, 40);
    for (const what of ['half-open', 'freeze'] as const) {
      await until(() => stage.state === 'live', 'it is not live before the fault');
      const losses = stage.losses;
      stage.venue.misbehave(what);
      await stage.lost(losses);
      stage.venue.behave();
      await stage.live(RESUME_MS);
      await flowsAgain(stage, `after ${what}`);
    }
    return undefined;
  },
};

export const silent: CertifyCase = {
  id: 13,
  name: 'notices a venue that lives but sends no data',
  proves: 'Heartbeats alone do not count as a market: `connection.dataSilence` makes the connection anew.',
  needs: { fault: 'silent' },
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open({ connection: { dataSilenceUs: SILENCE_US } });
    await stage.connect({ stream: primary, instrument: symbol });
    stage.play(primary, symbol, 40);
    await flowsAgain(stage, 'before the fault');
    const losses = stage.losses;
    stage.venue.misbehave('silent');
    await pause(SILENT_MS);
    await stage.lost(losses);
    stage.venue.behave();
    await flowsAgain(stage, 'after the silence');
    return undefined;
  },
};

async function flowsAgain(stage: Stage, when: string): Promise<void> {
  const before = stage.seen.length;
  await until(() => stage.seen.length > before + 2, `no rows ${when}`, RESUME_MS);
}

export const noTradeTwice: CertifyCase = {
  id: 26,
  name: 'loses no trade silently and delivers none twice, over 10 drops',
  proves: 'Every trade arrives once, or lies in a gap that was reported.',
  needs: { stream: 'trades' },
  play: async (bench) => {
    const { symbol, random } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: 'trades', instrument: symbol });
    await stage.flow('trades', symbol);
    stage.play('trades', symbol, 2);
    for (let i = 0; i < DROPS; i++) {
      await pause(20 + random.below(60));
      const losses = stage.losses;
      stage.venue.misbehave('drop');
      await stage.lost(losses);
      await stage.live(RESUME_MS);
      await flowsAgain(stage, `after drop ${i + 1}`);
    }
    stage.stopPlaying();
    await stage.flow('trades', symbol);
    return accountFor(stage);
  },
};

/** A row that was on its way when the connection broke is older than the last one that arrived. */
const IN_FLIGHT_MS = 100;

function accountFor(stage: Stage): string | undefined {
  const came = new Map<number, number>();
  for (const event of stage.seen) {
    if (event.kind === 'trade') came.set(event.price, (came.get(event.price) ?? 0) + 1);
  }
  const twice = stage.sent.filter((event) => event.kind === 'trade' && (came.get(event.price) ?? 0) > 1);
  if (twice.length > 0) fail(`${twice.length} of ${stage.sent.length} trades came out more than once`);
  const absent = stage.sent.filter((event) => !stage.seen.some((each) => sameEvent(each, event)));
  const untold = absent.filter(({ tsEvent = 0 }) => !stage.gaps.some((gap) => covers(gap, tsEvent)));
  if (untold.length > 0)
    fail(`${untold.length} of ${stage.sent.length} trades are missing, and no gap was reported for them`);
  return absent.length === 0
    ? 'nothing was missing'
    : `${absent.length} of ${stage.sent.length} missing, all in reported gaps`;
}

const covers = (
  { from = 0, until: end = Number.POSITIVE_INFINITY, filled }: Stage['gaps'][number],
  at: number,
): boolean => filled !== 'all' && at >= from - IN_FLIGHT_MS && at <= end + IN_FLIGHT_MS;
