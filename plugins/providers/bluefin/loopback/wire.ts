import type { MarketEvent } from '#core';

/** A frame of the protocol, and the channel that it belongs to. */
export interface WireFrame {
  readonly channel: string;
  readonly text: string;
}

/** An event as the service writes it; bars have no place in what a provider asks for. */
export function wireFrames(event: MarketEvent, now: number, number: number): readonly WireFrame[] {
  const head = { symbol: event.instrument, timestamp: (event.tsEvent ?? now) / 1000 };
  const frame = (channel: string, type: string, data: object): WireFrame => ({
    channel,
    text: JSON.stringify({ type, ...head, data }),
  });
  switch (event.kind) {
    case 'trade': {
      const { price, size, side } = event;
      const id = `trade_${Math.floor(event.tsEvent ?? now)}_${String(number).padStart(4, '0')}`;
      return [
        frame('trade', 'trade', { price, size, side: side ?? 'unknown', trade_id: id }),
        // The trap: a figure of activity that has nothing to do with what was traded.
        frame('price', 'price_update', { price, volume: 1000 + (number % 97) }),
      ];
    }
    case 'quote': {
      const { bid, bidSize, ask, askSize } = event;
      return [frame('quote', 'quote', { bid: bid ?? null, bid_size: bidSize, ask: ask ?? null, ask_size: askSize })];
    }
    case 'depth':
      return [
        frame('depth', 'depth', { seq: number, snapshot: event.snapshot ?? false, bids: event.bids, asks: event.asks }),
      ];
    case 'bar':
      return [];
  }
}
