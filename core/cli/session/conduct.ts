import type { Driver } from '../../runtime/drivers/driver.ts';
import type { Run } from '../../runtime/run.ts';
import type { RunSummary } from '../../runtime/summary.ts';
import { StatusLine } from './status-line.ts';

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
  const status = new StatusLine(run, driver, process.stderr.isTTY === true && !json);
  screen.attach(status);
  let asked = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    asked++;
    // The second Ctrl-C means it: whatever was flushed is on the tape.
    if (asked > 1) process.exit(130);
    driver.stop(`${signal === 'SIGINT' ? 'Ctrl-C' : signal}`);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await driver.done;
    return await run.finish();
  } finally {
    status.stop();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
