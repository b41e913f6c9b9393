import type { Micros } from '../domain/time.ts';

export interface KernelOptions {
  /** How long past a bar's end the clock waits for its trades, microseconds. */
  readonly barGrace: Micros;
  /** Told of errors that belong to no subscriber: a timer's or a queued action's. */
  readonly onError: (error: unknown) => void;
}
