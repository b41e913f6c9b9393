import type { Client } from './client.ts';
import type { FanOut } from './fan-out.ts';
import { type Source, Topic } from './topic.ts';
import type { Channel, Wants } from './wants.ts';

/** Opens the source of a channel; `detail` is the timeframe of bars. `undefined` where there is none. */
export type OpenSource = (channel: Channel, symbol: string, detail: string) => Source | undefined;

/** Who listens to what. A source is subscribed to while it has clients and streaming is on. */
export class Topics {
  private readonly topics = new Map<string, Topic>();
  private readonly open: OpenSource;
  private readonly fanOut: FanOut;
  private streaming = false;

  constructor(open: OpenSource, fanOut: FanOut) {
    this.open = open;
    this.fanOut = fanOut;
  }

  /** Symbols that somebody listens to. */
  get symbols(): readonly string[] {
    return [...new Set([...this.topics.values()].map(({ symbol }) => symbol))].sort();
  }

  join(client: Client, symbol: string): void {
    this.fanOut.drain();
    for (const { key, channel, detail } of topicsOf(client.wants, symbol)) {
      const topic = this.topics.get(key) ?? this.create(key, channel, symbol, detail);
      if (topic === undefined) continue;
      topic.flow(this.streaming);
      topic.join(client);
    }
  }

  leave(client: Client, symbol: string): void {
    this.fanOut.drain();
    for (const { key } of topicsOf(client.wants, symbol)) {
      const topic = this.topics.get(key);
      if (topic?.clients.delete(client) !== true || topic.clients.size > 0) continue;
      topic.flow(false);
      this.topics.delete(key);
    }
  }

  /** Clients get what is still on its way to them. */
  drain(): void {
    this.fanOut.drain();
  }

  /** Turns all sources on or off; clients stay. */
  flow(on: boolean): void {
    this.streaming = on;
    for (const topic of this.topics.values()) topic.flow(on);
  }

  private create(key: string, channel: Channel, symbol: string, detail: string): Topic | undefined {
    const source = this.open(channel, symbol, detail);
    if (source === undefined) return undefined;
    const topic = new Topic(symbol, source, this.fanOut);
    this.topics.set(key, topic);
    return topic;
  }
}

function topicsOf({ channels, timeframes }: Wants, symbol: string) {
  return [...channels].flatMap((channel) =>
    (channel === 'bar' ? timeframes : ['']).map((detail) => ({
      key: `${channel} ${detail} ${symbol}`,
      channel,
      detail,
    })),
  );
}
