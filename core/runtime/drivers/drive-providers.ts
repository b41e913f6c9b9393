import type { ConnectionState } from '../../domain/market.ts';
import { SeededRandom } from '../../domain/random.ts';
import type { Micros } from '../../domain/time.ts';
import type { RestoredState } from '../../plugin/persistence.ts';
import type { HistoryRequest, Provider } from '../../plugin/provider.ts';
import type { Run } from '../run.ts';
import { Supervisor } from '../supervisor.ts';
import { wallMicros, wallTimers } from '../wall.ts';
import type { Driver } from './driver.ts';

const CHECKPOINT_MS = 1000;
/** How long a clean stop waits for orders to be cancelled or filled. */
const SETTLE_LIMIT_MS = 3000;
const HISTORY_LIMIT_MS = 15_000;
/** Longest delay that setTimeout takes. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

export interface ProviderDrive {
  readonly providers: readonly { readonly name: string; readonly provider: Provider }[];
  /** Events bring their own receipt time; nothing waits for the wall clock. */
  readonly ownClock: boolean;
  readonly seed: number;
  /** Length of the run on its own clock. */
  readonly forUs: Micros | undefined;
  /** What an earlier run left open. */
  readonly restored?: RestoredState | undefined;
}

/**
 * Feeds a run from connected providers. In wall-clock mode an alarm wakes the kernel when a timer or a bar falls due in a
 * quiet moment; it moves the clock and changes nothing else.
 */
export async function driveProviders(run: Run, drive: ProviderDrive): Promise<Driver> {
  const { ownClock } = drive;
  const requests: { key: string; request: HistoryRequest }[] = [];
  run.pieces.market.history.onRequest = (key, request) => void requests.push({ key, request });
  await run.start();
  if (drive.restored !== undefined) run.restore(drive.restored);
  await Promise.all(requests.splice(0).map((each) => answerHistory(run, drive.providers, each)));
  run.pieces.market.history.onRequest = (key, request) => void answerHistory(run, drive.providers, { key, request });

  let alarm: NodeJS.Timeout | undefined;
  let alarmAt = Number.POSITIVE_INFINITY;
  const endAt = drive.forUs === undefined ? Number.POSITIVE_INFINITY : run.pieces.kernel.now + drive.forUs;
  const wake = (): void => {
    alarmAt = Number.POSITIVE_INFINITY;
    if (!run.pieces.kernel.busy && !run.ended) run.pieces.kernel.advanceTo(run.pieces.intake.stamp());
    if (run.pieces.kernel.now >= endAt) stop('the time given with --for is over');
    arm();
  };
  const arm = (): void => {
    if (ownClock || run.ended) return;
    const due = Math.min(run.pieces.kernel.nextDue, endAt);
    if (due >= alarmAt) return;
    wallTimers.clearTimeout(alarm);
    alarmAt = due;
    const delayMs = Math.max(0, Math.ceil((due - wallMicros()) / 1000));
    if (delayMs <= LONGEST_TIMEOUT_MS) alarm = wallTimers.setTimeout(wake, delayMs);
  };
  run.pieces.kernel.onDeadline = arm;

  const supervisors = drive.providers
    .filter(({ provider }) => provider.events !== undefined)
    .map(({ name, provider }) => {
      const numbers = runNumbers(run, provider);
      const supervisor: Supervisor = new Supervisor({
        name,
        provider,
        demand: run.pieces.kernel.demand,
        random: new SeededRandom(drive.seed, `reconnect/${name}`),
        onEvent: (event) => {
          if (run.stopping !== undefined && ownClock) return;
          run.pieces.intake.take(event, numbers);
          if (run.pieces.kernel.now >= endAt) stop('the time given with --for is over');
        },
        onState: (state, reason) => noteState(run, name, state, reason, supervisor.reconnects),
        onComplete: () => {
          if (supervisors.every((each) => each.state === 'closed')) stop('the provider has no more events');
        },
      });
      return supervisor;
    });

  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const checkpoints = wallTimers.setInterval(() => void run.checkpoint(), CHECKPOINT_MS);
  run.onEnd = () => {
    for (const supervisor of supervisors) supervisor.stop();
    wallTimers.clearInterval(checkpoints);
    wallTimers.clearTimeout(alarm);
    finish();
  };
  const stop = (reason: string): void => {
    if (run.stopping !== undefined) return;
    run.requestStop(reason);
    if (ownClock) {
      run.pieces.kernel.advanceTo(run.pieces.kernel.now + run.settleUs + 1);
      run.requestEnd();
    } else endWhenSettled(run);
  };
  for (const supervisor of supervisors) supervisor.start();
  arm();
  // A run of simulated time may have ended inside start(), before its providers yielded once.
  return { done, stop: (reason) => wallTimers.setImmediate(() => stop(reason)), progress: () => undefined };
}

/** The run's number of each instrument of a provider; `undefined` when they number alike. */
function runNumbers(run: Run, { instruments }: Provider): readonly (number | undefined)[] | undefined {
  const numbers = instruments?.map(
    ({ symbol }) => run.pieces.instruments.find((each) => each.symbol === symbol)?.index,
  );
  return numbers?.every((number, i) => number === i) === true ? undefined : numbers;
}

function endWhenSettled(run: Run): void {
  const limit = wallMicros() + SETTLE_LIMIT_MS * 1000;
  const look = (): void => {
    const waiting = run.pieces.desk.account.openOrders().length > 0 && run.awaitsOrders;
    if (waiting && wallMicros() < limit) wallTimers.setTimeout(look, 20);
    else run.requestEnd();
  };
  look();
}

function noteState(
  run: Run,
  provider: string,
  state: ConnectionState,
  reason: string | undefined,
  reconnects: number,
): void {
  run.connections.set(provider, { state, reconnects });
  const health = state === 'live' ? 100 : state === 'connecting' ? 50 : 0;
  run.noteStatus({ provider, state, health, reason, tsRecv: run.pieces.intake.stamp() / 1000 });
}

/** Asks the providers in order; the first that has any wins. No answer is an answer, and goes on the tape as well. */
async function answerHistory(
  run: Run,
  providers: ProviderDrive['providers'],
  { key, request }: { readonly key: string; readonly request: HistoryRequest },
): Promise<void> {
  for (const { name, provider } of providers) {
    try {
      const limit = new Promise<readonly []>((resolve) =>
        wallTimers.setTimeout(() => resolve([]), HISTORY_LIMIT_MS).unref(),
      );
      const bars = await Promise.race([provider.history?.(request) ?? [], limit]);
      if (bars.length > 0) return run.pieces.intake.input('history', { key, bars });
    } catch (error) {
      run.noteProblem(`history of ${key} from ${name}`, error);
    }
  }
  run.pieces.intake.input('history', { key, bars: [] });
}
