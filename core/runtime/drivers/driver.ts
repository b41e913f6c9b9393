/** Between two flushes: a killed run is to lose less than a second, also where the machine is late with its timers. */
export const CHECKPOINT_MS = 750;

/** What feeds a run until it ends. */
export interface Driver {
  /** Resolves when nothing more will come; rejects when the source cannot be read. */
  readonly done: Promise<void>;
  /** Ends the run cleanly. Calling it again changes nothing. */
  stop(reason: string): void;
  /** Why the run had to end, when it could not go on. */
  readonly failure?: Error | undefined;
  /** Share of the source that has been read, 0 to 1; `undefined` for one without an end. */
  progress(): number | undefined;
}
