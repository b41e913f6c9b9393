import WebSocket from 'ws';

/**
 * The client of the old service as its specification describes it (bluefin-stream §5 to §7): asks /health and looks at one
 * constant, dials one of the two addresses, keeps prices and trades, and passes over everything that it does not know.
 */
export class OldClient {
  readonly prices = new Map<string, number>();
  readonly ticks: { symbol: string; timestamp: number; price: number; volume: number; side: string; id?: string }[] =
    [];
  readonly frames: Record<string, unknown>[] = [];
  closed: { code: number; reason: string } | undefined;
  private readonly base: string;
  private socket: WebSocket | undefined;

  constructor(base: string) {
    this.base = base;
  }

  async connect(symbols: readonly string[]): Promise<boolean> {
    const answer = await fetch(`${this.base}/health`);
    const health = (await answer.json()) as { status: string };
    if (answer.status !== 200 || health.status !== 'healthy') return false;
    const path = symbols.length === 1 ? `/ws/${symbols[0]}` : `/ws/multi/${symbols.join(',')}`;
    const socket = new WebSocket(this.base.replace('http', 'ws') + path);
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.take(data.toString()));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    return new Promise((resolve) => {
      socket.once('open', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  }

  ping(): void {
    this.socket?.send(JSON.stringify({ type: 'ping', timestamp: 1 }));
  }

  send(text: string): void {
    this.socket?.send(text);
  }

  /** Stops reading, as a program that hangs. */
  hang(): void {
    this.socket?.pause();
  }

  wake(): void {
    this.socket?.resume();
  }

  async close(): Promise<void> {
    const socket = this.socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // One that hangs does not hear the answer to its goodbye.
    if (socket.isPaused) socket.terminate();
    else socket.close();
    await closed;
  }

  private take(text: string): void {
    const message = JSON.parse(text) as {
      type: string;
      symbol: string;
      timestamp: number;
      data: { price: number; volume: number; size: number; side: string; trade_id: string };
    };
    this.frames.push(message);
    const { type, symbol, timestamp, data } = message;
    if (type === 'price_update') {
      this.prices.set(symbol, data.price);
      this.ticks.push({ symbol, timestamp, price: data.price, volume: data.volume, side: 'buy' });
    } else if (type === 'trade') {
      this.prices.set(symbol, data.price);
      this.ticks.push({ symbol, timestamp, price: data.price, volume: data.size, side: data.side, id: data.trade_id });
    }
  }
}
