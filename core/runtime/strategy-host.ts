import type { Subscription } from 'rxjs';
import type { Decision } from '../domain/order.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Strategy } from '../plugin/strategy.ts';

export interface HostEvents {
  /** Runs after the delivery in which the strategy decided. */
  readonly onDecision: (name: string, decision: Decision) => void;
  /** The strategy decided outside of any delivery. */
  readonly onOutside: (name: string, decision: Decision) => void;
  /** Runs after the delivery in which the strategy failed; at once when there is none. */
  readonly onFailure: (name: string, error: unknown) => void;
}

/** Runs one strategy, and keeps what it does wrong away from the others. */
export class StrategyHost {
  readonly name: string;
  state: 'running' | 'done' | 'failed' | 'stopped' = 'stopped';
  error: unknown = undefined;
  /** Decisions made on warm-up values; they are about the past. */
  droppedHistorical = 0;
  private readonly strategy: Strategy;
  private readonly kernel: Kernel;
  private readonly events: HostEvents;
  private subscription: Subscription | undefined;

  constructor(name: string, strategy: Strategy, kernel: Kernel, events: HostEvents) {
    this.name = name;
    this.strategy = strategy;
    this.kernel = kernel;
    this.events = events;
  }

  /** Called inside the kernel, so that timers that the strategy starts are the kernel's. */
  start(): void {
    this.state = 'running';
    this.subscription = this.strategy.subscribe({
      next: (decision) => this.take(decision),
      error: (error: unknown) => this.fail(error),
      complete: () => {
        this.state = 'done';
      },
    });
  }

  stop(): void {
    if (this.state === 'running') this.state = 'stopped';
    this.subscription?.unsubscribe();
  }

  fail(error: unknown): void {
    this.subscription?.unsubscribe();
    this.state = 'failed';
    this.error = error;
    if (this.kernel.busy) this.kernel.after(() => this.events.onFailure(this.name, error));
    else this.events.onFailure(this.name, error);
  }

  private take(decision: Decision): void {
    if (this.kernel.historical) this.droppedHistorical++;
    else if (!this.kernel.busy) this.events.onOutside(this.name, decision);
    else this.kernel.after(() => this.events.onDecision(this.name, decision));
  }
}
