/** What a delivery caused, first in first out. An action that throws is reported; the others go on. */
export class ActionQueue {
  private list: (() => void)[] = [];
  /** Actions that wait. A field of its own: the kernel's loops look at it after every delivery. */
  private waiting = 0;
  private readonly onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.onError = onError;
  }

  add(action: () => void): void {
    this.list.push(action);
    this.waiting++;
  }

  /** Runs all of them, and those that they add. */
  drain(): void {
    if (this.waiting !== 0) this.runAll();
  }

  /** Apart, so that the usual case, where there are none, stays small enough for the engine to build it into the loops. */
  private runAll(): void {
    for (let i = 0; i < this.list.length; i++) {
      try {
        (this.list[i] as () => void)();
      } catch (error) {
        this.onError(error);
      }
    }
    this.list = [];
    this.waiting = 0;
  }
}
