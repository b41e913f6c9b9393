import { wallTimers } from '../../runtime/wall.ts';

/** Errors that leave a provider outside of its stream: from a timer, a socket's listener, a promise that nobody awaits. */
export class Strays {
  readonly found: string[] = [];
  private readonly note = (error: unknown): void => {
    const text = error instanceof Error ? `${error.message} (${placeOf(error)})` : String(error);
    if (!this.found.includes(text)) this.found.push(text);
  };

  listen(): void {
    process.on('uncaughtException', this.note);
    process.on('unhandledRejection', this.note);
  }

  /** A promise may turn out to be unhandled only at the end of the turn. */
  async stop(): Promise<void> {
    await new Promise((resolve) => wallTimers.setImmediate(resolve));
    process.off('uncaughtException', this.note);
    process.off('unhandledRejection', this.note);
  }
}

const placeOf = ({ stack = '' }: Error): string =>
  /\(?(?:file:\/\/)?([^\s()]+:\d+):\d+\)?$/m.exec(stack)?.[1] ?? 'somewhere';
