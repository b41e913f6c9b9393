import { calendarOf } from '../../calendar/calendar-of.ts';
import { SeededRandom } from '../../domain/random.ts';
import type { Micros } from '../../domain/time.ts';
import { MillraceError } from '../../errors/millrace-error.ts';
import type { ConnectionSettings, Gap } from '../../plugin/connection.ts';
import type { RestoredState } from '../../plugin/persistence.ts';
import type { HistoryRequest, Provider } from '../../plugin/provider.ts';
import type { LinkMeter } from '../connections/link-meter.ts';
import { Supervisor, type SupervisorParts } from '../connections/supervisor.ts';
import type { Intake } from '../intake.ts';
import type { Run } from '../run.ts';
import { wallMicros, wallTimers } from '../wall.ts';
import { Alarm } from './alarm.ts';
import { askHistory } from './ask-history.ts';
import { watchCrossedBooks } from './crossed-books.ts';
import { CHECKPOINT_MS, type Driver } from './driver.ts';
import { fillGap } from './fill-gap.ts';
import { ownDemand } from './own-demand.ts';

/** How long a clean stop waits for orders to be cancelled or filled. */
const SETTLE_LIMIT_MS = 3000;

export interface DrivenProvider {
  readonly name: string;
  readonly provider: Provider;
  /** What the provider counts into; one of its own when it has no network. */
  readonly meter?: LinkMeter | undefined;
  /** What the configuration says of the connection. */
  readonly connection?: Partial<ConnectionSettings> | undefined;
}

export interface ProviderDrive {
  readonly providers: readonly DrivenProvider[];
  /** Events bring their own receipt time; nothing waits for the wall clock. */
  readonly ownClock: boolean;
  readonly seed: number;
  /** Length of the run on its own clock. */
  readonly forUs: Micros | undefined;
  /** What an earlier run left open. */
  readonly restored?: RestoredState | undefined;
}

/** Feeds a run from connected providers, after the warm-up that its strategies asked for. */
export async function driveProviders(run: Run, drive: ProviderDrive): Promise<Driver> {
  const { history } = run.pieces.market;
  const requests: { key: string; request: HistoryRequest }[] = [];
  history.onRequest = (key, request) => void requests.push({ key, request });
  await run.start();
  if (drive.restored !== undefined) run.restore(drive.restored);
  await Promise.all(requests.splice(0).map((each) => answerHistory(run, drive.providers, each)));
  history.onRequest = (key, request) => void answerHistory(run, drive.providers, { key, request });
  const driver = new ProviderDriver(run, drive);
  driver.start();
  return driver;
}

class ProviderDriver implements Driver {
  readonly done: Promise<void>;
  failure: Error | undefined = undefined;
  private readonly run: Run;
  private readonly drive: ProviderDrive;
  private readonly supervisors: readonly Supervisor[];
  private readonly alarm: Alarm;
  /** Clock of the run at which --for is over. */
  private readonly endAt: Micros;

  constructor(run: Run, drive: ProviderDrive) {
    const { kernel } = run.pieces;
    this.run = run;
    this.drive = drive;
    this.endAt = drive.forUs === undefined ? Number.POSITIVE_INFINITY : kernel.now + drive.forUs;
    this.alarm = new Alarm(() => this.wake());
    this.supervisors = drive.providers
      .filter(({ provider }) => provider.events !== undefined)
      .map((each) => this.supervise(each));
    run.connections = () => this.supervisors.map((supervisor) => supervisor.statistics());
    const checkpoints = wallTimers.setInterval(() => void run.checkpoint(), CHECKPOINT_MS);
    const [first] = drive.providers;
    const uncross = watchCrossedBooks(run, (symbol) => run.pieces.instrumentOf(symbol).provider ?? first?.name ?? '');
    this.done = new Promise((resolve) => {
      run.onEnd = () => {
        uncross();
        // The summary tells how the connections were, not that the run closed them.
        const last = run.connections();
        run.connections = () => last;
        for (const supervisor of this.supervisors) supervisor.stop();
        wallTimers.clearInterval(checkpoints);
        this.alarm.clear();
        resolve();
      };
    });
  }

  start(): void {
    this.run.pieces.kernel.onDeadline = () => this.arm();
    for (const supervisor of this.supervisors) supervisor.start();
    this.arm();
  }

  /** Later, because a signal may come in the middle of anything. */
  stop(reason: string): void {
    wallTimers.setImmediate(() => this.end(reason));
  }

  progress(): undefined {
    return undefined;
  }

