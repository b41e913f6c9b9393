import { catchError, EMPTY, filter, finalize, map, merge, type Observable, Subject, tap, throwError } from 'rxjs';
import type { Demand, Net, Provider, ProviderContext, ProviderEvent, ProviderPlugin, StreamDemand } from '#core';
import tiny from '../../fixtures/providers/tiny/index.ts';

type Context = ProviderContext<{ readonly token: string }>;
type Events = Observable<ProviderEvent>;

/** A way in which a provider may be wrong, and the one case that has to notice. */
export interface PlantedFault {
  readonly what: string;
  readonly failing: number;
  readonly plugin: ProviderPlugin;
}

/** Timers that a planted fault leaves behind; the test takes them away. */
export const leftTimers: NodeJS.Timeout[] = [];

interface Damage {
  readonly context?: (context: Context) => Context;
  readonly demand?: (demand: Demand) => Demand;
  readonly events?: (events: Events, context: Context) => Events;
  readonly provider?: Partial<Provider>;
}

/** The plugin with something wrong with it: the tiny one, unless another is given. */
function broken(parts: Damage, plugin: ProviderPlugin = tiny): ProviderPlugin {
  return {
    ...plugin,
    create: async (context) => {
      const own = context as Context;
      const provider = await plugin.create(parts.context?.(own) ?? own);
      const events = (demand: Demand): Events => {
        const flow = provider.events?.(parts.demand?.(demand) ?? demand) ?? EMPTY;
        return parts.events?.(flow, own) ?? flow;
      };
      return { ...provider, ...parts.provider, events };
    },
  };
}

const withFrames =
  (change: (frames: Observable<string | Uint8Array>) => Observable<string | Uint8Array>) =>
  (context: Context): Context => ({
    ...context,
    net: {
      ...context.net,
      webSocket: (request: Parameters<Net['webSocket']>[0]) => change(context.net.webSocket(request)),
    },
  });

const withLink =
  (link: (context: Context) => Partial<Context['link']>) =>
  (context: Context): Context => {
    const { received, heartbeat, bad, gap, conflated } = context.link;
    const own = context.link;
    const bound = {
      received: received.bind(own),
      heartbeat: heartbeat.bind(own),
      bad: bad.bind(own),
      gap: gap.bind(own),
      conflated: conflated.bind(own),
    };
    return { ...context, link: { ...bound, ...link(context) } };
  };

function negatedSides(event: ProviderEvent): ProviderEvent {
  if (event.kind === 'trades') for (let i = 0; i < event.n; i++) event.side[i] = -(event.side[i] ?? 0);
  return event;
}

function swappedSizes(event: ProviderEvent): ProviderEvent {
  if (event.kind === 'quotes') {
    const bids = event.bidSize.slice();
    event.bidSize.set(event.askSize);
    event.askSize.set(bids);
  }
  return event;
}

/** Passes the first `passed` rows of a kind, loses one, and passes the rest. */
function losesOne(kind: ProviderEvent['kind'], passed: number): (events: Events) => Events {
  return (events) => {
    let rows = 0;
    return events.pipe(filter((event) => event.kind !== kind || ++rows !== passed));
  };
}

