import type { Micros } from '../../domain/time.ts';
import type { Driver } from '../../runtime/drivers/driver.ts';
import type { Run } from '../../runtime/run.ts';
import type { RunSummary } from '../../runtime/summary.ts';
import { wallMicros } from '../../runtime/wall.ts';
import { StatusLine } from './status-line.ts';

const IMPATIENT_US: Micros = 1_000_000;

/** Lines for the person who watches, kept apart from the status line. */
export class Screen {
  private status: StatusLine | undefined;
  private readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  attach(status: StatusLine): void {
    this.status = status;
  }

  print = (line: string): void => {
    this.status?.clear();
    // With --json, stdout carries the one object and nothing else.
    (this.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
}

/** Watches a run until it ends: status line, Ctrl-C and SIGTERM, and the summary. */
export async function conduct(run: Run, driver: Driver, screen: Screen, json: boolean): Promise<RunSummary> {
  const status = new StatusLine(run, driver, process.stderr.isTTY && !json);
  screen.attach(status);
  let askedAt: Micros | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    askedAt ??= wallMicros();
    // A second Ctrl-C means it: whatever was flushed is on the tape. One that comes at once is npm passing on the first.
    if (wallMicros() - askedAt > IMPATIENT_US) process.exit(130);
    driver.stop(`${signal === 'SIGINT' ? 'Ctrl-C' : signal}`);
  };
  // A promise or a timer of a plugin that fails must not end the day for the others.
  const onStray = (error: unknown): void => run.noteStray(error);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);
  try {
    await driver.done;
    return await run.finish();
  } finally {
    status.stop();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.off('unhandledRejection', onStray);
    process.off('uncaughtException', onStray);
  }
}
