import { asyncScheduler, BehaviorSubject, type SchedulerLike, type Subscription } from 'rxjs';
import type {
  Chunk,
  Gap,
  InstrumentSpec,
  Link,
  Net,
  Provider,
  ProviderEvent,
  ProviderPlugin,
  RateLimit,
  StreamDemand,
  StreamName,
} from '#core';
import { SeededRandom } from '../../core/domain/random.ts';
import { createNet } from '../../core/net/create-net.ts';

const silent = (): undefined => undefined;

/** Network helpers of a provider that stands alone: real sockets, nothing counted. */
export function testNet(link: Link = testLink()): Net {
  return createNet({ link, limits: new Map<string, RateLimit>(), onProblem: silent });
}

/** A link that keeps what it is told. */
export function testLink() {
  const said = { bytes: 0, frames: 0, heartbeats: 0, bad: [] as string[], gaps: [] as Gap[], conflated: 0 };
  return {
    said,
    received: (bytes: number): void => {
      said.bytes += bytes;
      said.frames++;
    },
    heartbeat: (): void => void said.heartbeats++,
    bad: (kind: string): void => void said.bad.push(kind),
    gap: (gap: Gap): void => void said.gaps.push(gap),
    conflated: (_stream: StreamName, rows: number): void => {
      said.conflated += rows;
    },
  };
}

export interface RigOptions {
  readonly requested: readonly InstrumentSpec[];
  readonly demand: readonly StreamDemand[];
  readonly wall?: SchedulerLike;
  readonly net?: Net;
}

/** A provider on real sockets with all that it says: what a test of a venue's protocol needs. It is connected by `connect`. */
export async function startProvider(plugin: ProviderPlugin, options: object, rig: RigOptions) {
  const link = testLink();
  const lines: string[] = [];
  const line = (message: string, fields?: object): void =>
    void lines.push(`${message} ${fields === undefined ? '' : JSON.stringify(fields)}`);
  const wanted = new BehaviorSubject(rig.demand);
  const provider: Provider = await plugin.create({
    name: plugin.type,
    options: plugin.options.parse(options),
    requested: rig.requested,
    log: { debug: line, info: line, warn: line, error: line },
    random: new SeededRandom(1, plugin.type),
    wall: rig.wall ?? asyncScheduler,
    net: rig.net ?? testNet(link),
    link,
    baseDir: process.cwd(),
  });
  const events: ProviderEvent[] = [];
  const errors: unknown[] = [];
  let subscription: Subscription | undefined;
  return {
    provider,
    link,
    lines,
    /** Chunks are copied: a provider refills them. */
    events,
    errors,
    demand: wanted,
    connect: (): void => {
      subscription = provider
        .events?.({
          current: () => wanted.value,
          wants: (stream, instrument) =>
            wanted.value.some((one) => one.stream === stream && one.instrument === instrument),
          changes$: wanted.asObservable(),
        })
        .subscribe({
          next: (event) => events.push('capacity' in event ? structuredCloneOf(event) : event),
          error: (error: unknown) => errors.push(error),
        });
    },
    disconnect: (): void => subscription?.unsubscribe(),
    stop: async (): Promise<void> => {
      subscription?.unsubscribe();
      await provider.close?.();
    },
  };
}

/** A clone loses the class, and nobody asks for it. */
const structuredCloneOf = (chunk: Chunk): Chunk => structuredClone(chunk);

/** Waits until `ready`, looking every few milliseconds; fails after `limitMs`. */
export async function until(ready: () => boolean, limitMs = 5000, what = 'what the test waits for'): Promise<void> {
  const end = Date.now() + limitMs;
  while (!ready()) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
