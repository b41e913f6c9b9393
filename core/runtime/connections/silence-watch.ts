import type { Micros } from '../../domain/time.ts';
import type { ConnectionSettings } from '../../plugin/connection.ts';
import type { Demand } from '../../plugin/demand.ts';
import type { Provider } from '../../plugin/provider.ts';
import type { RowsEvent } from './connection-record.ts';
import type { LinkMeter } from './link-meter.ts';

export interface Silence {
  /** The connection has to be made anew; otherwise it is only stale. */
  readonly lost: boolean;
  readonly reason: string;
}

/**
 * Notices that nothing comes any more: no bytes at all, bytes but no data, or no data of one instrument. A provider that
 * has no network never counts as silent.
 */
export class SilenceWatch {
  private readonly settings: ConnectionSettings;
  private readonly meter: LinkMeter;
  private readonly provider: Provider;
  private readonly lastOf = new Map<string, Micros>();
  private connectedAt: Micros = 0;
  private lastRow: Micros = 0;

  constructor(settings: ConnectionSettings, meter: LinkMeter, provider: Provider) {
    this.settings = settings;
    this.meter = meter;
    this.provider = provider;
  }

  connected(now: Micros): void {
    this.connectedAt = now;
    this.lastRow = now;
    this.lastOf.clear();
  }

  noteRows(event: RowsEvent, now: Micros): void {
    this.lastRow = now;
    if (this.settings.instrumentSilenceUs === 0) return;
    if (!('capacity' in event)) {
      this.lastOf.set(event.instrument, now);
      return;
    }
    // The last row stands for its chunk: providers send a chunk per frame, or ones so large that all take part.
    const symbol = this.provider.instruments?.[event.inst[event.n - 1] ?? 0]?.symbol;
    if (symbol !== undefined) this.lastOf.set(symbol, now);
  }

  /** How much of the silence that is allowed has passed: 0 to 1. */
  share(now: Micros): number {
    const { silenceUs } = this.settings;
    if (silenceUs === 0 || !this.networked) return 0;
    return Math.min(1, Math.max(0, (now - this.lastByte) / silenceUs));
  }

  find(now: Micros, demand: Demand): Silence | undefined {
    if (!this.networked || demand.current().length === 0) return undefined;
    const { silenceUs, dataSilenceUs, instrumentSilenceUs } = this.settings;
    if (silenceUs > 0 && now - this.lastByte > silenceUs) {
      return { lost: true, reason: `silent for ${seconds(silenceUs)}` };
    }
    if (dataSilenceUs > 0 && now - this.lastRow > dataSilenceUs) {
      return { lost: true, reason: `no market data for ${seconds(dataSilenceUs)}, though the connection lives` };
    }
    if (instrumentSilenceUs === 0) return undefined;
    const quiet = [...this.lastOf].filter(([, at]) => now - at > instrumentSilenceUs).map(([symbol]) => symbol);
    return quiet.length === 0
      ? undefined
      : { lost: false, reason: `no market data of ${quiet.join(', ')} for ${seconds(instrumentSilenceUs)}` };
  }

  private get networked(): boolean {
    return this.meter.messages > 0 || this.provider.connection !== undefined;
  }

  private get lastByte(): Micros {
    return Math.max(this.meter.receivedAt, this.connectedAt);
  }
}

const seconds = (us: Micros): string => `${us / 1_000_000} s`;