/** A frame that is the one before again gets a number that nobody has seen. */
function renumbersRepeats(frames: Observable<string | Uint8Array>): Observable<string | Uint8Array> {
  let last = '';
  return frames.pipe(
    map((frame) => {
      const text = String(frame);
      const isRepeated = text === last;
      last = text;
      return isRepeated ? text.replace(/^(\{"t":\["\w+",\d+)/, '$1.5') : frame;
    }),
  );
}

const refusesUnread = (frames: Observable<string | Uint8Array>) =>
  frames.pipe(tap((frame) => void JSON.parse(String(frame))));

const refusesUnknown = (frames: Observable<string | Uint8Array>) =>
  frames.pipe(
    tap((frame) => {
      if (String(frame).includes('novelty')) throw new Error('unknown message');
    }),
  );

/** Wants trades of the second instrument as well, always. */
const greedy = (demand: Demand): Demand => {
  const more = (wanted: readonly StreamDemand[]) => [...wanted, { stream: 'trades' as const, instrument: 'ES' }];
  return {
    ...demand,
    current: () => more(demand.current()),
    wants: () => true,
    changes$: demand.changes$.pipe(map(more)),
  };
};

/** What was wanted once is wanted for ever. */
const clinging = (demand: Demand): Demand => {
  const ever = new Map<string, StreamDemand>();
  const all = (wanted: readonly StreamDemand[]) => {
    for (const each of wanted) ever.set(JSON.stringify(each), each);
    return [...ever.values()];
  };
  return {
    ...demand,
    current: () => all(demand.current()),
    wants: () => true,
    changes$: demand.changes$.pipe(map(all)),
  };
};

const leaksInto =
  (isRefusal: boolean) =>
  (events: Events, { options }: Context) =>
    events.pipe(
      catchError((error: Error) => {
        if (String(error).includes('PROVIDER_AUTH') !== isRefusal) return throwError(() => error);
        error.message += ` with ${options.token}`;
        return throwError(() => error);
      }),
    );

function leavesTimer(events: Events): Events {
  leftTimers.push(setInterval(() => undefined, 60_000));
  return events;
}

function endsOnGoodbye(events: Events): Events {
  return events.pipe(catchError((error: Error) => (error.message.includes('1001') ? EMPTY : throwError(() => error))));
}

/** Says all the time that something came. */
function pretendsLife(events: Events, { link }: Context): Events {
  const timer = setInterval(() => link.heartbeat(), 50);
  return events.pipe(finalize(() => clearInterval(timer)));
}

function swallowsResync(context: Context): Context {
  const webSocket: Net['webSocket'] = (request) =>
    context.net.webSocket({
      ...request,
      onOpen: (socket) =>
        request.onOpen?.({
          ...socket,
          send: (text) => void (String(text).includes('"snapshot"') || socket.send(text)),
        }),
    });
  return { ...context, net: { ...context.net, webSocket } };
}

function passesBadRows(): ProviderPlugin {
  const bad = new Subject<ProviderEvent>();
  const row = { kind: 'trade', instrument: 'NQ', price: Number.NaN, size: 1 } as const;
  return broken({
    context: withLink(({ link }) => ({
      bad: (kind, sample) => {
        link.bad(kind, sample);
        if (kind !== 'not JSON') bad.next(row);
      },
    })),
    events: (events) => merge(events, bad),
  });
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  { what: 'asks for more than is wanted', failing: 2, plugin: broken({ demand: greedy }) },
  {
    what: 'takes buyers for sellers',
    failing: 3,
    plugin: broken({ events: (events) => events.pipe(map(negatedSides)) }),
  },
  {
    what: 'swaps the sizes of quotes',
    failing: 4,
    plugin: broken({ events: (events) => events.pipe(map(swappedSizes)) }),
  },
  { what: 'loses a change of the book', failing: 5, plugin: broken({ events: losesOne('depth', 40) }) },
  { what: 'ignores what is no longer wanted', failing: 7, plugin: broken({ demand: clinging }) },
  { what: 'reports life where there is none', failing: 12, plugin: broken({ events: pretendsLife }) },
  { what: 'takes a goodbye for the end of the day', failing: 14, plugin: broken({ events: endsOnGoodbye }) },
  { what: 'throws on a malformed frame', failing: 15, plugin: broken({ context: withFrames(refusesUnread) }) },
  { what: 'throws on an unknown message', failing: 16, plugin: broken({ context: withFrames(refusesUnknown) }) },
  { what: 'delivers a repeated trade twice', failing: 17, plugin: broken({ context: withFrames(renumbersRepeats) }) },
  { what: 'never asks for the book again', failing: 18, plugin: broken({ context: swallowsResync }) },
  { what: 'shows the token when it is refused', failing: 20, plugin: broken({ events: leaksInto(true) }) },
  { what: 'loses a trade under load', failing: 25, plugin: broken({ events: losesOne('trades', 15_000) }) },
  { what: 'says that it resumes, and does not', failing: 26, plugin: broken({ provider: { resumes: true } }) },
  { what: 'shows the token when it is disconnected', failing: 27, plugin: broken({ events: leaksInto(false) }) },
  { what: 'lets bad rows through', failing: 28, plugin: passesBadRows() },
  { what: 'leaves a timer', failing: 29, plugin: broken({ events: leavesTimer }) },
];

/** The same in a provider of a real venue. */
export const misreadsSides = (plugin: ProviderPlugin): ProviderPlugin =>
  broken({ events: (events) => events.pipe(map(negatedSides)) }, plugin);
