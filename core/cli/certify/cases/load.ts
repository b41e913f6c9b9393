import type { MarketEvent } from '../../../plugin/loopback.ts';
import { wallMicros } from '../../../runtime/wall.ts';
import type { CertifyCase } from '../case.ts';
import { sameEvent } from '../same-event.ts';
import type { Stage } from '../stage.ts';
import { fail, pause, untilCount } from '../wait.ts';

const DELAYED = 50;
const BURST = 20_000;
const PER_TURN = 500;
const BLOCK_US = 200_000;

export const delayed: CertifyCase = {
  id: 24,
  name: 'loses nothing on a slow line',
  proves: 'Frames that come late come all, and in order.',
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: primary, instrument: symbol });
    stage.venue.misbehave('delay');
    const sent: MarketEvent[] = [];
    for (let i = 0; i < DELAYED; i++) {
      sent.push(stage.send(primary, symbol));
      if (i % 10 === 0) await pause(5);
    }
    await untilCount(DELAYED, () => stage.seen.length);
    return inOrder(
      sent,
      stage.seen.filter((event) => sent.some((each) => sameEvent(each, event))),
    );
  },
};

export const slowConsumer: CertifyCase = {
  id: 25,
  name: 'loses no trade to a slow consumer',
  proves: 'A burst of 20,000 trades, while a strategy takes 200 ms over one of them, arrives whole and in order.',
  needs: { stream: 'trades' },
  when: 'alone',
  play: async (bench) => {
    const { symbol } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: 'trades', instrument: symbol });
    blockOnce(stage);
    const sent: MarketEvent[] = [];
    while (sent.length < BURST) {
      for (let i = 0; i < PER_TURN; i++) sent.push(stage.send('trades', symbol));
      await pause(0);
    }
    const trades = (): readonly MarketEvent[] => stage.seen.filter(({ kind }) => kind === 'trade');
    await untilCount(BURST, () => stage.seen.length);
    if (stage.losses > 0) fail('the connection was lost under the load');
    return inOrder(sent, trades());
  },
};

function blockOnce(stage: Stage): void {
  let rows = 0;
  stage.onRows = () => {
    if (++rows !== 100) return;
    const end = wallMicros() + BLOCK_US;
    while (wallMicros() < end);
  };
}

function inOrder(sent: readonly MarketEvent[], seen: readonly MarketEvent[]): undefined {
  if (seen.length !== sent.length) fail(`${seen.length} came out of ${sent.length}`);
  const wrong = sent.findIndex((event, i) => !sameEvent(seen[i] ?? event, event));
  if (wrong >= 0) fail(`row ${wrong + 1} of ${sent.length} is not in its place`);
  return undefined;
}
