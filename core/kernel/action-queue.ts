/** What a delivery caused, first in first out. An action that throws is reported; the others go on. */
export class ActionQueue {
  private list: (() => void)[] = [];
  private readonly onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.onError = onError;
  }

  add(action: () => void): void {
    this.list.push(action);
  }

  /** Runs all of them, and those that they add. */
  drain(): void {
    if (this.list.length === 0) return;
    for (let i = 0; i < this.list.length; i++) {
      try {
        (this.list[i] as () => void)();
      } catch (error) {
        this.onError(error);
      }
    }
    this.list = [];
  }
}
