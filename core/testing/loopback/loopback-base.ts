import type { StreamDemand, StreamName } from '../../plugin/demand.ts';
import {
  type LoopbackFault,
  type LoopbackVenue,
  type MarketEvent,
  NETWORK_FAULTS,
  type NetworkFault,
  type VenueFault,
} from '../../plugin/loopback.ts';
import { ChaosProxy } from './chaos-proxy.ts';

const DELAY_MS = 200;

/**
 * What all loopback venues share: ports behind a proxy that plays the network's faults. A venue of your own adds its
 * protocol: it opens its servers, hands out events, and plays the faults that only it can.
 */
export abstract class LoopbackBase implements LoopbackVenue {
  abstract readonly streams: readonly StreamName[];
  abstract readonly faults: readonly VenueFault[];
  private readonly proxies: ChaosProxy[] = [];
  private readonly targets: number[] = [];
  private restarting: Promise<void> | undefined;

  abstract options(): Readonly<Record<string, unknown>>;
  abstract demand(): readonly StreamDemand[];
  abstract send(event: MarketEvent): boolean;
  /** Opens the servers, each on a port of its own choice, and answers the ports in a fixed order. */
  protected abstract open(): Promise<readonly number[]>;
  protected abstract shut(): Promise<void>;
  /** A fault of the venue. */
  protected abstract play(fault: VenueFault): void;
  protected abstract behaveAgain(): void;
  /** Says goodbye on every connection, as the protocol has it. */
  protected abstract closeAll(): void;

  /** The port to give to clients for the server that `open` named at this place. */
  protected port(index: number): number {
    const proxy = this.proxies[index];
    if (proxy === undefined) throw new Error('The loopback venue has not been started');
    return proxy.port;
  }

  async start(): Promise<void> {
    const ports = await this.open();
    ports.forEach((port, index) => {
      this.targets[index] = port;
      this.proxies[index] ??= new ChaosProxy(() => this.targets[index] ?? 0);
    });
    for (const proxy of this.proxies) await proxy.listen();
  }

  async stop(): Promise<void> {
    // A restart that is under way would listen again afterwards.
    await this.restarting;
    await this.goDown();
  }

  connections(): number {
    return this.proxies.reduce((sum, proxy) => sum + proxy.connections, 0);
  }

  misbehave(fault: LoopbackFault): void {
    if (isNetworkFault(fault)) this.disturb(fault);
    else if (this.faults.includes(fault)) this.play(fault);
    else
      throw new Error(`This venue cannot play '${fault}'; it can: ${[...NETWORK_FAULTS, ...this.faults].join(', ')}`);
  }

  behave(): void {
    for (const proxy of this.proxies) proxy.behave();
    this.behaveAgain();
  }

  private disturb(fault: NetworkFault): void {
    if (fault === 'close') this.closeAll();
    else if (fault === 'restart') this.restarting = this.restart();
    else for (const proxy of this.proxies) disturbances[fault](proxy);
  }

  private async restart(): Promise<void> {
    await this.restarting;
    await this.goDown();
    await this.start();
  }

  private async goDown(): Promise<void> {
    for (const proxy of this.proxies) await proxy.close();
    await this.shut();
  }
}

const disturbances: Record<Exclude<NetworkFault, 'close' | 'restart'>, (proxy: ChaosProxy) => void> = {
  refuse: (proxy) => {
    proxy.refuse();
    proxy.drop();
  },
  drop: (proxy) => proxy.drop(),
  'drop-mid-frame': (proxy) => proxy.dropMidFrame(),
  freeze: (proxy) => proxy.freeze(),
  // To the client a half-open connection looks like a frozen one: the difference is that it never thaws.
  'half-open': (proxy) => proxy.abandon(),
  delay: (proxy) => proxy.delay(DELAY_MS),
};

const isNetworkFault = (fault: LoopbackFault): fault is NetworkFault =>
  (NETWORK_FAULTS as readonly string[]).includes(fault);