  private supervise({ name, provider, meter, connection }: DrivenProvider): Supervisor {
    const { run } = this;
    const { intake } = run.pieces;
    const supervisor: Supervisor = new Supervisor({
      name,
      provider,
      meter,
      settings: connection,
      demand: ownDemand(run.pieces.kernel.demand, servedBy(run, name)),
      random: new SeededRandom(this.drive.seed, `reconnect/${name}`),
      isClosed: (symbol, at) => calendarOf(run.pieces.instrumentOf(symbol))?.isOpen(at) === false,
      onRows: this.intoRun(runNumbers(run, provider), intake),
      onReport: (report) => {
        if (this.isOver) return;
        intake.input('report', report);
        this.endInTime();
      },
      onState: (state, reason, health) =>
        run.noteStatus({ provider: name, state, health, reason, tsRecv: run.pieces.intake.stamp() / 1000 }),
      onGap: (gap) => void this.takeGap(supervisor, name, provider, gap),
      onComplete: () => this.endWhenAllClosed('the provider has no more events'),
      onGiveUp: (error) => this.takeGiveUp(name, error),
      onProblem: (what, error) => run.noteProblem(what, error),
    });
    return supervisor;
  }

  private intoRun(numbers: ReturnType<typeof runNumbers>, intake: Intake): SupervisorParts['onRows'] {
    const take: SupervisorParts['onRows'] = (event, receivedAt) => {
      intake.take(event, numbers, receivedAt);
      this.endInTime();
    };
    if (!this.drive.ownClock) return take;
    return (event, receivedAt) => {
      if (!this.isOver) take(event, receivedAt);
    };
  }

  /** Told at once, or when the missing bars are there. */
  private async takeGap({ settings }: Supervisor, provider: string, from: Provider, gap: Gap): Promise<void> {
    const { run } = this;
    let { filled } = gap;
    if (settings.backfill && filled === 'none') {
      try {
        if (await fillGap(run, from, gap)) filled = 'bars';
      } catch (error) {
        run.noteProblem(`filling a gap of ${provider}`, error);
      }
    }
    run.noteGap({ ...gap, filled, provider, tsRecv: run.pieces.intake.stamp() / 1000 });
  }

  /** The others go on without one that went away; a configuration that its venue refuses is the user's to mend, now. */
  private takeGiveUp(name: string, error: Error): void {
    this.failure ??= error;
    const others = this.run.connections().filter(({ state }) => state !== 'closed');
    const wentAway = error instanceof MillraceError && error.code === 'PROVIDER_GAVE_UP';
    if (!wentAway || others.length === 0) return this.end(`${name} gave up`);
    this.run.noteGone(
      name,
      error,
      others.map(({ provider }) => provider),
    );
  }

  /** Of a clock that events drive nothing more may come once it stops. */
  private get isOver(): boolean {
    return this.run.stopping !== undefined && this.drive.ownClock;
  }

  private endWhenAllClosed(reason: string): void {
    if (this.supervisors.every(({ state }) => state === 'closed')) this.end(reason);
  }

  /** In quiet moments the wall clock moves the kernel, so that timers and bars do not wait for the next event. */
  private wake(): void {
    const { intake, kernel } = this.run.pieces;
    if (!kernel.busy && !this.run.ended) kernel.advanceTo(intake.stamp());
    this.endInTime();
    this.arm();
  }

  private arm(): void {
    if (this.drive.ownClock || this.run.ended) return;
    this.alarm.set(Math.min(this.run.pieces.kernel.nextDue, this.endAt));
  }

  private endInTime(): void {
    if (this.run.pieces.kernel.now >= this.endAt) this.end('the time given with --for is over');
  }

  private end(reason: string): void {
    const { run } = this;
    if (run.stopping !== undefined) return;
    run.requestStop(reason);
    if (!this.drive.ownClock) return endWhenSettled(run);
    run.pieces.kernel.advanceTo(run.pieces.kernel.now + run.settleUs + 1);
    run.requestEnd();
  }
}

/** An instrument that names no provider is anybody's. */
function servedBy(run: Run, name: string): (symbol: string) => boolean {
  const others = run.pieces.instruments.filter(({ provider }) => provider !== undefined && provider !== name);
  const foreign = new Set(others.map(({ symbol }) => symbol));
  return (symbol) => !foreign.has(symbol);
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

/** Asks the providers in order; the first that has any wins. No answer is an answer, and goes on the tape as well. */
async function answerHistory(
  run: Run,
  providers: ProviderDrive['providers'],
  { key, request }: { readonly key: string; readonly request: HistoryRequest },
): Promise<void> {
  for (const { name, provider } of providers) {
    try {
      const bars = await askHistory(provider, request);
      if (bars.length > 0) return run.pieces.intake.input('history', { key, bars });
    } catch (error) {
      run.noteProblem(`history of ${key} from ${name}`, error);
    }
  }
  run.pieces.intake.input('history', { key, bars: [] });
}
