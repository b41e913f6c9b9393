import type { VenueFault } from '../../../plugin/loopback.ts';
import type { Bench, CertifyCase } from '../case.ts';
import type { Stage } from '../stage.ts';
import { fail, pause, Unplayable, until } from '../wait.ts';

const SETTLE_MS = 60;

/** A connection that flows. */
async function flowing(bench: Bench): Promise<Stage> {
  const stage = await bench.open();
  await stage.connect({ stream: bench.primary, instrument: bench.symbol });
  await stage.flow(bench.primary, bench.symbol);
  return stage;
}

/** The frame may come now, or take the place of the next one: it is the one after that which has to arrive. */
async function afterFrame(bench: Bench, fault: VenueFault): Promise<Stage> {
  const stage = await flowing(bench);
  stage.venue.misbehave(fault);
  stage.trySend(bench.primary, bench.symbol);
  await pause(SETTLE_MS);
  await stage.flow(bench.primary, bench.symbol);
  if (stage.losses > 0) fail('the connection was given up because of one frame');
  return stage;
}

export const malformed: CertifyCase = {
  id: 15,
  name: 'skips a malformed frame, and counts it',
  proves: 'A frame that cannot be read costs itself and nothing else.',
  needs: { fault: 'malformed' },
  play: async (bench) => {
    const { meter } = await afterFrame(bench, 'malformed');
    if (meter.badFrames.size === 0) fail('nobody counted it');
    return `counted as ${[...meter.badFrames.keys()].join(', ')}`;
  },
};

export const unknownMessage: CertifyCase = {
  id: 16,
  name: 'lives with a message it does not know',
  proves: 'A venue may add to its protocol without stopping anybody.',
  needs: { fault: 'unknown-message' },
  play: async (bench) => {
    await afterFrame(bench, 'unknown-message');
    return undefined;
  },
};

export const duplicate: CertifyCase = {
  id: 17,
  name: 'delivers a repeated row once',
  proves: 'Volume is not counted twice when the venue repeats itself.',
  needs: { fault: 'duplicate' },
  play: async (bench) => {
    const stage = await flowing(bench);
    stage.venue.misbehave('duplicate');
    const event = await stage.flow(bench.primary, bench.symbol);
    await stage.flow(bench.primary, bench.symbol);
    await pause(SETTLE_MS);
    const times = stage.times(event);
    if (times > 1 && stage.seen.every(({ id = 0 }) => id === 0)) {
      throw new Unplayable('the venue does not number its rows: a repetition looks like two equal ones');
    }
    if (times !== 1) fail(`it came out ${times} times`);
    return undefined;
  },
};

export const sequenceGap: CertifyCase = {
  id: 18,
  name: 'reports a gap in the venue’s numbers, and mends it',
  proves: 'A message that got lost on the way is noticed, told of, and the book comes right again.',
  needs: { fault: 'sequence-gap' },
  play: async (bench) => (bench.claims.streams.includes('depth') ? gapInBook(bench) : gapInFlow(bench)),
};

async function gapInBook(bench: Bench): Promise<string | undefined> {
  const { symbol } = bench;
  const stage = await bookFlowing(bench);
  stage.venue.misbehave('sequence-gap');
  for (let i = 0; i < 4; i++) stage.venue.send(stage.market.change(symbol));
  await until(() => stage.gaps.length > 0, 'no gap was reported');
  await stage.booksAgree(symbol, 'after the gap');
  stage.venue.send(stage.market.change(symbol));
  await stage.booksAgree(symbol, 'one change later');
  return undefined;
}

/** Without a book it is trades that have numbers: the missing one is reported, or fetched. */
async function gapInFlow(bench: Bench): Promise<string | undefined> {
  const { primary, symbol } = bench;
  const stage = await flowing(bench);
  stage.venue.misbehave('sequence-gap');
  const lost = stage.trySend(primary, symbol);
  await stage.flow(primary, symbol);
  await until(
    () => stage.gaps.length > 0 || stage.times(lost) === 1,
    'the missing row was neither reported nor fetched',
  );
  return undefined;
}

export const bookReset: CertifyCase = {
  id: 19,
  name: 'follows a book that is set up anew',
  proves: 'When the venue starts its book again, no level of the old one survives.',
  needs: { stream: 'depth', fault: 'reset-book' },
  play: async (bench) => {
    const { symbol } = bench;
    const stage = await bookFlowing(bench);
    stage.venue.misbehave('reset-book');
    stage.venue.send(stage.market.snapshot(symbol));
    for (let i = 0; i < 5; i++) stage.venue.send(stage.market.change(symbol));
    await stage.booksAgree(symbol, 'after the reset');
    return undefined;
  },
};

async function bookFlowing(bench: Bench): Promise<Stage> {
  const { symbol } = bench;
  const stage = await bench.open();
  stage.venue.send(stage.market.snapshot(symbol));
  await stage.connect({ stream: 'depth', instrument: symbol });
  stage.venue.send(stage.market.snapshot(symbol));
  stage.venue.send(stage.market.change(symbol));
  await stage.booksAgree(symbol, 'before the fault');
  return stage;
}
