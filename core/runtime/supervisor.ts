import { defer, EMPTY, type Subscription } from 'rxjs';
import type { ProviderEvent, StatusEvent } from '../domain/event.ts';
import type { ConnectionState } from '../domain/market.ts';
import type { Random } from '../plugin/context.ts';
import type { Demand, Provider } from '../plugin/provider.ts';
import { wallMicros, wallTimers } from './wall.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** A connection that held this long has proved itself: the next pause starts small again. */
const STABLE_US = 30_000_000;

export interface SupervisorParts {
  readonly name: string;
  readonly provider: Provider;
  readonly demand: Demand;
  readonly random: Random;
  readonly onEvent: (event: Exclude<ProviderEvent, StatusEvent>) => void;
  readonly onState: (state: ConnectionState, reason: string | undefined) => void;
  /** The provider has no more events. */
  readonly onComplete: () => void;
}

/** Keeps one provider connected: an error means lost, and is followed by a growing, jittered pause and a new connection. */
export class Supervisor {
  reconnects = 0;
  state: ConnectionState = 'closed';
  private readonly parts: SupervisorParts;
  private connection: Subscription | undefined;
  private alarm: NodeJS.Timeout | undefined;
  private attempts = 0;
  private connectedAt = 0;
  private stopped = false;

  constructor(parts: SupervisorParts) {
    this.parts = parts;
  }

  start(): void {
    const { provider, demand, onComplete } = this.parts;
    if (provider.events === undefined) return;
    this.connectedAt = wallMicros();
    this.turn('connecting');
    // A provider that throws while it connects has lost its connection like any other.
    this.connection = defer(() => provider.events?.(demand) ?? EMPTY).subscribe({
      next: (event) => this.take(event),
      error: (error: unknown) => this.lost(error),
      complete: () => {
        if (this.stopped) return;
        this.turn('closed', 'the provider has no more events');
        onComplete();
      },
    });
  }

  stop(): void {
    this.stopped = true;
    wallTimers.clearTimeout(this.alarm);
    this.connection?.unsubscribe();
    this.state = 'closed';
  }

  private take(event: ProviderEvent): void {
    if (event.kind === 'status') return this.turn(event.state, event.reason);
    if (this.state !== 'live') this.turn('live');
    this.parts.onEvent(event);
  }

  private lost(error: unknown): void {
    if (this.stopped) return;
    if (wallMicros() - this.connectedAt > STABLE_US) this.attempts = 0;
    const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.attempts);
    // Full jitter: a thousand clients that lost the same server must not come back together.
    const pauseMs = Math.ceil(ceiling * this.parts.random.next());
    this.attempts++;
    this.reconnects++;
    const reason = error instanceof Error ? error.message : String(error);
    this.turn('lost', `${reason}; trying again in ${pauseMs} ms`);
    this.alarm = wallTimers.setTimeout(() => this.start(), pauseMs);
  }

  private turn(state: ConnectionState, reason?: string): void {
    if (this.state === state && reason === undefined) return;
    this.state = state;
    this.parts.onState(state, reason);
  }
}
