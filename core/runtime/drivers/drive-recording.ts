import type { Chunk } from '../../domain/chunk.ts';
import type { Micros } from '../../domain/time.ts';
import type { RestoredState } from '../../plugin/persistence.ts';
import type { Recording } from '../../plugin/provider.ts';
import type { Run } from '../run.ts';
import { wallMicros, wallTimers } from '../wall.ts';
import { CHECKPOINT_MS, type Driver } from './driver.ts';

/** Between two looks at the wall clock when the speed is limited. */
const PACE_MS = 5;

export interface RecordingDrive {
  readonly recording: Recording;
  /** Seconds of the recording per second of the wall clock; Infinity for as fast as possible. */
  readonly speed: number;
  /** The run was killed: rows past this sequence number may be incomplete and are left out, and there is no stop. */
  readonly killedAtSeq?: number | undefined;
  /** Take the market and its history only: the stops and checkpoints on the tape belong to another configuration. */
  readonly marketOnly: boolean;
  /** Length of the run on its own clock. */
  readonly forUs: Micros | undefined;
  /** What an earlier run left open. */
  readonly restored?: RestoredState | undefined;
}

const MARKET_INPUTS: ReadonlySet<string> = new Set(['history', 'status', 'gap', 'backfill', 'report', 'roll']);

/** Feeds a run from a recording. Between two batches it yields, so that Ctrl-C and services get their turn. */
export async function driveRecording(run: Run, drive: RecordingDrive): Promise<Driver> {
  let stopReason: string | undefined;
  let progress = 0;
  await run.start();
  if (drive.restored !== undefined) run.restore(drive.restored);
  const pace = new Pace(drive.speed, run.pieces.kernel.now);
  const checkpoints = wallTimers.setInterval(() => void run.checkpoint(), CHECKPOINT_MS);
  const endAt = drive.forUs === undefined ? Number.POSITIVE_INFINITY : run.pieces.kernel.now + drive.forUs;

  const feed = async (chunk: Chunk, from: number, to: number): Promise<void> => {
    let at = from;
    while (at < to && stopReason === undefined) {
      const until = pace.limited ? pace.rowsDue(chunk, at, to) : to;
      run.pieces.intake.replay(chunk, at, until);
      at = until;
      if (run.pieces.kernel.now >= endAt) stopReason ??= 'the time given with --for is over';
      if (at < to) await pause(PACE_MS);
    }
  };

  const pump = async (): Promise<void> => {
    let unanswered = run.pieces.market.history.pending().length > 0;
    for await (const batch of drive.recording.batches(run.pieces.kernel.demand)) {
      for (const part of batch.runs) {
        if ('input' in part) {
          if (drive.marketOnly && !MARKET_INPUTS.has(part.input.kind)) continue;
          await pace.wait(part.input.recv);
          run.pieces.intake.replayInput(part.input);
        } else {
          // Recorded answers come before the first row; for the rest there is no history.
          if (unanswered) run.giveUpHistory();
          unanswered = false;
          await feed(part.chunk, part.from, upTo(part.chunk, part.from, part.to, drive.killedAtSeq));
        }
        if (run.ended || stopReason !== undefined) break;
      }
      progress = batch.progress;
      if (run.ended || stopReason !== undefined) break;
      await pause(0);
    }
    if (!run.ended && drive.killedAtSeq !== undefined && stopReason === undefined) {
      run.stopping = 'the recorded run was killed here';
    } else if (!run.ended) {
      const { kernel } = run.pieces;
      const { endsAt } = drive.recording;
      // That nothing came any more until then is known as well, and that nothing is late.
      if (stopReason === undefined && endsAt !== undefined) {
        kernel.advanceTo(Math.min(endsAt + kernel.bars.lag.longest, endAt));
      }
      run.requestStop(stopReason ?? 'the recording ended');
      kernel.advanceTo(kernel.now + run.settleUs + 1);
      run.requestEnd();
    }
  };
  const done = pump().finally(() => wallTimers.clearInterval(checkpoints));
  return {
    done,
    stop: (reason) => {
      stopReason ??= reason;
    },
    progress: () => progress,
  };
}

function upTo(chunk: Chunk, from: number, to: number, lastSeq: number | undefined): number {
  if (lastSeq === undefined) return to;
  let end = to;
  while (end > from && (chunk.seq[end - 1] as number) > lastSeq) end--;
  return end;
}

/** Holds a replay to a multiple of real time. */
class Pace {
  readonly limited: boolean;
  private readonly speed: number;
  private readonly from: Micros;
  private readonly startedWall = wallMicros();

  constructor(speed: number, from: Micros) {
    this.speed = speed;
    this.from = from;
    this.limited = Number.isFinite(speed);
  }

  /** End of the rows from `at` on whose time has come. */
  rowsDue(chunk: Chunk, at: number, to: number): number {
    const now = this.now();
    let end = at;
    while (end < to && (chunk.recv[end] as number) <= now) end++;
    return end;
  }

  async wait(until: Micros): Promise<void> {
    while (this.limited && this.now() < until) await pause(PACE_MS);
  }

  private now(): Micros {
    return this.from + (wallMicros() - this.startedWall) * this.speed;
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => (ms === 0 ? wallTimers.setImmediate(resolve) : wallTimers.setTimeout(resolve, ms)));
