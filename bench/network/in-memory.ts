import { pino } from 'pino';
import { Observable } from 'rxjs';
import { SeededRandom } from '../../core/domain/random.ts';
import { asText, type InstrumentSpec, type Net, type ProviderPlugin, type WebSocketRequest } from '../../core/index.ts';
import { createNet } from '../../core/net/create-net.ts';
import { LinkMeter } from '../../core/runtime/connections/link-meter.ts';
import { logOf } from '../../core/runtime/log.ts';
import { wallScheduler } from '../../core/runtime/wall.ts';
import { startLiveRun } from './live-run.ts';

const logger = pino({ level: 'silent' });

/** A provider in a run, with frames handed to it in memory where a socket would be. */
export interface InMemory {
  /** Takes one frame the whole way: decoded, stamped, through the kernel, into the strategy. */
  readonly feed: (frame: Uint8Array) => void;
  /** Trades that the strategy was called with, unless it has a function of its own. */
  readonly seen: () => number;
  readonly stop: () => Promise<void>;
}

export async function inMemory(
  plugin: ProviderPlugin,
  options: object,
  instruments: readonly InstrumentSpec[],
  /** What the venue's REST interface answers. */
  json: Net['json'] = () => Promise.reject(new Error('there is no REST interface here')),
  sockets: 'in memory' | 'real' = 'in memory',
  /** The strategy's function, in place of one that counts. */
  onTrade?: () => void,
): Promise<InMemory> {
  let seen = 0;
  const frames: MemorySocket = { take: undefined };
  const meter = new LinkMeter();
  const net = createNet({ link: meter, limits: new Map(), onProblem: () => undefined });
  const provider = await plugin.create({
    name: plugin.type,
    options: plugin.options.parse(options),
    requested: instruments,
    log: logOf(logger, plugin.type),
    random: new SeededRandom(1, plugin.type),
    wall: wallScheduler,
    net: { ...(sockets === 'real' ? net : withFrames(net, meter, frames)), json },
    link: meter,
    baseDir: '.',
  });
  const stop = await startLiveRun({
    name: plugin.type,
    instruments,
    provider,
    meter,
    onTrade: onTrade ?? (() => seen++),
    logger,
  });
  // Some providers open their socket a moment after they are asked to.
  while (sockets === 'in memory' && frames.take === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    feed: (frame) => frames.take?.(frame),
    seen: () => seen,
    stop,
  };
}

interface MemorySocket {
  /** Does with a frame what a socket does; `undefined` until the provider has opened it. */
  take: ((frame: Uint8Array) => void) | undefined;
}

/** A socket that is open at once and hears what the bench says. Its frames are counted as a real one's are. */
function withFrames(net: Net, meter: LinkMeter, frames: MemorySocket): Net {
  const socketOf = <Frame>({ onOpen }: WebSocketRequest, frameOf: (bytes: Uint8Array) => Frame): Observable<Frame> =>
    new Observable((subscriber) => {
      queueMicrotask(() => onOpen?.({ send: () => undefined, close: () => undefined }));
      frames.take = (bytes) => {
        meter.received(bytes.length);
        meter.reading = true;
        subscriber.next(frameOf(bytes));
        meter.reading = false;
      };
    });
  return {
    ...net,
    webSocket: (request) => socketOf(request, asText),
    webSocketBytes: (request) => socketOf(request, (bytes) => bytes),
  };
}
