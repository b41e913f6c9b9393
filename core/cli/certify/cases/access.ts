import { MillraceError } from '../../../errors/millrace-error.ts';
import { asError } from '../../../runtime/as-error.ts';
import type { Bench, CertifyCase } from '../case.ts';
import { secretIn } from '../secret-in.ts';
import { fail, pause, Unfulfilled, until } from '../wait.ts';
import { everything } from './demand.ts';

const RENEW_MS = 6000;
const LIMITED_MS = 600;
/** Answers that may come while a venue says "too many": a few tries of a few requests. */
const MOST_ANSWERS = 60;

export const wrongToken: CertifyCase = {
  id: 20,
  name: 'says clearly that it was refused',
  proves: 'Wrong credentials end the start with one error, PROVIDER_AUTH, that says what to do and shows no secret.',
  needs: { fault: 'wrong-token' },
  play: async (bench) => {
    const error = await refusal(bench);
    if (error === undefined) fail('it was let in, or goes on trying');
    if (!(error instanceof MillraceError)) fail(`the error is no MillraceError: ${asError(error).message}`);
    if (error.code !== 'PROVIDER_AUTH') fail(`the code is ${error.code}, not PROVIDER_AUTH`);
    const shown = secretIn(String(error), bench.claims.secrets);
    if (shown !== undefined) fail(`the error shows the secret: ${shown}`);
    return undefined;
  },
};

/** From `create`, or from the first connection. */
async function refusal(bench: Bench): Promise<unknown> {
  try {
    const stage = await bench.open({ apart: true, before: (venue) => venue.misbehave('wrong-token') });
    stage.start(...everything(bench));
    await until(() => stage.gaveUp !== undefined, 'it goes on trying');
    return stage.gaveUp;
  } catch (error) {
    if (error instanceof Unfulfilled) return undefined;
    return error;
  }
}

export const expiredToken: CertifyCase = {
  id: 21,
  name: 'renews a token that expired',
  proves: 'A run that outlives its token goes on without a restart.',
  needs: { fault: 'expired-token' },
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: primary, instrument: symbol });
    await stage.flow(primary, symbol);
    stage.venue.misbehave('expired-token');
    stage.venue.misbehave('drop');
    await stage.lost(0);
    await stage.live(RENEW_MS);
    await stage.flow(primary, symbol);
    return undefined;
  },
};

export const rateLimited: CertifyCase = {
  id: 22,
  name: 'respects an answer that says "too many"',
  proves: 'While the venue limits us we wait, and come back when it lets us.',
  needs: { fault: 'rate-limit' },
  play: async (bench) => {
    const { primary, symbol } = bench;
    const stage = await bench.open();
    await stage.connect({ stream: primary, instrument: symbol });
    await stage.flow(primary, symbol);
    stage.venue.misbehave('rate-limit');
    const before = stage.meter.messages;
    stage.venue.misbehave('drop');
    await stage.lost(0);
    await pause(LIMITED_MS);
    const asked = stage.meter.messages - before;
    if (asked > MOST_ANSWERS) fail(`${asked} answers in ${LIMITED_MS} ms: it goes on asking`);
    stage.venue.behave();
    await stage.live(RENEW_MS);
    await stage.flow(primary, symbol);
    return undefined;
  },
};

export const keepsSecrets: CertifyCase = {
  id: 27,
  name: 'keeps its secrets',
  proves: 'No key and no token is in a log line, an error, a status or a report, whatever goes wrong.',
  needs: { secrets: true },
  when: 'last',
  play: async (bench) => {
    const stage = await bench.open();
    await stage.connect(...everything(bench));
    if (bench.claims.faults.includes('malformed')) stage.venue.misbehave('malformed');
    stage.trySend(bench.primary, bench.symbol);
    await pause(30);
    await stage.venue.stop();
    await until(() => stage.losses > 1, 'the loss of the server was not noticed');
    for (const line of bench.ledger) {
      const shown = secretIn(line, bench.claims.secrets);
      if (shown !== undefined) fail(`a secret in ${shown}`);
    }
    return `${bench.ledger.length} lines searched`;
  },
};
