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

/** More names than this make no line that anybody reads. */
const NAMES_SHOWN = 5;

/**
 * Notices that nothing comes: no bytes at all, bytes but no confirmation or no data, or no data of one instrument. A
 * provider that has no network never counts as silent, nor does one from which nothing is wanted.
 */
export class SilenceWatch {
  private readonly settings: ConnectionSettings;
  private readonly meter: LinkMeter;
  private readonly provider: Provider;
  private readonly isClosed: (symbol: string, at: Micros) => boolean;
  /** Last row of each wanted instrument, or when it was first wanted. */
  private readonly lastOf = new Map<string, Micros>();
  /** The same by the provider's own numbers, for chunks. */
  private readonly lastOfNumber: Micros[] = [];
  private connectedAt: Micros = 0;
  /** Last look at which it was not on its way. */
  private settledAt: Micros = 0;
  private lastRow: Micros = 0;
  /** When all that is wanted was last seen closed. */
  private closedAt: Micros = 0;

  /** @param isClosed whether the calendar of an instrument says that it does not trade; nobody waits for such a one */
  constructor(
    settings: ConnectionSettings,
    meter: LinkMeter,
    provider: Provider,
    isClosed: (symbol: string, at: Micros) => boolean = () => false,
  ) {
    this.settings = settings;
    this.isClosed = isClosed;
    this.meter = meter;
    this.provider = provider;
  }

  connected(now: Micros): void {
    this.connectedAt = now;
    this.lastRow = now;
    this.lastOf.clear();
    this.lastOfNumber.fill(0);
  }

  noteRows(event: RowsEvent, now: Micros): void {
    this.lastRow = now;
    if (this.settings.instrumentSilenceUs === 0) return;
    if (!('capacity' in event)) {
      this.lastOf.set(event.instrument, now);
      return;
    }
    for (let i = 0; i < event.n; i++) this.lastOfNumber[event.inst[i] ?? 0] = now;
  }

  /** How much of the silence that is allowed has passed: 0 to 1. */
  share(now: Micros): number {
    const { silenceUs } = this.settings;
    if (silenceUs === 0 || !this.networked) return 0;
    return Math.min(1, Math.max(0, (now - this.lastByte) / silenceUs));
  }

  /** @param connecting whether neither the provider nor a row has said that the connection is live */
  find(now: Micros, demand: Demand, connecting: boolean): Silence | undefined {
    if (!this.networked) return undefined;
    const wanted = new Set(demand.current().map(({ instrument }) => instrument));
    if (wanted.size === 0) {
      // Whoever wants something again later has not been waiting until then.
      this.connected(now);
      return undefined;
    }
    this.noteClosed(now, wanted);
    if (!connecting) this.settledAt = now;
    const { connectWithinUs, silenceUs, dataSilenceUs, instrumentSilenceUs } = this.settings;
    if (silenceUs > 0 && now - this.lastByte > silenceUs) {
      return { lost: true, reason: `silent for ${seconds(silenceUs)}` };
    }
    if (connectWithinUs > 0 && now - this.connectingSince > connectWithinUs) {
      return { lost: true, reason: `not live within ${seconds(connectWithinUs)}: no confirmation and no market data` };
    }
    if (dataSilenceUs > 0 && now - this.lastRow > dataSilenceUs) {
      return { lost: true, reason: `no market data for ${seconds(dataSilenceUs)}, though the connection lives` };
    }
    if (instrumentSilenceUs === 0) return undefined;
    const quiet = this.quietOnes(now, wanted);
    return quiet.length === 0
      ? undefined
      : { lost: false, reason: `no market data of ${listed(quiet)} for ${seconds(instrumentSilenceUs)}` };
  }

  /** A closed market is no outage: its silence counts from the open, not from the last trade of the day before. */
  private noteClosed(now: Micros, wanted: ReadonlySet<string>): void {
    const closed = [...wanted].filter((symbol) => this.isClosed(symbol, now));
    for (const symbol of closed) this.lastOf.set(symbol, now);
    if (closed.length < wanted.size) return;
    this.closedAt = now;
    this.lastRow = now;
  }

  private quietOnes(now: Micros, wanted: ReadonlySet<string>): readonly string[] {
    const { lastOf } = this;
    this.provider.instruments?.forEach(({ symbol }, number) => {
      const at = this.lastOfNumber[number] ?? 0;
      if (at > (lastOf.get(symbol) ?? 0)) lastOf.set(symbol, at);
    });
    for (const symbol of lastOf.keys()) if (!wanted.has(symbol)) lastOf.delete(symbol);
    for (const symbol of wanted) if (!lastOf.has(symbol)) lastOf.set(symbol, now);
    return [...lastOf].filter(([, at]) => now - at > this.settings.instrumentSilenceUs).map(([symbol]) => symbol);
  }

  private get networked(): boolean {
    return this.meter.networked || this.provider.connection !== undefined;
  }

  private get connectingSince(): Micros {
    return Math.max(this.connectedAt, this.settledAt, this.closedAt);
  }

  private get lastByte(): Micros {
    return Math.max(this.meter.receivedAt, this.connectedAt, this.closedAt);
  }
}

const seconds = (us: Micros): string => `${us / 1_000_000} s`;

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return `${names.slice(0, NAMES_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
