/** Clients of a gateway, in a process of their own, that look at every frame. Started by gateway-load.ts. */
import WebSocket from 'ws';

/** What they are told on the command line. */
export interface ClientsOrder {
  readonly port: number;
  readonly clients: number;
  /** Of the market; clients take theirs in turn. */
  readonly symbols: number;
  readonly symbolsPerClient: number;
}

/** What they say when asked. */
export interface ClientsReport {
  readonly trades: number;
  /** Trades that came out of order, twice, or after one that did not come. */
  readonly wrong: number;
  /** Milliseconds from when a trade was due until its frame had come, of some since the last report. */
  readonly delays: readonly number[];
}

/** Handshakes at a time. */
const AT_ONCE = 100;
/** One delay of this many trades. */
const SAMPLE = 100;
const HEAD = '{"type":"trade","symbol":"';
const SYMBOL_LENGTH = 'S0000'.length;
const TIME_AT = HEAD.length + SYMBOL_LENGTH + '","timestamp":'.length;

const order = JSON.parse(process.argv[2] ?? '{}') as ClientsOrder;
let [trades, wrong] = [0, 0];
let delays: number[] = [];

for (let from = 0; from < order.clients; from += AT_ONCE) {
  const count = Math.min(AT_ONCE, order.clients - from);
  await Promise.all(Array.from({ length: count }, (_, i) => connect(from + i)));
}
process.on('message', () => {
  process.send?.({ trades, wrong, delays } satisfies ClientsReport);
  delays = [];
});
process.on('disconnect', () => process.exit());
process.send?.('connected');

/** As an old client does: the address names the symbols, prices and trades come. */
function connect(client: number): Promise<void> {
  const symbols = Array.from({ length: order.symbolsPerClient }, (_, i) =>
    symbolName((client * order.symbolsPerClient + i) % order.symbols),
  );
  const path = symbols.length === 1 ? symbols[0] : `multi/${symbols.join(',')}`;
  const socket = new WebSocket(`ws://127.0.0.1:${order.port}/ws/${path}`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  const last = new Map<string, number>();
  socket.on('message', (frame: Buffer) => see(frame.toString('latin1'), last));
  return new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
}

function symbolName(i: number): string {
  return `S${String(i).padStart(4, '0')}`;
}

/**
 * `{"type":"trade","symbol":"S0000","timestamp":1767000000.123,"data":{…,"trade_id":"trade_1767000000123_0001"}}`, cut
 * rather than parsed, so that the clients are not the bottleneck. The gateway numbers the trades of each symbol from 1.
 */
function see(frame: string, last: Map<string, number>): void {
  if (!frame.startsWith(HEAD)) return;
  const symbol = frame.slice(HEAD.length, HEAD.length + SYMBOL_LENGTH);
  const number = Number(frame.slice(frame.lastIndexOf('_') + 1, -3));
  if (number !== (last.get(symbol) ?? 0) + 1) wrong++;
  last.set(symbol, number);
  if (trades++ % SAMPLE !== 0) return;
  const dueAt = Number(frame.slice(TIME_AT, frame.indexOf(',', TIME_AT))) * 1000;
  delays.push(Date.now() - dueAt);
}
