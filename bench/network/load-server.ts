/** A venue that only talks: Finnhub-like frames at a fixed rate, from a process of its own. Started by load.ts. */
import { WebSocketServer } from 'ws';

const [rate = 0, seconds = 0, symbols = 0, perFrame = 1] = process.argv.slice(2).map(Number);
const BEAT_MS = 2;

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});

server.on('connection', (socket) => {
  let subscribed = 0;
  socket.on('message', () => {
    if (++subscribed === symbols) talk((frame) => socket.send(frame));
  });
});

function talk(send: (frame: string) => void): void {
  const total = rate * seconds;
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * rate));
    while (sent + perFrame <= due) {
      send(frameFrom(sent));
      sent += perFrame;
    }
    if (sent < total) return;
    clearInterval(timer);
    process.send?.({ sent, tookMs: performance.now() - startedAt });
  }, BEAT_MS);
}

/** Written as text: building it with JSON.stringify would make the server the bottleneck. */
function frameFrom(first: number): string {
  const now = Date.now();
  let text = '{"type":"trade","data":[';
  for (let i = 0; i < perFrame; i++) {
    const n = first + i;
    const price = 60_000 + (n % 5000) / 100;
    text += `${i === 0 ? '' : ','}{"c":null,"p":${price},"s":"BINANCE:COIN${n % symbols}USDT","t":${now},"v":${1 + (n % 7)}}`;
  }
  return `${text}]}`;
}
